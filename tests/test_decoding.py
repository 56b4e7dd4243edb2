"""Bytes to text: every encoding, with and without declarations, true and false ones."""

from __future__ import annotations

import codecs
import random
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.decoding import Decoded, declared_encoding, decode
from tests.sentences import PARAGRAPHS

# Language -> the encodings its texts are found in: Python's codec and the name we give.
ENCODINGS = {
    "zh-Hans": [("gb2312", "gb18030"), ("gbk", "gb18030"), ("gb18030", "gb18030")],
    "zh-Hant": [("big5", "big5"), ("big5hkscs", "big5"), ("gb18030", "gb18030")],
    "ja": [("cp932", "shift_jis"), ("euc_jp", "euc-jp"), ("iso2022_jp", "iso-2022-jp")],
    "ko": [("euc_kr", "euc-kr"), ("cp949", "euc-kr")],
    "ru": [("cp1251", "windows-1251"), ("koi8_r", "koi8-u"), ("cp866", "ibm866")],
    "uk": [("cp1251", "windows-1251"), ("koi8_u", "koi8-u")],
    "bg": [("cp1251", "windows-1251")],
    "el": [("cp1253", "windows-1253")],
    "he": [("cp1255", "windows-1255")],
    "ar": [("cp1256", "windows-1256")],
    "fa": [("cp1256", "windows-1256")],
    "th": [("cp874", "windows-874")],
    "de": [("cp1252", "windows-1252")],
    "fr": [("cp1252", "windows-1252")],
    "es": [("cp1252", "windows-1252")],
    "pt": [("cp1252", "windows-1252")],
    "it": [("cp1252", "windows-1252")],
    "sv": [("cp1252", "windows-1252")],
    "pl": [("cp1250", "windows-1250"), ("iso8859_2", "iso-8859-2")],
    "cs": [("cp1250", "windows-1250"), ("iso8859_2", "iso-8859-2")],
    "hu": [("cp1250", "windows-1250")],
    "tr": [("cp1254", "windows-1254")],
}
# Code pages that agree on all the letters of some texts, so that the name does not matter.
LOOKALIKES = {"windows-1252", "windows-1250", "iso-8859-2", "windows-1254"}
TABLE = [
    pytest.param(language, codec, name, id=f"{language}-{codec}")
    for language, encodings in ENCODINGS.items()
    for codec, name in encodings
]


def encoded(language: str, codec: str) -> tuple[bytes, str]:
    """A paragraph in an encoding, and the text that the encoding can hold of it."""
    data = PARAGRAPHS[language].encode(codec, "ignore")
    return data, data.decode(codec)


@pytest.mark.requirement("IN-20")
@pytest.mark.parametrize(("language", "codec", "name"), TABLE)
def test_without_a_declaration(language: str, codec: str, name: str) -> None:
    data, text = encoded(language, codec)
    decoded = decode(data)
    assert decoded == Decoded(text, decoded.encoding)
    if name not in LOOKALIKES:
        assert decoded.encoding == name


@pytest.mark.requirement("IN-20")
@pytest.mark.parametrize(("language", "codec", "name"), TABLE)
@pytest.mark.parametrize("wrong", ["utf-8", "iso-8859-1", "gb2312", "windows-1251", "shift_jis"])
def test_a_wrong_declaration_loses(language: str, codec: str, name: str, wrong: str) -> None:
    """The paragraph stands three times: a declaration is worth a few dozen bits of evidence."""
    text = "\n".join([encoded(language, codec)[1]] * 3)
    assert decode(text.encode(codec), wrong).text == text


@pytest.mark.requirement("IN-20")
@pytest.mark.parametrize("language", PARAGRAPHS)
@pytest.mark.parametrize("wrong", [None, "gb2312", "big5", "iso-8859-1", "shift_jis", "utf-16"])
def test_utf_8_wins_over_every_declaration(language: str, wrong: str | None) -> None:
    text = PARAGRAPHS[language]
    assert decode(text.encode(), wrong) == Decoded(text, "utf-8")


