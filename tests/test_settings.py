"""The edition file."""

import re
from datetime import date
from pathlib import Path

import pytest

from converters.edition.settings import Briefing, Settings, parse_groups, read_settings
from converters.errors import ConversionError, UnreadableSource

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "edition-file.md"


def read(folder: Path, text: str) -> Settings:
    file = folder / "edition.toml"
    file.write_text(text, encoding="utf-8")
    return read_settings(file)


def test_the_example_of_the_documentation_is_read(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    settings = read(tmp_path, example)
    assert settings.title == "一周"
    assert settings.group == ("source", "day")
    assert settings.since == date(2020, 10, 12)
    assert settings.sources == (str(tmp_path / "saved"), "https://example.org/feed.xml")
    unset = Settings()
    said = {
        name
        for name in Settings.__struct_fields__
        if getattr(settings, name) != getattr(unset, name)
    }
    assert said == set(Settings.__struct_fields__)  # the example shows every key
    said = {
        name
        for name in Briefing.__struct_fields__
        if getattr(settings.briefing, name) != getattr(unset.briefing, name)
    }
    assert said == set(Briefing.__struct_fields__)
    assert settings.briefing.note == f"@{tmp_path / 'note.txt'}"
    assert settings.briefing.logo == str(tmp_path / "house.svg")
    assert settings.briefing.style == "newspaper"


def test_every_key_is_in_the_documentation() -> None:
    rows = re.findall(r"^\| `([a-z.-]+)`", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    fields = {"for" if name == "device" else name for name in Settings.__struct_fields__}
    fields |= {f"briefing.{name}" for name in Briefing.__struct_fields__}
    assert set(rows) == {name.replace("_", "-") for name in fields}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("columns = 3", "briefing.columns must be 1 or 2, not 3"),
        ("columns = true", "briefing.columns must be 1 or 2, not true"),
        ("qr = 'yes'", "briefing.qr must be true or false"),
        ("flow = 'book'", "briefing.flow must be one of page, continuous"),
        ("note = 3", "briefing.note must be text, or @ and the name of a file"),
        ("dupleks = true", "did you mean 'briefing.duplex'"),
    ],
)
def test_what_is_wrong_with_a_briefing_is_told(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ConversionError, match=re.escape(reason)):
        read(tmp_path, f"[briefing]\n{text}\n")


def test_keys_of_a_briefing_have_a_table_of_their_own(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=r"'qr' .* it belongs below \[briefing\]"):
        read(tmp_path, "qr = true")
    with pytest.raises(ConversionError, match="briefing must be a table"):
        read(tmp_path, "briefing = true")
    kept = read(tmp_path, '[briefing]\nnote = """One.\n\nTwo."""\ntoner_save = true\n').briefing
    assert (kept.note, kept.toner_save) == ("One.\n\nTwo.", True)


def test_keys_have_dashes_or_underscores(tmp_path: Path) -> None:
    assert read(tmp_path, "series-index = 3").series_index == "3"
    assert read(tmp_path, "series_index = '3b'").series_index == "3b"
    assert read(tmp_path, "author = 'A'").authors == ("A",)
    assert read(tmp_path, "keep-duplicates = true").keep_duplicates is True
    with pytest.raises(ConversionError, match="'author' twice, under two names"):
        read(tmp_path, "authors = ['A']\nauthor = 'B'")


def test_what_is_not_said_is_unset(tmp_path: Path) -> None:
    assert read(tmp_path, "# nothing\n") == Settings()
    assert read(tmp_path, "group = 'none'").group == ()
    assert read(tmp_path, "keep-duplicates = false").keep_duplicates is False


