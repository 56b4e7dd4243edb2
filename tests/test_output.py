"""Output: whole files, safe names, text that no terminal acts on."""

from __future__ import annotations

import errno
import os
import stat
import sys
import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.errors import WriteError
from converters.output import MAX_NAME, Names, safe_name, visible, write_whole

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="permissions and pipes of POSIX")


# --- Whole files ---------------------------------------------------------------------------


@pytest.mark.requirement("ALL-11")
def test_a_new_file_in_new_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "文.md"
    write_whole(path, b"x" * 1000)
    assert path.read_bytes() == b"x" * 1000
    assert [entry.name for entry in path.parent.iterdir()] == ["文.md"]


@pytest.mark.requirement("SEC-8")
def test_an_existing_file_needs_force(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"old")
    with pytest.raises(WriteError, match="--force"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    write_whole(path, b"new", force=True)
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.md"]


@POSIX
def test_permissions(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "new.md", b"x")
        kept = tmp_path / "kept.md"
        kept.write_bytes(b"x")
        kept.chmod(0o604)
        write_whole(kept, b"y", force=True)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.md").stat().st_mode) == 0o640
    assert stat.S_IMODE(kept.stat().st_mode) == 0o604


@pytest.mark.requirement("SEC-8")
@POSIX
def test_a_link_is_replaced_and_never_written_through(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    for target in ("secret", "nowhere"):
        path = tmp_path / "out.md"
        path.unlink(missing_ok=True)
        path.symlink_to(target)
        with pytest.raises(WriteError, match="--force"):
            write_whole(path, b"x")
        write_whole(path, b"x", force=True)
        assert not path.is_symlink()
        assert path.read_bytes() == b"x"
    assert secret.read_bytes() == b"secret"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.requirement("SEC-8")
@POSIX
def test_devices_pipes_and_folders_are_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "null").symlink_to("/dev/null")
    (tmp_path / "folder").mkdir()
    for name, reason in (("pipe", "pipe"), ("null", "device"), ("folder", "is a folder")):
        for force in (False, True):
            with pytest.raises(WriteError, match=reason):
                write_whole(tmp_path / name, b"x", force=force)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["folder", "null", "pipe"]


@pytest.mark.requirement("ALL-11")
@pytest.mark.parametrize(
    ("step", "error", "reason"),
    [
        ("fsync", OSError(errno.ENOSPC, "No space left"), "the disk is full"),
        ("fsync", OSError(errno.EDQUOT, "Quota"), "quota"),
        ("open", OSError(errno.EACCES, "Permission denied"), "you may not write there"),
        ("open", OSError(errno.EROFS, "Read-only"), "read-only"),
        ("replace", OSError(errno.EIO, "Input/output error"), "Input/output error"),
    ],
)
def test_a_failure_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: OSError, reason: str
) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"old")

    def failing(*arguments: Any, **keywords: Any) -> None:
        raise error

    monkeypatch.setattr(Path if step == "replace" else os, step, failing)
    with pytest.raises(WriteError, match=reason) as raised:
        write_whole(path, b"new", force=True)
    monkeypatch.undo()
    assert raised.value.source == str(path)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.md"]


@pytest.mark.requirement("ALL-11")
def test_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a.md", b"x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.requirement("SEC-8")
def test_a_file_that_appears_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.md"
    fsync = os.fsync

    def another_is_faster(descriptor: int) -> None:
        path.write_bytes(b"other")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", another_is_faster)
    with pytest.raises(WriteError, match="--force"):
        write_whole(path, b"x")
    assert path.read_bytes() == b"other"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.md"]


def test_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(path: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", unsupported)
    write_whole(tmp_path / "a.md", b"x")
    assert (tmp_path / "a.md").read_bytes() == b"x"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("a.md/b.md", "is a file"), ("x" * 300, "too long"), ("a\0b", "no file can have")],
)
def test_paths_that_cannot_be(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "a.md").write_bytes(b"x")
    with pytest.raises(WriteError, match=reason):
        write_whole(tmp_path / name, b"x")


# --- Names ---------------------------------------------------------------------------------


@pytest.mark.requirement("SEC-8")
@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("山谷里的老桥", "山谷里的老桥.md"),
        ("王毅访美：“稳住”关系？", "王毅访美：“稳住”关系？.md"),
        ("A/B测试: foo?", "A B测试 foo.md"),
        ("../../etc/passwd", "etc passwd.md"),
        ("..\\..\\x", "x.md"),
        (".hidden", "hidden.md"),
        ("--force", "force.md"),
        ("~root", "root.md"),
        ("end. . ", "end.md"),
        ("a\u202egnp.exe", "agnp.exe.md"),
        ("tab\there\nline\x00nul\x1b[31m", "tab here line nul [31m.md"),
        ("\ud83d half", "half.md"),
        ("CON", "article CON.md"),
        ("nul.txt", "article nul.txt.md"),
        ("COM1", "article COM1.md"),
        ("LPT¹ .x", "article LPT¹ .x.md"),
        ("Console", "Console.md"),
        ("", "article.md"),
        ("...", "article.md"),
        ("???", "article.md"),
        ("a  b\u3000c", "a b c.md"),
    ],
)
def test_names_of_titles(title: str, name: str) -> None:
    assert safe_name(title, ".md") == name


