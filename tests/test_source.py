"""Sources: files, folders, standard input, and what is refused."""

from __future__ import annotations

import io
import os
import pickle
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from converters.errors import ConversionError, UnknownFormat, UnreadableSource, UnsafeSource
from converters.fetch import Fetched, FetchPolicy
from converters.source import MAX_BYTES, Source, open_source, open_sources

ROOT_SEES_ALL = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything"
)


def made(folder: Path, *names: str) -> Path:
    """Make files, each holding its own name."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, "utf-8")
    return folder


def opened(*names: object, **options: object) -> list[Source | ConversionError]:
    return list(open_sources([str(name) for name in names], **options))  # type: ignore[arg-type]


def sources(*names: object) -> list[Source]:
    found = opened(*names)
    assert all(isinstance(each, Source) for each in found), found
    return [each for each in found if isinstance(each, Source)]


def only_error(*names: object, **options: object) -> ConversionError:
    (found,) = opened(*names, **options)
    assert isinstance(found, ConversionError)
    return found


def test_a_file(tmp_path: Path) -> None:
    path = made(tmp_path, "文 章.html") / "文 章.html"
    source = open_source(path, url="https://e.org/", encoding="gbk")
    assert source.data == "文 章.html".encode()
    assert (source.name, source.path, source.base_dir) == (str(path), path, tmp_path)
    assert source.root == tmp_path
    assert (source.url, source.encoding, source.suffix) == ("https://e.org/", "gbk", ".html")
    assert source.relative == "文 章.html"


@pytest.mark.parametrize(
    ("name", "relative"),
    [
        ("a/b.html", "a/b.html"),
        ("./a//b.html", "a/b.html"),
        ("a/../a/b.html", "a/b.html"),
        ("../{here}/a/b.html", "b.html"),
    ],
)
def test_the_place_of_the_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, relative: str
) -> None:
    monkeypatch.chdir(made(tmp_path, "a/b.html"))
    (source,) = sources(name.format(here=tmp_path.name))
    assert source.relative == relative
    assert source.data == b"a/b.html"


def test_a_folder_gives_its_files_in_the_order_of_their_paths(tmp_path: Path) -> None:
    made(tmp_path, "b.html", "a/z.md", "a/c/d.txt", "c.md", "B.md", "a.md")
    found = sources(tmp_path)
    assert [each.relative for each in found] == [
        *("B.md", "a/c/d.txt", "a/z.md", "a.md", "b.html", "c.md"),
    ]
    assert [each.data.decode() for each in found] == [each.relative for each in found]
    assert {each.root for each in found} == {tmp_path}
    assert found[1].base_dir == tmp_path / "a" / "c"
    assert found[1].name == str(tmp_path / "a" / "c" / "d.txt")


def test_what_is_no_article_in_a_folder_is_left_out(tmp_path: Path) -> None:
    made(
        tmp_path,
        *("page.html", "page_files/frame.html", "page_files/style.css", "photo.JPG", "font.woff2"),
        *(".hidden.md", ".git/config", "CVS/Root", "node_modules/x/readme.md", ".obsidian/x.md"),
        *("notes_files/kept.md", "seite.htm", "seite-Dateien/x.html"),
    )
    assert [each.relative for each in sources(tmp_path)] == [
        *("notes_files/kept.md", "page.html", "seite.htm"),
    ]


def test_a_file_named_by_itself_is_never_left_out(tmp_path: Path) -> None:
    made(tmp_path, ".hidden.svg")
    assert [each.data for each in sources(tmp_path / ".hidden.svg")] == [b".hidden.svg"]


@pytest.mark.requirement("ALL-11")
def test_one_bad_file_stops_no_other(tmp_path: Path) -> None:
    made(tmp_path, "a.md", "c.md")
    (tmp_path / "b.md").write_bytes(b"")
    found = opened(tmp_path, tmp_path / "gone.md", tmp_path / "c.md")
    kinds = [type(each) for each in found]
    assert kinds == [Source, UnreadableSource, Source, UnreadableSource, Source]
    assert str(found[1]) == f"{tmp_path / 'b.md'}: is empty"


def test_a_folder_without_articles(tmp_path: Path) -> None:
    made(tmp_path, "x.png", ".y")
    error = only_error(tmp_path)
    assert isinstance(error, UnreadableSource)
    assert error.source == str(tmp_path)
    assert "no files" in error.reason


@pytest.mark.requirement("ALL-11")
def test_no_permission_as_anybody_sees_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for root, to whom no file is closed: the system's answers are made up."""
    made(tmp_path, "a.md", "b/c.md")
    scandir = os.scandir

    def closed(path: Path) -> object:
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    real = os.open

    def unopened(path: Path, *rest: int) -> int:
        if Path(path).name == "a.md":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *rest)

    monkeypatch.setattr(os, "open", unopened)
    assert [str(each) for each in opened(tmp_path)] == [
        f"{tmp_path / name}: may not be read; give yourself the permission to read it (chmod u+r)"
        for name in ("a.md", "b")
    ]


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("gone.md", UnreadableSource, "does not exist"),
        ("", UnreadableSource, "empty name"),
        ("a\0b", UnreadableSource, "no file can have this name"),
        ("x" * 300, UnreadableSource, "longer than"),
        ("file:///etc/passwd", UnknownFormat, "give the path"),
        ("s3://bucket/key", UnknownFormat, "give the path"),
        ("data:text/html,x", UnknownFormat, "give the path"),
    ],
)
def test_names_that_are_no_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: type, reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    error = only_error(name)
    assert type(error) is kind
    assert reason in error.reason