def test_paths_begin_at_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "weekly"
    folder.mkdir()
    text = (
        "sources = ['in/*.html', 'https://example.org/', '-', '../more.zip']\n"
        "cover = 'cover.jpg'\noutput = 'out/week.epub'\nstyle = 'own.css'\n"
    )
    (folder / "edition.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    settings = read_settings("weekly/edition.toml")
    assert settings.sources == (
        str(folder / "in/*.html"),
        "https://example.org/",
        "-",
        str(folder / "../more.zip"),
    )
    assert settings.cover == str(folder / "cover.jpg")
    assert settings.output == str(folder / "out/week.epub")
    assert settings.style == str(folder / "own.css")
    assert read(tmp_path, "output = 'site/'").output == f"{tmp_path / 'site'}/"
    named = read(tmp_path, "cover = 'none'\nstyle = 'quiet'")
    assert (named.cover, named.style) == ("none", "quiet")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "titel = 'x'",
            "has a key 'titel' that means nothing here; did you mean 'title'? known are",
        ),
        ("title = 3", "title must be text in quotation marks, not 3"),
        (
            "authors = ['A', 2]",
            "authors must be text or a list of texts, none of them empty, not 2",
        ),
        ("authors = ['']", "authors must be text or a list of texts, none of them empty"),
        ("sort = 'size'", "sort must be one of given, date, title, source, not 'size'"),
        (
            "group = ['source', 'week']",
            "group must be none or one or several of source, day, month, tag",
        ),
        ("group = 'source, source'", "group names a group twice: source, source"),
        ("group = 3", "group must be none or one or several of source, day, month, tag, not 3"),
        ("for = 'nook'", "for must be one of generic, kindle, kobo, not 'nook'"),
        ("since = 'soon'", "since must be a date: 'soon' is no date; a day is written 2020-10-12"),
        ("since = true", "since must be a date such as 2020-10-12, not true"),
        (
            "since = 2021-01-02\nuntil = 2021-01-01",
            "since (2021-01-02) is after until (2021-01-01)",
        ),
        ("date = 12:30:00", "date must be a date such as 2020-10-12"),
        ("language = 'klingonisch'", "language must be a language tag such as zh-Hans or en"),
        ("keep-duplicates = 'yes'", "keep-duplicates must be true or false, not 'yes'"),
        ("series-index = [1]", "series-index must be a number or text, not a list"),
        ("options = 'x'", "options must be a table of a format's own options, not 'x'"),
        (
            "[options]\nwidth = 1.5",
            "options has width, which must be text, a number, true or false",
        ),
        ("title = ", "is not TOML: "),
        ("a = " + "[" * 100_000, "is not TOML: "),
    ],
)
def test_an_error_names_the_key_and_what_it_takes(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ConversionError) as caught:
        read(tmp_path, text)
    assert caught.value.source == str(tmp_path / "edition.toml")
    assert caught.value.reason.startswith(reason)


def test_dates_are_days_months_or_years(tmp_path: Path) -> None:
    month = read(tmp_path, "since = '2020-10'\nuntil = '2020-10'")
    assert (month.since, month.until) == (date(2020, 10, 1), date(2020, 10, 31))
    year = read(tmp_path, "since = 2020\nuntil = 2020")
    assert (year.since, year.until) == (date(2020, 1, 1), date(2020, 12, 31))
    assert read(tmp_path, "date = 2020-10-12T10:00:00Z").date == date(2020, 10, 12)


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="No such file"):
        read_settings(tmp_path / "none.toml")
    file = tmp_path / "edition.toml"
    file.write_bytes("title = '一周'".encode("gbk"))
    with pytest.raises(ConversionError, match="not in UTF-8"):
        read_settings(file)
    file.write_bytes(b"\xef\xbb\xbftitle = 'x'\r\n")
    assert read_settings(file).title == "x"
    file.write_bytes(b"#" * 1_100_000)
    with pytest.raises(ConversionError, match="too large"):
        read_settings(file)


def test_groups_are_read_as_the_command_has_them() -> None:
    assert parse_groups("source, day") == ("source", "day")
    assert parse_groups("none") == ()
    for wrong in ("source,week", "source,,day", "none,day", ""):
        with pytest.raises(ValueError, match="one or several of source, day, month, tag"):
            parse_groups(wrong)


def test_a_key_of_very_many_parts_takes_no_time(tmp_path: Path) -> None:
    file = tmp_path / "edition.toml"
    for key in ("a." * 100_000 + "a", "'a'.\"b\" . " * 50_000 + "a"):
        file.write_text(f"{key} = 1", "utf-8")
        with pytest.raises(ConversionError, match="too many parts"):
            read_settings(file)
    file.write_text(f"description = '{'a' * 400_000}'\ntitle = 'A. B. C.'", "utf-8")
    assert read_settings(file).title == "A. B. C."
