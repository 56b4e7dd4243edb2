"""Files that are no text, by what they begin with.

Readers work on text; a picture or an archive handed to them would come out as garbage. The
signatures are those of the formats' own specifications, as collected in
https://www.iana.org/assignments/media-types and https://mimesniff.spec.whatwg.org/ .
"""

from __future__ import annotations

__all__ = ["looks_binary"]

# Where, which bytes, and what to call it.
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "a PDF document"),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"GIF87a", "a GIF picture"),
    (0, b"GIF89a", "a GIF picture"),
    (0, b"II*\0", "a TIFF picture"),
    (0, b"MM\0*", "a TIFF picture"),
    (0, b"8BPS\0\1", "a Photoshop picture"),
    (0, b"\0\0\1\0", "an icon"),
    (0, b"AT&TFORM", "a DjVu document"),
    (60, b"BOOKMOBI", "a Kindle book"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (0, b"\x1f\x8b\x08", "a gzip archive"),
    (4, b"1AY&SY", "a bzip2 archive"),
    (0, b"\xfd7zXZ\0", "an xz archive"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (257, b"ustar", "a tar archive"),
    (0, b"PK\x05\x06", "an empty ZIP archive"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ\x90\0", "a program"),
    (0, b"\xfe\xed\xfa\xce", "a program"),
    (0, b"\xfe\xed\xfa\xcf", "a program"),
    (0, b"\xcf\xfa\xed\xfe", "a program"),
    (0, b"\xca\xfe\xba\xbe", "a program"),
    (0, b"\0asm", "a program"),
    (0, b"SQLite format 3\0", "an SQLite database"),
    (0, b"wOFF\0\1\0\0", "a font"),
    (0, b"wOFFOTTO", "a font"),
    (0, b"wOF2\0\1\0\0", "a font"),
    (0, b"wOF2OTTO", "a font"),
    (0, b"OTTO\0", "a font"),
    (0, b"\0\1\0\0\0", "a font"),
    (0, b"ttcf\0", "a font"),
    (0, b"ID3\2", "an MP3 recording"),
    (0, b"ID3\3", "an MP3 recording"),
    (0, b"ID3\4", "an MP3 recording"),
    (0, b"fLaC\0", "a FLAC recording"),
    (0, b"OggS\0", "an Ogg recording"),
    (0, b"\x1aE\xdf\xa3", "a Matroska video"),
    (0, b"FLV\1", "a Flash video"),
    (0, b"bplist00", "a binary property list"),
)
# ISO base media files: the brand behind "ftyp" (ISO/IEC 14496-12, section 4.3).
_BRANDS = {
    b"avif": "an AVIF picture",
    b"avis": "an AVIF picture",
    b"heic": "a HEIC picture",
    b"heix": "a HEIC picture",
    b"mif1": "a HEIF picture",
    b"M4A ": "an AAC recording",
}
_RIFF = {b"WEBP": "a WebP picture", b"WAVE": "a WAV recording", b"AVI ": "an AVI video"}
# What a ZIP archive holds, by the names of its first entries.
_ZIPPED = (
    (b"application/epub+zip", "an EPUB book"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file"),
    (b"word/", "a Word document"),
    (b"xl/", "an Excel workbook"),
    (b"ppt/", "a PowerPoint presentation"),
)
_HEAD_BYTES = 8192
# Text has hardly any control characters besides line ends, tabs, form feeds and escape (which
# ISO-2022 uses); a stray NUL makes no binary file.
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\x0b\x0c\r\x1b")
_CONTROL_SHARE = 0.05


def looks_binary(data: bytes) -> str | None:
    """What ``data`` is if it is no text, as words for a message: ``"a PDF document"``.

    ``None`` for text in any encoding, UTF-16 and UTF-32 among them, and for no data.
    """
    for offset, signature, words in _SIGNATURES:
        if data.startswith(signature, offset):
            return words
    return _container(data) or ("binary data" if _full_of_controls(data[:_HEAD_BYTES]) else None)


def _container(data: bytes) -> str | None:
    """The formats whose signature is in two places."""
    if data.startswith(b"PK\x03\x04"):
        head = data[:_HEAD_BYTES]
        return next((words for mark, words in _ZIPPED if mark in head), "a ZIP archive")
    if data[4:8] == b"ftyp" and data[:2] == b"\0\0":
        return _BRANDS.get(data[8:12], "a video")
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12])
    if data.startswith(b"BM") and data[6:10] == b"\0\0\0\0":
        return "a BMP picture"
    # PDF readers accept a few bytes of junk before the header (ISO 32000-1, annex H.3.4.1).
    if b"%PDF-1." in data[:1024] and _full_of_controls(data[:_HEAD_BYTES]):
        return "a PDF document"
    return None


def _full_of_controls(head: bytes) -> bool:
    """Whether more control characters are in ``head`` than any text has."""
    if not head or head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return False
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls <= _CONTROL_SHARE * len(head):
        return False
    from converters.decoding import decode

    # UTF-16 and UTF-32 without a mark: half or more of the bytes of Latin text are NUL.
    return not decode(head).encoding.startswith(("utf-16", "utf-32"))