def test_a_path_through_a_file(tmp_path: Path) -> None:
    made(tmp_path, "a.md")
    assert "is a file" in only_error(tmp_path / "a.md" / "b.md").reason


@ROOT_SEES_ALL
@pytest.mark.requirement("ALL-11")
def test_no_permission(tmp_path: Path) -> None:
    made(tmp_path, "a.md", "b/c.md")
    (tmp_path / "a.md").chmod(0)
    (tmp_path / "b").chmod(0)
    try:
        found = opened(tmp_path)
    finally:
        (tmp_path / "b").chmod(0o700)
    assert all(isinstance(each, UnreadableSource) for each in found)
    assert all("may not be read" in str(each) for each in found)


@pytest.mark.requirement("SEC-2")
def test_links_out_of_a_folder_are_refused(tmp_path: Path) -> None:
    made(tmp_path, "secret.txt", "outside/x.md", "in/good.md")
    folder = tmp_path / "in"
    (folder / "a.md").symlink_to(tmp_path / "secret.txt")
    (folder / "b.md").symlink_to("/etc/passwd")
    (folder / "c.md").symlink_to("good.md")
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "dangling.md").symlink_to("nowhere.md")
    (folder / "elsewhere").symlink_to(tmp_path / "outside")
    (folder / "here").symlink_to(folder)
    found = {Path(each.name if isinstance(each, Source) else each.source).name: each
             for each in opened(folder)}  # fmt: skip
    assert {name for name, each in found.items() if isinstance(each, UnsafeSource)} == {
        *("a.md", "b.md")
    }
    assert "leads out of the folder" in str(found["a.md"])
    assert {name for name, each in found.items() if isinstance(each, Source)} == {"c.md", "good.md"}
    assert {name for name, each in found.items() if isinstance(each, UnreadableSource)} == {
        *("loop.md", "dangling.md")
    }


@pytest.mark.requirement("SEC-2")
def test_a_link_that_the_person_names_is_followed(tmp_path: Path) -> None:
    made(tmp_path, "real/a.md", "real/b.md")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "a.md").symlink_to(tmp_path / "real" / "a.md")
    assert [each.data for each in sources(tmp_path / "link", tmp_path / "a.md")] == [
        *(b"real/a.md", b"real/b.md", b"real/a.md"),
    ]


@pytest.mark.requirement("SEC-2")
@pytest.mark.skipif(sys.platform == "win32", reason="no FIFOs and sockets in folders there")
def test_pipes_sockets_and_devices_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(os.path.relpath(tmp_path / "socket.md"))
        found = [*opened(tmp_path), *opened(tmp_path / "pipe.md", "/dev/null", "/dev/zero")]
    finally:
        listener.close()
    assert [type(each) for each in found] == [UnsafeSource] * 5
    assert "name - (standard input)" in str(found[0])


@pytest.mark.requirement("SEC-2")
@pytest.mark.skipif(sys.platform == "win32", reason="no FIFOs there")
def test_a_pipe_that_takes_a_files_place_does_not_block(tmp_path: Path) -> None:
    path = made(tmp_path, "a.md") / "a.md"
    source = open_source(path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(UnsafeSource, match="pipe"):
        _ = source.data


@pytest.mark.requirement("SEC-7")
def test_a_source_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.md"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    error = only_error(path)
    assert isinstance(error, UnsafeSource)
    assert "64 MiB" in error.reason
    path.write_bytes(b"12345")
    assert "larger than 4 bytes" in only_error(path, max_bytes=4).reason
    assert "larger than 4 bytes" in only_error("-", max_bytes=4, stdin=io.BytesIO(b"12345")).reason
    grown = open_source(path, max_bytes=5)
    path.write_bytes(b"123456")
    with pytest.raises(UnsafeSource, match="5 bytes"):
        _ = grown.data


def test_a_file_that_goes_away_before_it_is_read(tmp_path: Path) -> None:
    path = made(tmp_path, "a.md") / "a.md"
    source = open_source(path)
    path.unlink()
    with pytest.raises(UnreadableSource, match="does not exist"):
        _ = source.data


@pytest.mark.requirement("SEC-7")
def test_a_deep_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path.joinpath(*["d"] * 400)
    folder.mkdir(parents=True)
    (folder / "x.md").write_text("x")
    monkeypatch.setattr(sys, "setrecursionlimit", None)
    assert [each.data for each in sources(tmp_path)] == [b"x"]


def test_standard_input() -> None:
    first, second = opened("-", "-", stdin=io.BytesIO("文".encode()))
    assert isinstance(first, Source)
    assert (first.name, first.data, first.path, first.base_dir) == ("-", "文".encode(), None, None)
    assert isinstance(second, UnreadableSource)
    assert "only once" in second.reason
    assert "empty" in only_error("-", stdin=io.BytesIO()).reason


def test_one_source_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="folder"):
        open_source(tmp_path)
    assert open_source("https://example.org/").address == "https://example.org/"


