"""DOCX and ODT as pandoc makes them, finished: languages and the same bytes every time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime

from converters.languages import primary

__all__ = ["finished", "office_tag"]

_ADDRESS = re.compile(rb'(<pic:cNvPr descr=)"data:[^"]*"')
_EPOCH = (1980, 1, 1, 0, 0, 0)
# Word and LibreOffice know Chinese by country, not by script.
_CHINESE: Mapping[str, str] = {"zh-Hans": "zh-CN", "zh-Hant": "zh-TW", "zh": "zh-CN"}
_COUNTRIES: Mapping[str, str] = {"ja": "ja-JP", "ko": "ko-KR", "yue": "zh-HK"}
_EAST_ASIAN = frozenset(("zh", "ja", "ko", "yue"))
# Text without a language of its own gets the fonts of the language around it: Song or Ming type
# where Word and LibreOffice have them, Noto where they do not.
_FONTS: Mapping[str, str] = {
    "zh-CN": "Noto Serif CJK SC",
    "zh-TW": "Noto Serif CJK TC",
    "zh-HK": "Noto Serif CJK HK",
    "ja-JP": "Noto Serif CJK JP",
    "ko-KR": "Noto Serif CJK KR",
}


def office_tag(language: str) -> str:
    """``language`` (BCP 47) as office programs know it: Chinese, Japanese, Korean by country."""
    if language in _CHINESE:
        return _CHINESE[language]
    if language.startswith("zh-"):
        parts = language.split("-")
        region = next((part for part in parts[1:] if len(part) == 2), "")
        return f"zh-{region}" if region else _CHINESE["-".join(parts[:2])]
    return _COUNTRIES.get(language, language)


def finished(data: bytes, kind: str, language: str, moment: datetime) -> bytes:
    """The package ``data`` (``kind`` is ``docx`` or ``odt``) with ``language`` in its styles.

    Members keep their order; their times are fixed. ``moment`` is when the text was made, which
    pandoc's sandbox puts at the beginning of 1970.
    """
    made = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    tag = office_tag(language)
    east = tag if primary(tag) in _EAST_ASIAN else ""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as target:
        for entry in package.infolist():
            content = package.read(entry)
            if kind == "docx" and entry.filename == "word/settings.xml" and east:
                content = _theme_language(content, east)
            elif kind == "docx" and entry.filename in ("word/document.xml", "word/footnotes.xml"):
                # pandoc writes a picture's address here, and our addresses are the pictures.
                content = _ADDRESS.sub(rb'\1""', content)
            elif kind == "odt" and entry.filename == "styles.xml" and east:
                content = _odt_language(content, east)
            if entry.filename in ("docProps/core.xml", "meta.xml"):
                content = content.replace(b">1970-01-01T00:00:00Z<", b">" + made + b"<")
            fixed = zipfile.ZipInfo(entry.filename, _EPOCH)
            stored = entry.filename == "mimetype"
            fixed.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            fixed.external_attr = 0o644 << 16
            target.writestr(fixed, content)
    return out.getvalue()


def _theme_language(content: bytes, tag: str) -> bytes:
    """Word chooses the theme's East Asian font by this (ECMA-376-1, 17.15.1.88)."""
    mark = b"<w:themeFontLang "
    return content.replace(mark, mark + f'w:eastAsia="{tag}" '.encode(), 1)


def _odt_language(content: bytes, tag: str) -> bytes:
    """The language and font of East Asian text (ODF 1.3-3, 20.202, 20.269)."""
    language, _, country = tag.partition("-")
    content = re.sub(
        rb'style:language-asian="[^"]*"', f'style:language-asian="{language}"'.encode(), content
    )
    content = re.sub(
        rb'style:country-asian="[^"]*"', f'style:country-asian="{country}"'.encode(), content
    )
    font = _FONTS.get(tag)
    if font:
        content = re.sub(
            rb'style:font-name-asian="[^"]*"',
            f'style:font-family-asian="{font}"'.encode(),
            content,
        )
    return content