@pytest.mark.requirement("SEC-8")
def test_a_long_name_is_cut_between_characters() -> None:
    assert safe_name("文" * 100, ".md") == "文" * 39 + ".md"
    assert safe_name("x" + "文" * 100, ".md") == "x" + "文" * 38 + ".md"
    accents = "e\u0301" * 100
    assert safe_name(accents, ".md") == "e\u0301" * 39 + ".md"
    assert safe_name("x" * 116 + ". y", ".md") == "x" * 116 + ".md"


@pytest.mark.requirement("SEC-8")
def test_taken_names_get_a_number() -> None:
    taken = ["Bericht.md", "BERICHT-2.md", "STRASSE.md", "cafe\u0301.md"]
    assert safe_name("bericht", ".md", taken) == "bericht-3.md"
    assert safe_name("straße", ".md", taken) == "straße-2.md"
    assert safe_name("caf\u00e9", ".md", taken) == "caf\u00e9-2.md"
    long = safe_name("文" * 100, ".md")
    second = safe_name("文" * 100, ".md", [long])
    assert second == "文" * 38 + "-2.md"


def is_safe(name: str) -> bool:
    """The rules of the security list, said once more."""
    return (
        bool(name)
        and len(name.encode("utf-8")) <= MAX_NAME
        and PurePosixPath(name).name == PureWindowsPath(name).name == name
        and name not in {".", ".."}
        and not name.startswith((".", "-", "~", " "))
        and not name.endswith((".", " "))
        and not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in name)
        and not set(name) & set('<>:"/\\|?*')
        and not PureWindowsPath(name).is_reserved()
    )


@pytest.mark.requirement("SEC-8")
@pytest.mark.filterwarnings("ignore:.*is_reserved:DeprecationWarning")
@given(st.text(), st.sampled_from(["", ".md", ".epub"]))
def test_every_title_makes_a_safe_name(title: str, suffix: str) -> None:
    name = safe_name(title, suffix)
    assert is_safe(name), name
    assert name.endswith(suffix)
    assert is_safe(safe_name(title, suffix, [name]))


@pytest.mark.requirement("SEC-8", "ALL-3")
@given(st.lists(st.text(max_size=20), max_size=12))
def test_paths_of_many_sources(relatives: list[str]) -> None:
    names = Names()
    paths = [names.path_for(relative, ".md") for relative in relatives]
    keys = {unicodedata.normalize("NFC", str(path)).casefold() for path in paths}
    assert len(keys) == len(paths)
    for path in paths:
        assert not path.is_absolute()
        assert ".." not in path.parts
    again = Names()
    assert [again.path_for(relative, ".md") for relative in relatives] == paths


@pytest.mark.requirement("SEC-8")
def test_paths_keep_folders_and_differ_by_suffix() -> None:
    names = Names()
    assert names.path_for("a/b.html", ".txt") == Path("a/b.txt")
    assert names.path_for("a/b.md", ".txt") == Path("a/b-md.txt")
    assert names.path_for("A/B.md", ".txt").parent == Path("A")
    assert names.path_for("../../x.md", ".txt") == Path("x.txt")
    assert names.path_for("/etc/passwd", ".txt") == Path("etc/passwd.txt")
    third = names.path_for("a/b.md", ".txt")
    assert third.name.startswith("b-")
    assert third != Path("a/b-md.txt")


@pytest.mark.requirement("SEC-8", "SEC-7")
def test_many_articles_of_one_title() -> None:
    names = Names()
    made = [names.name_for("无标题", ".md") for _ in range(3000)]
    assert made[:3] == ["无标题.md", "无标题-2.md", "无标题-3.md"]
    assert len(set(made)) == 3000
    assert names.name_for("无标题-2", ".md") == "无标题-2-2.md"


# --- Terminals -----------------------------------------------------------------------------


@pytest.mark.requirement("SEC-11")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("\x9b31m\x7f", r"\x9b31m\x7f"),
        ("a\u202eb\u2066c\u200fd\u061ce", r"a\u202eb\u2066c\u200fd\u061ce"),
        ("\u2028\ufeff\ufff9", r"\u2028\ufeff\ufff9"),
        ("\U000e0041", r"\U000e0041"),
        ("\udc80", r"\udc80"),
        ("a\rb", r"a\x0db"),
        ("a\nb\tc", "a b c"),
        ("山谷 “é” 👨\u200d👩 [/x]", "山谷 “é” 👨\u200d👩 [/x]"),
    ],
)
def test_what_a_terminal_would_act_on_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.requirement("SEC-11")
@given(st.text(st.characters()))
def test_nothing_acts_on_a_terminal(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    assert not any(
        unicodedata.category(char) in {"Cc", "Cs"}
        or unicodedata.bidirectional(char) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI"}
        for char in shown
    )