@pytest.mark.requirement("IN-20")
@pytest.mark.parametrize(
    ("label", "text", "codec", "name"),
    [
        ("gb2312", "朱镕基总理", "gbk", "gb18030"),  # 镕 is not in GB 2312
        ("GB2312", "中文〇€㐀", "gb18030", "gb18030"),
        ("big5", "香港嘅嘢", "big5hkscs", "big5"),
        ("shift_jis", "①㈱髙橋", "cp932", "shift_jis"),
        ("x-sjis", "日本", "cp932", "shift_jis"),
        ("ks_c_5601-1987", "똠방각하", "cp949", "euc-kr"),
        ("iso-8859-1", "“naïve” – €5", "cp1252", "windows-1252"),
        ("latin1", "naïve", "cp1252", "windows-1252"),
        ("us-ascii", "naïve", "cp1252", "windows-1252"),
        ("iso-8859-9", "ığşİ", "cp1254", "windows-1254"),
        ("koi8-r", "мир", "koi8_r", "koi8-r"),
        ("tis-620", "ไทย", "cp874", "windows-874"),
        ("iso-8859-3", "ħaġa ċkejkna", "iso8859_3", "iso-8859-3"),
        ("cp936", "中文", "gbk", "gb18030"),
    ],
)
def test_labels_mean_what_browsers_take_them_for(
    label: str, text: str, codec: str, name: str
) -> None:
    """Short texts, so that the declaration decides."""
    assert decode(text.encode(codec), label) == Decoded(text, name)


@pytest.mark.requirement("IN-20")
@pytest.mark.parametrize(
    ("head", "label"),
    [
        ("<?xml version='1.0' encoding='gb2312'?><html/>", "gb2312"),
        ('<?xml version="1.0" encoding="BIG5" standalone="no"?>', "BIG5"),
        ("<!DOCTYPE html><meta charset=gbk>", "gbk"),
        ("<META CHARSET = 'gbk' >", "gbk"),
        ("<meta charset=&quot;gbk&quot;>", "gbk"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=gb2312">', "gb2312"),
        ("<meta content='text/html;charset=\"x-sjis\"' http-equiv=content-type>", "x-sjis"),
        ("<!--1698460743000-->\n<meta charset=big5>", "big5"),
        ("<!-- <meta charset=big5> --><meta charset=gbk>", "gbk"),
        ("<!-- <meta charset=big5>", None),
        ('<meta name="viewport" content="width=device-width"><meta charset="koi8-r">', "koi8-r"),
        ("<p>charset=big5</p>", None),
        ("x" * 4096 + "<meta charset=big5>", None),
        ("", None),
    ],
)
def test_declarations_in_documents(head: str, label: str | None) -> None:
    assert declared_encoding(head.encode("ascii")) == label


@pytest.mark.requirement("IN-20")
def test_a_declaration_in_the_document_decides_what_bytes_cannot() -> None:
    for label, codec in (("gb2312", "gbk"), ("shift_jis", "cp932"), ("windows-1253", "cp1253")):
        text = {"gbk": "两块", "cp932": "本日", "cp1253": "και"}[codec]
        page = f"<html><meta charset={label}><p>{text}</p>"
        assert decode(page.encode(codec)).text == page


@pytest.mark.requirement("IN-20")
def test_what_is_said_of_a_wrong_or_unknown_declaration() -> None:
    data = PARAGRAPHS["zh-Hans"].encode("gbk")
    assert decode(data, "utf-8").warnings == ("declared as utf-8, but the bytes are gb18030",)
    assert decode(data, "x-nonsense").warnings == (
        "declared encoding 'x-nonsense' is not known, so it was ignored",
    )
    assert decode(data, "utf-7").encoding == "gb18030"


# --- Marks, UTF-16, UTF-32 -----------------------------------------------------------------

WIDE = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]


@pytest.mark.requirement("IN-20")
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "ja", "ko", "ru", "en"])
@pytest.mark.parametrize("codec", WIDE)
def test_utf_16_and_utf_32_without_a_mark(language: str, codec: str) -> None:
    text = f"<p>{PARAGRAPHS[language]}</p>\n"
    assert decode(text.encode(codec), "gb2312") == Decoded(
        text, codec.replace("-le", "le").replace("-be", "be")
    )