@pytest.mark.requirement("ALL-10")
def test_listing_sources_reads_none_of_them(tmp_path: Path) -> None:
    made(tmp_path, *(f"{number}.md" for number in range(20)))
    found = sources(tmp_path)
    (tmp_path / "7.md").write_text("changed since")
    assert found[17].relative == "7.md"
    assert found[17].data == b"changed since"


def test_a_source_travels_to_another_process(tmp_path: Path) -> None:
    made(tmp_path, "a.md")
    for source in (open_source(tmp_path / "a.md"), Source("-", content=b"x")):
        again = pickle.loads(pickle.dumps(source))  # noqa: S301 - our own bytes
        assert again == source
        assert again.data == source.data


def test_a_source_without_bytes_is_told() -> None:
    with pytest.raises(UnreadableSource, match="neither"):
        _ = Source("x").data


# --- Addresses, lists, patterns ------------------------------------------------------------


def addresses(*names: object, **options: object) -> list[str]:
    return [each.address for each in opened(*names, **options) if isinstance(each, Source)]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://e.org/2020/07/a-story.html", "a-story.html"),
        ("https://e.org/2020/07/a-story/", "a-story.html"),
        ("https://e.org/%E6%96%87%E7%AB%A0.php?id=7&p=2", "文章-id-7-p-2.html"),
        ("https://www.e.org/", "www.e.org.html"),
        ("https://e.org/blog/index.html#x", "blog.html"),
        ("https://e.org/..%2f..%2fetc/passwd", "passwd.html"),
        ("https://e.org/a%2f..%2f..%2fx", "a-..-..-x.html"),
        ("https://[broken/", "page.html"),
    ],
)
def test_an_address_is_a_source(url: str, name: str) -> None:
    (source,) = sources(url)
    assert (source.address, source.name, source.relative) == (url, url, name)
    assert source.path is None


def test_an_address_is_fetched_when_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, FetchPolicy]] = []

    def fetched(url: str, policy: FetchPolicy) -> Fetched:
        asked.append((url, policy))
        if "gone" in url:
            raise UnreadableSource(url, "is not there")
        return Fetched("https://e.org/end", b"<p>x</p>", "text/html", "gbk")

    monkeypatch.setattr("converters.fetch.fetch", fetched)
    first, gone = opened(
        "https://e.org/a", "https://e.org/gone", max_bytes=99, fetch=FetchPolicy(offline=True)
    )
    assert not asked
    assert isinstance(first, Source)
    document = first.open()
    assert (document.data, document.url) == (b"<p>x</p>", "https://e.org/end")
    assert (document.encoding, document.media_type) == ("gbk", "text/html")
    assert asked == [("https://e.org/a", FetchPolicy(offline=True, max_bytes=99))]
    named = replace(first, url="https://named.org/", encoding="big5").open()
    assert (named.url, named.encoding) == ("https://named.org/", "big5")
    assert isinstance(gone, Source)
    with pytest.raises(UnreadableSource, match=r"https://e\.org/gone: is not there"):
        gone.open()


LIST = """\ufeff# what to read

https://e.org/a
  <https://e.org/b?x=1#y>
# more
HTTP://e.org/c
https://e.org/a
"""