@pytest.mark.requirement("IN-20")
@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (codecs.BOM_UTF8, "utf-8", "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16le"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16be"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32le"),
        (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32be"),
        (b"\x84\x31\x95\x33", "gb18030", "gb18030"),
    ],
)
def test_a_byte_order_mark_decides_and_goes(mark: bytes, codec: str, name: str) -> None:
    for text in ("一", "a", "", "山谷里的老桥"):
        assert decode(mark + text.encode(codec), "big5") == Decoded(text, name)


# --- Broken bytes --------------------------------------------------------------------------


@pytest.mark.requirement("IN-20")
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "ja", "ko", "ru", "de", "fr", "ar"])
@pytest.mark.parametrize("declared", [None, "gb2312", "iso-8859-1"])
def test_utf_8_cut_anywhere_stays_utf_8(language: str, declared: str | None) -> None:
    data = PARAGRAPHS[language].encode()
    for end in range(len(data) - 12, len(data)):
        decoded = decode(data[:end], declared)
        assert decoded.encoding == "utf-8"
        assert decoded.replaced <= 1
        assert decoded.text == data[:end].decode("utf-8", "replace")


@pytest.mark.requirement("IN-20")
@pytest.mark.parametrize("codec", ["gb18030", "big5", "cp932", "euc_jp", "cp949"])
def test_other_encodings_cut_inside_a_character(codec: str) -> None:
    language = {"gb18030": "zh-Hans", "big5": "zh-Hant", "cp949": "ko"}.get(codec, "ja")
    text = encoded(language, codec)[1].rstrip("。. ")
    decoded = decode(text.encode(codec)[:-1])
    assert decoded.text == text[:-1] + "\ufffd"
    assert decoded.replaced == 1


@pytest.mark.requirement("IN-20")
def test_a_few_broken_bytes_are_counted_and_told() -> None:
    data = PARAGRAPHS["zh-Hans"].encode()
    broken = data[:30] + b"\xff" + data[30:60] + b"\xc3\x28" + data[60:]
    decoded = decode(broken)
    assert decoded.encoding == "utf-8"
    assert decoded.replaced == 2
    assert decoded.text.replace("\ufffd", "").replace("(", "") == PARAGRAPHS["zh-Hans"]
    assert "2 places could not be decoded" in decoded.warnings[0]


@pytest.mark.requirement("IN-20")
def test_replacement_characters_of_the_source_are_told_too() -> None:
    decoded = decode("已经坏了的\ufffd字".encode())
    assert decoded.replaced == 1
    assert "1 place could not be decoded or had been lost before" in decoded.warnings[0]


@pytest.mark.requirement("IN-20")
def test_a_page_of_one_accented_letter() -> None:
    """Too few bytes for the languages of the world, but enough for common sense."""
    assert decode("<p>café</p>".encode("cp1252")).text == "<p>café</p>"
    assert decode("<p>café</p>".encode(), "gb2312").text == "<p>café</p>"
    assert decode("It’s fine, they said.".encode("cp1252"), "utf-8").text == "It’s fine, they said."


@pytest.mark.requirement("IN-20")
def test_two_bytes_that_are_utf_8_by_chance() -> None:
    """小山 in GB 2312 is D0 A1 C9 BD, which is valid UTF-8 as well."""
    assert decode("小山".encode("gb2312"), "gb2312") == Decoded("小山", "gb18030")
    assert decode("小山".encode("gb2312")).encoding == "utf-8"


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        (b"\x80 100", "gbk", "€ 100"),
        (b"\xa6\xd9", "gb18030", "︐"),
        (b"\xa1\x45\xa4\xa4\xa4\xe5", "big5", "‧中文"),
        (b"\xa3\xe1\xa4\xa4\xa4\xe5", "big5", "€中文"),
        (b"\xad\xa1\xad\xea\xc6\xfc\xcb\xdc", "euc-jp", "①㈱日本"),
        (b"\xc6\xfc\xa1\xc1\xcb\xdc", "euc-jp", "日～本"),
    ],
)
def test_vendors_additions(data: bytes, declared: str, text: str) -> None:
    assert decode(data, declared).text == text


# --- Properties ----------------------------------------------------------------------------

HAN = st.text(
    st.sampled_from(PARAGRAPHS["zh-Hans"] + "的一是不了在人有我他这个们中来上大"), min_size=12
)


@pytest.mark.requirement("IN-20")
@given(HAN, st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-32", "utf-8-sig"]))
def test_common_chinese_survives_every_unicode_encoding(text: str, codec: str) -> None:
    decoded = decode(text.encode(codec), codec if codec == "gb18030" else None)
    assert decoded == Decoded(text, decoded.encoding)


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "gbk", "big5", "x", "euc-jp"]))
def test_any_bytes_give_some_text(data: bytes, declared: str | None) -> None:
    decoded = decode(data, declared)
    assert decoded == decode(data, declared)
    assert "\r" not in decoded.text
    assert decoded.replaced == decoded.text.count("\ufffd")
    assert bool(decoded.replaced) == any("U+FFFD" in line for line in decoded.warnings)
    decoded.text.encode("utf-8")  # no halves of characters


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\ufffd\ufeff\0")))
def test_all_text_survives_utf_8(text: str) -> None:
    if not text.isascii():
        assert decode(text.encode()) == Decoded(text, "utf-8")


@pytest.mark.requirement("IN-1")
def test_line_ends_become_line_feeds() -> None:
    assert decode(b"a\r\nb\rc\n\r\nd").text == "a\nb\nc\n\nd"


@pytest.mark.requirement("IN-20", "SEC-7")
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"a" * 4_000_000 + b"\xff", id="one word"),
        pytest.param(b"<" * 4_000_000 + b"\xe4", id="tags"),
        pytest.param(b"<!--" * 1_000_000 + b"\xe4", id="comments"),
        pytest.param(b"<meta charset" * 300_000 + b"\xe4", id="declarations"),
        pytest.param(b"\xe4\xbd" * 1_000_000, id="broken characters"),
        pytest.param(random.Random(1).randbytes(1_000_000), id="noise"),
    ],
)
def test_hostile_bytes_are_decoded_in_linear_time(data: bytes) -> None:
    start = time.process_time()
    decode(data)
    assert time.process_time() - start < 4


# --- The corpus ----------------------------------------------------------------------------


@pytest.mark.requirement("IN-20")
def test_pages_of_the_corpus(corpus: Path) -> None:
    """Two of the hundred are not UTF-8; nothing is lost, and nothing is mojibake."""
    found = {}
    for path in sorted((corpus / "pages").glob("*.html")):
        decoded = decode(path.read_bytes())
        assert decoded.replaced == 0, path.name
        assert decoded.warnings == (), path.name
        assert not set(decoded.text) & {chr(code) for code in range(0x80, 0xA0)}, path.name
        found[path.name] = decoded.encoding
    assert sorted(found.values()).count("windows-1252") == 2
    assert set(found.values()) == {"utf-8", "windows-1252"}


@pytest.mark.requirement("IN-20")
@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "windows-1251"])
@pytest.mark.parametrize("codec", ["gb18030", "big5hkscs"])
def test_chinese_articles_of_the_corpus_in_old_encodings(
    corpus: Path, codec: str, declared: str | None
) -> None:
    for path in sorted((corpus / "dated").glob("*.md"))[::4]:
        text = path.read_text("utf-8")
        text = text.encode(codec, "xmlcharrefreplace").decode(codec).replace("•", "‧")
        assert decode(text.encode(codec, "xmlcharrefreplace"), declared).replaced == 0
        assert decode(text.encode("gb18030"), declared).text == text


def test_what_no_encoding_fits_is_not_the_log_s_business(caplog: pytest.LogCaptureFixture) -> None:
    decoded = decode(b"<meta charset=utf-8>text \x8fb\xfe\x8f\xfe\x81\xfe\x90")
    assert "text" in decoded.text
    assert not caplog.records