def test_a_list_of_addresses(tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text(LIST, "utf-8")
    expected = ["https://e.org/a", "https://e.org/b?x=1#y", "HTTP://e.org/c"]
    assert addresses(tmp_path / "list.md") == expected
    assert addresses("-", stdin=io.BytesIO(LIST.encode())) == expected
    long = "# x\n" * 5000 + "https://e.org/z\n"
    (tmp_path / "long").write_text(f"https://e.org/a\n{long}", "utf-8")
    assert addresses(tmp_path / "long") == ["https://e.org/a", "https://e.org/z"]


@pytest.mark.requirement("SEC-1")
def test_a_list_that_nobody_named_is_not_followed(tmp_path: Path) -> None:
    """A file in a folder or an archive must not make us use the network."""
    (tmp_path / "list.txt").write_text(LIST, "utf-8")
    assert [each.path for each in sources(tmp_path)] == [tmp_path / "list.txt"]


@pytest.mark.parametrize(
    "text",
    [
        "https://e.org/a is a page\n",
        "https://e.org/a\nand more\n",
        "[title](https://e.org/a)\n\n---\n\ntext",
        "file:///etc/passwd\n",
        "# only comments\n",
        "https://e.org/a\nfile:///etc/passwd\n",
    ],
)
def test_what_is_no_list(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text, "utf-8")
    (source,) = sources(tmp_path / "a.txt")
    assert not source.address


OPML = """<?xml version="1.0"?>
<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "https://evil.org/">]>
<opml version="2.0"><head><title>&x;</title></head><body>
<outline text="A"><outline type="rss" text="a" xmlUrl="https://e.org/a.xml" htmlUrl="https://e.org"/>
<outline type="rss" text="b &amp; c" XMLURL=" https://e.org/b.xml "/></outline>
<outline type="link" url="https://e.org/page"/><outline type="rss" xmlUrl="file:///etc/passwd"/>
<outline type="rss" xmlUrl="&y;"/><outline text="broken" xmlUrl="https://e.org/c.xml">
"""


@pytest.mark.requirement("SEC-6")
def test_opml(tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(OPML, "utf-8")
    assert addresses(tmp_path / "feeds.opml") == [
        *("https://e.org/a.xml", "https://e.org/b.xml", "https://e.org/page"),
        *("file:///etc/passwd", "https://e.org/c.xml"),
    ]
    # What is no address of the web is not passed over in silence, and not opened either.
    (refused,) = (each for each in sources(tmp_path / "feeds.opml") if "passwd" in each.address)
    with pytest.raises(UnsafeSource, match="not http: or https:"):
        refused.open()
    (tmp_path / "feeds.opml").write_text("<opml><body/></opml>")
    assert "no addresses of feeds" in only_error(tmp_path / "feeds.opml").reason


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE html><html><head><script>x = "<opml version=2>"</script></head><p>x</p></html>',
        '<p>An outline is</p><pre><opml version="2.0"></pre>',
    ],
)
def test_a_page_about_opml_is_no_list(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.html").write_text(text, "utf-8")
    assert [source.address for source in sources(tmp_path / "a.html")] == [""]


def test_a_list_that_nobody_named_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(OPML, "utf-8")
    (source,) = sources(tmp_path)
    with pytest.raises(UnreadableSource, match="a list of addresses"):
        source.open()


def test_bookmarks(tmp_path: Path) -> None:
    (tmp_path / "b.html").write_text(
        "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p><DT><H3>x</H3>"
        '<DT><A HREF="https://e.org/?a=1&amp;b=2" ADD_DATE="1">A</A>'
        '<DT><A HREF="javascript:x">B</A><DT><A HREF="place:sort">C</A></DL>'
    )
    assert addresses(tmp_path / "b.html") == ["https://e.org/?a=1&b=2"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.html", ["a.html", "b.html"]),
        ("?.md", ["c.md"]),
        ("[ab].*", ["a.html", "b.html"]),
        ("*/d.html", ["x/d.html"]),
        ("**/*.html", ["a.html", "b.html", "x/d.html", "x/y/e.html"]),
        ("x/**/*.html", ["x/d.html", "x/y/e.html"]),
        ("**/y/*", ["x/y/e.html", "x/y/f.md"]),
        ("x/**", ["x/d.html", "x/y/e.html", "x/y/f.md"]),
    ],
)
def test_patterns_that_no_shell_expanded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, expected: list[str]
) -> None:
    made(tmp_path, "a.html", "b.html", "c.md", "x/d.html", "x/y/e.html", "x/y/f.md", ".git/g.html")
    (tmp_path / "x" / "loop").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert [each.name for each in sources(pattern)] == expected
    monkeypatch.chdir("/")
    assert [each.relative for each in sources(tmp_path / pattern)] == [
        each.rpartition("/")[2] for each in expected
    ]


def test_a_name_with_pattern_characters_is_a_name_first(tmp_path: Path) -> None:
    made(tmp_path, "[a].html", "a.html")
    assert [each.name for each in sources(tmp_path / "[a].html")] == [str(tmp_path / "[a].html")]
    assert "no file has a name like this" in only_error(tmp_path / "*.epub").reason


def test_importing_loads_nothing_heavy() -> None:
    code = (
        "import sys; import converters.source, converters.output, converters.decoding;"
        "heavy = {'bs4', 'lxml', 'babel', 'webencodings', 'msgspec', 'asyncio'};"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == ""
