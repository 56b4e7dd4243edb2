"""The command as people and scripts use it: a process, its output, its exit status."""

from __future__ import annotations

import json
import os
import pty
import resource
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from converters.cache import Cache, Entry
from tests.command import no_leftovers, run, said

ARTICLE = "[题目](https://example.org/a)\n------\n\n<p>第一段正文，有一个<a href='https://example.org/b'>链接</a>。</p>"
OTHER = "[另一篇](https://example.org/c)\n------\n\n<p>第二篇的正文。</p>"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, "utf-8")
    return path


# --- what a newcomer sees ---


def test_help_is_quick_to_start() -> None:
    """It imports none of the libraries that take long to load."""
    code = (
        "import sys\nfrom converters.cli import app\n"
        "try:\n app(['--help'])\nexcept SystemExit:\n pass\n"
        "heavy = {'bs4', 'lxml', 'weasyprint', 'ebooklib', 'PIL', 'babel', 'pypandoc', 'msgspec', 'rich', 'yaml'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.stderr.decode().strip() == "[]"
    assert b"convert" in done.stdout


@pytest.mark.parametrize("to", ["json", "markdown"])
def test_an_archived_article_loads_only_what_it_needs(seed: Path, to: str) -> None:
    """What other sources need takes seconds to load."""
    code = (
        "import sys\nfrom converters.cli import app\n"
        f"try:\n app(['convert', {str(seed)!r}, '-t', {to!r}])\nexcept SystemExit:\n pass\n"
        "heavy = {'trafilatura', 'resiliparse', 'httpx', 'httpcore', 'ssl', 'feedparser', 'babel',"
        " 'PIL', 'pypandoc', 'weasyprint', 'ebooklib', 'yaml', 'warcio', 'resvg_py', 'pi_heif'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.stderr.decode().strip() == "[]"
    assert (b'"type"' if to == "json" else b"# ") in done.stdout


@pytest.mark.parametrize("command", [[], ["convert"], ["inspect"], ["formats"], ["doctor"]])
def test_every_command_has_help(command: list[str]) -> None:
    done = run(*command, "--help")
    assert done.returncode == 0
    assert b"Usage: " in done.stdout


def test_version() -> None:
    import converters

    assert run("--version").stdout.decode() == f"broadsheet {converters.__version__}\n"


def test_completion_is_offered() -> None:
    done = run("--show-completion", env={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"})
    assert "Traceback" not in done.stderr.decode()
    assert b"--install-completion" in run("--help").stdout


def test_formats_lists_readers_writers_and_options() -> None:
    out = run("formats").stdout.decode()
    for word in ("archive", "markdown", "text", "epub", "pdf", "json", "links=notes", "width=72"):
        assert word in out


def test_doctor_checks_what_conversions_need() -> None:
    done = run("doctor")
    out = done.stdout.decode()
    assert "pandoc" in out
    assert "WeasyPrint" in out
    assert done.returncode == (1 if "LACK" in out else 0)


def test_doctor_says_what_to_install_where_no_font_is(tmp_path: Path) -> None:
    nothing = tmp_path / "fonts.conf"
    nothing.write_text("<fontconfig></fontconfig>", "utf-8")
    done = run("doctor", env={"FONTCONFIG_FILE": str(nothing)})
    assert done.returncode == 1
    assert "LACK  font Noto Serif: " in done.stdout.decode()
    assert said(done) == "6 lacking\n"


# --- where output goes ---


def test_one_source_goes_to_standard_output(article: Path) -> None:
    done = run("convert", article)
    assert done.returncode == 0
    assert done.stdout.decode().startswith("---\ntitle: ")
    assert "链接[^1]" in done.stdout.decode()
    assert list(article.parent.iterdir()) == [article]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
@pytest.mark.parametrize("form", ["markdown", "html"])
def test_a_full_disk_behind_standard_output_is_told(article: Path, form: str) -> None:
    command = [sys.executable, "-m", "converters", "convert", str(article), "-t", form, "-o", "-"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert done.stderr.decode() == "-: cannot be written: No space left on device\n"


def test_other_formats_go_to_a_file_here(article: Path, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    assert run("convert", article, "-t", "epub", cwd=folder).returncode == 0
    assert [path.name for path in folder.iterdir()] == ["article.epub"]


def test_the_suffix_tells_the_format(article: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "x.txt"
    assert run("convert", article, "-o", out).returncode == 0
    assert out.read_text("utf-8").startswith("题目\n")


def test_standard_input_and_url() -> None:
    done = run("convert", "-", "--url", "https://example.org/z", stdin="<p>正文。</p>".encode())
    assert done.returncode == 0
    assert 'url: "https://example.org/z"' in done.stdout.decode()


def test_a_folder_keeps_relative_paths(tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    for name in ("a/b.html", "a/c.md", "d.txt", ".hidden/x.md", ".git/y.md"):
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ARTICLE, "utf-8")
    assert run("convert", source, "-t", "text", "-o", out).returncode == 0
    made = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    assert made == ["a/b.txt", "a/c.txt", "d.txt"]


def test_two_sources_of_one_name_get_stable_suffixes(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for name in ("a.html", "a.md", "A.txt"):
        (source / name).write_text(ARTICLE, "utf-8")
    names = []
    for out in (tmp_path / "one", tmp_path / "two"):
        assert run("convert", source, "-t", "text", "-o", out).returncode == 0
        names.append(sorted(path.name for path in out.iterdir()))
    assert names[0] == names[1]
    assert len({name.casefold() for name in names[0]}) == 3


def test_a_slash_makes_a_folder_of_any_name(article: Path, tmp_path: Path) -> None:
    assert run("convert", article, "-o", f"{tmp_path}/2024.05/").returncode == 0
    assert (tmp_path / "2024.05" / "article.md").exists()


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """One source that holds two articles."""
    parts = []
    for text in (ARTICLE, OTHER):
        done = run("convert", "-", "-t", "json", stdin=text.encode())
        assert done.returncode == 0, said(done)
        parts.append(done.stdout)
    path = tmp_path / "both.json"
    path.write_bytes(b"[" + b",".join(parts) + b"]")
    return path


def test_several_articles_of_one_source_are_named_by_title(both: Path, tmp_path: Path) -> None:
    assert run("convert", both, "-t", "text", "-o", f"{tmp_path}/out/").returncode == 0
    made = [path.relative_to(tmp_path / "out").as_posix() for path in tmp_path.rglob("*.txt")]
    assert sorted(made) == ["both/另一篇.txt", "both/题目.txt"]


def test_several_articles_of_one_source_go_into_the_one_file_that_was_named(
    both: Path, tmp_path: Path
) -> None:
    assert run("convert", both, "-o", tmp_path / "all.txt").returncode == 0
    text = (tmp_path / "all.txt").read_text("utf-8")
    assert "题目" in text
    assert "另一篇" in text
    assert run("convert", both, "-t", "epub", cwd=tmp_path).returncode == 0
    assert (tmp_path / "both.epub").exists()


def test_processes_give_the_same_files(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for index in range(5):
        (source / f"{index}.txt").write_text(ARTICLE.replace("题目", f"题目{index}"), "utf-8")
    for jobs in ("1", "3"):
        done = run("convert", source, "-t", "markdown", "-o", tmp_path / jobs, "-j", jobs)
        assert done.returncode == 0, said(done)
    for path in (tmp_path / "1").iterdir():
        assert path.read_bytes() == (tmp_path / "3" / path.name).read_bytes()


@pytest.mark.requirement("ALL-11")
def test_a_worker_that_is_killed_does_not_stop_the_rest(tmp_path: Path) -> None:
    """As the system kills what takes too much memory: all workers of a pool end with it."""
    code = (
        "import multiprocessing, os, signal\n"
        "from converters import batch, cli\n"
        "multiprocessing.set_start_method('fork')\n"
        "work = batch._do\n"
        "def deadly(job, plan):\n"
        "    if 'bad' in job.source.name:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return work(job, plan)\n"
        "batch._do = deadly\n"
        "cli.main()\n"
    )
    source = tmp_path / "in"
    source.mkdir()
    for name in ("a.txt", "bad.txt", "c.txt", "d.txt"):
        (source / name).write_text(ARTICLE, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", code, "convert", source, "-o", tmp_path / "out", "-j", "2", "-f"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert said(done).splitlines() == [
        f"{source / 'bad.txt'}: the process that worked on it was killed, "
        "perhaps because memory ran out",
        "1 of 4 sources failed",
    ]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.md", "c.md", "d.md"]


@pytest.mark.requirement("ALL-3")
@pytest.mark.parametrize("name", ["markdown", "text", "epub", "pdf", "json"])
def test_the_same_bytes_anywhere_and_any_day(article: Path, tmp_path: Path, name: str) -> None:
    made = []
    worlds = [
        {"TZ": "Pacific/Apia", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"},
    ]
    for index, env in enumerate(worlds):
        folder = tmp_path / str(index)
        folder.mkdir()
        shutil.copy(article, folder / "article.txt")
        done = run("convert", "article.txt", "-t", name, "-o", "out", cwd=folder, env=env)
        assert done.returncode == 0, said(done)
        made.append((folder / "out").read_bytes())
    assert made[0] == made[1]


# --- inspect and report ---


def test_inspect_shows_what_was_recognised(seed: Path) -> None:
    out = run("inspect", seed).stdout.decode()
    for word in (
        "王毅华盛顿会晤",
        "voachinese.com",
        "zh-Hans",
        "35 paragraphs",
        "8 links",
        "## 中东",
        "dropped byline",
    ):
        assert word in out


def test_inspect_takes_what_convert_takes(both: Path, tmp_path: Path) -> None:
    """Several sources, an array that reads back, options; a bad source does not stop the rest."""
    good = tmp_path / "good.html"
    good.write_text("<p><b>Bold</b></p><p>Text <ul><li>one</li></ul></p>", "utf-8")
    done = run("inspect", both, tmp_path / "none", good)
    assert done.returncode == 1
    assert said(done).startswith(f"{tmp_path / 'none'}: does not exist")
    shown = done.stdout.decode()
    assert shown.count(f"source: {both}") == 2
    assert "1 heading, 1 list" in shown
    done = run("inspect", "--json", "--no-headings", both, good)
    assert [len(each["body"]) for each in json.loads(done.stdout)] == [1, 1, 3]
    (tmp_path / "all.json").write_bytes(done.stdout)
    assert run("inspect", tmp_path / "all.json").stdout.decode().count("source: ") == 3
    assert run("inspect", "--from", "nothing", good).returncode == 2
    done = run("inspect", "--offline", "--full", "--chapters", "https://example.org/nowhere")
    assert "not in the cache" in said(done)


def test_inspect_json_is_the_model(seed: Path) -> None:
    from converters.article import from_json

    done = run("inspect", "--json", seed)
    document = json.loads(done.stdout)
    assert {block["type"] for block in document["body"]} == {"figure", "heading", "paragraph"}
    assert from_json(done.stdout).url == document["url"]


@pytest.mark.requirement("ALL-2")
def test_the_report_says_what_was_made_and_dropped(article: Path, tmp_path: Path) -> None:
    article.write_text(f"{ARTICLE}<script>x()</script><nav><a href='/'>首页</a></nav>", "utf-8")
    report = tmp_path / "report.json"
    out = tmp_path / "out"
    done = run("convert", article, tmp_path / "none.txt", "-o", out, "--report", report)
    assert done.returncode == 1
    document = json.loads(report.read_text("utf-8"))
    assert (document["sources"], document["failed"]) == (2, 1)
    good, bad = document["results"]
    assert good["outputs"] == [str(out / "article.md")]
    assert {drop["what"] for drop in good["dropped"]} == {"script", "navigation"}
    assert bad["error"].startswith("does not exist")


@pytest.mark.parametrize("command", ["convert", "bundle", "brief"])
def test_the_report_replaces_nothing_but_an_earlier_one(
    command: str, article: Path, tmp_path: Path
) -> None:
    out = tmp_path / "made.pdf"
    before = article.read_bytes()
    done = run(command, article, "-o", out, "--report", article)
    assert (done.returncode, article.read_bytes()) == (1, before)
    assert f"{article}: exists already and is no report" in said(done)
    for place in (out, f"{tmp_path}/./made.pdf", tmp_path, "-"):
        done = run(command, article, "-o", out, "--force", "--report", place)
        assert done.returncode == 2
        assert "--report" in said(done)
    assert not out.exists()
    for _ in range(2):
        again = run(command, article, "-o", out, "--force", "--report", tmp_path / "r.json")
        assert (again.returncode, said(again)) == (0, "")
    assert json.loads((tmp_path / "r.json").read_bytes())["version"] == 1


def test_strict_takes_warnings_for_failures(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("题目\n------\n<p>正文。</p>", "utf-8")
    assert run("convert", path).returncode == 0
    done = run("convert", path, "--strict")
    assert done.returncode == 1
    assert "no link" in said(done)


# --- bad input: `source: reason`, the right status, nothing half-written ---

BAD = {
    "empty": (b"", "empty"),
    "blank": (b" \n\t\n", "empty"),
    "binary": (bytes(range(256)) * 20, "binary data"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF document"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG picture"),
    "no text": (b"<script>x()</script>", "no article"),
    "broken JSON": (b'{"type":"article","title":', "JSON"),
    "newer JSON": (b'{"type":"article","version":99}', "newer"),
    "a newer article among others": (b'[{"type":"article","version":99}]', "newer"),
}


@pytest.mark.requirement("ALL-11")
@pytest.mark.parametrize("name", BAD)
def test_bad_sources(tmp_path: Path, name: str) -> None:
    data, reason = BAD[name]
    path, out = tmp_path / "x.md", tmp_path / "out.epub"
    path.write_bytes(data)
    done = run("convert", path, "-o", out)
    assert done.returncode == 1
    assert said(done).startswith(f"{path}: ")
    assert reason in said(done)
    assert not out.exists()
    assert no_leftovers(tmp_path)


@pytest.mark.requirement("ALL-10", "ALL-11")
@pytest.mark.parametrize("start", ["<html><body>", "[T](https://e.org/a)\n------\n"])
def test_markup_made_to_harm_ends_in_a_line(tmp_path: Path, start: str) -> None:
    path = tmp_path / "x.html"
    path.write_text(f"{start}<p {' '.join(f'a{n}' for n in range(100_000))}>text", "utf-8")
    done = run("convert", path)
    assert done.returncode == 1
    assert said(done).startswith(f"{path}: has an element of 100,000 attributes")


@pytest.mark.requirement("ALL-11")
@pytest.mark.parametrize("reader", ["archive", "post", "feed", "page", "model", "pandoc", "rst"])
def test_no_reader_makes_text_of_bytes(tmp_path: Path, reader: str) -> None:
    """Not even the one that was named: anything can be decoded, as something."""
    path = tmp_path / "x.txt"
    path.write_bytes(bytes(range(256)) * 20)
    done = run("convert", path, "--from", reader)
    assert done.returncode == 1
    assert said(done).startswith(f"{path}: is binary data, ")
    assert not done.stdout


@pytest.mark.parametrize("data", [b'{"hello": "world"}', b"[]", b"[1, 2]", b'{"a": 1, "b"'])
def test_json_of_others_is_no_text(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(data)
    done = run("convert", path)
    assert done.returncode == 1
    assert said(done).startswith(f"{path}: ")
    assert not done.stdout


@pytest.mark.parametrize("end", [10, 40, 60, 75])
def test_truncated_files_still_read(tmp_path: Path, end: int) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(ARTICLE.encode()[:end])
    done = run("convert", path)
    said(done)
    assert done.returncode in (0, 1)


@pytest.mark.requirement("ALL-11")
def test_one_bad_source_does_not_stop_the_rest(tmp_path: Path, article: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"")
    done = run(
        "convert", tmp_path / "bad.txt", article, tmp_path / "gone.txt", "-o", tmp_path / "out"
    )
    assert done.returncode == 1
    lines = said(done).splitlines()
    assert lines[-1] == "2 of 3 sources failed"
    assert (tmp_path / "out" / "article.md").exists()


def test_a_folder_without_files(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "x").write_text("x")
    done = run("convert", folder, "-o", tmp_path / "out")
    assert done.returncode == 1
    assert said(done).startswith(f"{folder}: ")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("-t", "docx9"), "there are markdown"),
        (("-o", "x.unknown"), "there are markdown"),
        (("--from", "nothing"), "there are archive"),
        (("--links", "maybe"), "--links"),
        (("--language", "中文"), "BCP 47"),
        (("-O", "width"), "NAME=VALUE"),
        (("-O", "colour=red"), "its options are"),
        (("-t", "text", "--width", "-3"), "--width"),
        (("-t", "text", "-O", "width=wide"), "width cannot be 'wide': it takes a whole number"),
        (("-t", "pdf", "-O", "flow=book"), "flow cannot be 'book': it takes page or continuous"),
        (("-t", "pdf", "-O", "qr=maybe"), "qr cannot be 'maybe': it takes yes or no"),
        (("-t", "pdf", "-O", "image-width=-3"), "it takes a whole number from 0 on"),
        (("--no-such-option",), "No such option"),
    ],
)
def test_usage_errors(article: Path, arguments: tuple[str, ...], word: str) -> None:
    done = run("convert", article, *arguments)
    assert done.returncode == 2
    assert word in said(done)


def test_several_sources_need_a_folder(article: Path, tmp_path: Path) -> None:
    done = run("convert", article, article)
    assert done.returncode == 2
    assert "-o FOLDER" in said(done)
    (tmp_path / "file").write_text("x")
    assert run("convert", article, article, "-o", tmp_path / "file").returncode == 2


@pytest.mark.skipif(
    os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root may read all"
)
def test_a_file_that_may_not_be_read(article: Path) -> None:
    article.chmod(0)
    done = as_nobody("convert", article)
    assert done.returncode == 1
    assert "may not be read" in said(done)


@pytest.mark.requirement("ALL-11")
@pytest.mark.skipif(
    os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root may write all"
)
def test_a_folder_that_may_not_be_written(article: Path, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR | stat.S_IROTH | stat.S_IXOTH)
    done = as_nobody("convert", article, "-o", folder / "x.md")
    assert done.returncode == 1
    assert "may not write" in said(done)
    assert not list(folder.iterdir())


def as_nobody(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run the command without the rights that root has, where we are root."""
    command = [sys.executable, "-m", "converters", *map(str, arguments)]
    if os.geteuid() == 0:
        # Root's power over permissions is a capability; without it root is like anybody.
        command = [
            "setpriv",
            "--bounding-set=-dac_override,-dac_read_search",
            "--inh-caps=-all",
            *command,
        ]
    return subprocess.run(command, capture_output=True, timeout=60, check=False)


@pytest.mark.requirement("ALL-11")
def test_an_existing_output_stays(article: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.md"
    out.write_text("mine")
    done = run("convert", article, "-o", out)
    assert done.returncode == 1
    assert "--force" in said(done)
    assert out.read_text() == "mine"
    assert run("convert", article, "-o", out, "--force").returncode == 0
    assert out.read_text("utf-8") != "mine"


@pytest.mark.requirement("ALL-11")
def test_a_full_disk_leaves_nothing(article: Path, tmp_path: Path) -> None:
    """A limit on file size stands for the full disk: writing fails in the middle."""
    out = tmp_path / "x.json"
    article.write_text(ARTICLE + "<p>正文。</p>" * 5000, "utf-8")

    def limit() -> None:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(
        [sys.executable, "-B", "-m", "converters", "convert", str(article), "-o", str(out)],
        capture_output=True,
        timeout=60,
        check=False,
        preexec_fn=limit,
    )
    assert done.returncode == 1
    assert said(done).startswith(f"{article}: ")
    assert not out.exists()
    assert no_leftovers(tmp_path)


@pytest.mark.parametrize("target", ["/dev/null/x.md", "nowhere.txt/x.md"])
def test_an_output_that_cannot_be(article: Path, tmp_path: Path, target: str) -> None:
    (tmp_path / "nowhere.txt").write_text("x")
    done = run("convert", article, "-o", target, cwd=tmp_path)
    assert done.returncode == 1
    assert "cannot be written" in said(done)


# --- safety ---


@pytest.mark.parametrize("kind", ["fifo", "link"])
def test_pipes_and_links_out_of_a_folder_are_refused(tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("<p>SECRET</p>")
    folder = tmp_path / "in"
    folder.mkdir()
    if kind == "fifo":
        os.mkfifo(folder / "x.md")
    else:
        (folder / "x.md").symlink_to(secret)
    done = run("convert", folder, "-o", tmp_path / "out")
    assert done.returncode == 1
    assert "SECRET" not in "".join(
        p.read_text() for p in (tmp_path / "out").rglob("*") if p.is_file()
    )


@pytest.mark.requirement("SEC-1")
def test_addresses_of_this_machine_are_not_fetched() -> None:
    done = run("convert", "http://127.0.0.1:8080/x", env={"BROADSHEET_OFFLINE": ""})
    assert done.returncode == 1
    assert "public internet" in said(done)


def test_offline_is_obeyed() -> None:
    done = run("convert", "--offline", "https://example.org/nowhere")
    assert done.returncode == 1
    assert "not in the cache" in said(done)


def test_control_characters_never_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "\x1b]0;x\x07.txt"
    path.write_bytes(b"")
    done = run("convert", path)
    assert b"\x1b" not in done.stderr
    article = tmp_path / "a.txt"
    article.write_text("[\x1b[31m红\u202e](https://e.org/)\n------\n<p>文</p>", "utf-8")
    assert not {b"\x1b", "\u202e".encode()} & {run("inspect", article).stdout}
    assert b"\x1b" not in run("inspect", article).stdout
    assert "\u202e".encode() not in run("inspect", article).stdout


def test_binary_formats_do_not_go_to_a_terminal(article: Path) -> None:
    main, sub = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "converters", "convert", str(article), "-t", "epub", "-o", "-"],
            stdout=sub,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    finally:
        os.close(sub)
        os.close(main)
    assert done.returncode == 2
    assert b"-o FILE" in done.stderr


def test_a_reader_that_leaves_early_sees_no_traceback(seed: Path) -> None:
    code = f"{sys.executable} -m converters inspect --json {seed} | head -c 10"
    done = subprocess.run(["bash", "-c", code], capture_output=True, timeout=60, check=False)
    assert b"Traceback" not in done.stderr


def test_the_cache_can_be_looked_at_and_cleared(tmp_path: Path) -> None:
    env = {"BROADSHEET_CACHE": str(tmp_path / "cache")}
    cache = Cache(tmp_path / "cache", max_bytes=10**6, keep=10**6)
    cache.put("k", Entry(url="http://e.org/", digest="", stored=time.time()), b"x" * 2048)
    info = run("cache", "info", env=env)
    assert info.returncode == 0
    for line in (f"folder: {tmp_path / 'cache'}", "holds: 1 files, 1 entries", "kept: 90 days"):
        assert line in info.stdout.decode()
    cleared = run("cache", "clear", env=env)
    assert cleared.returncode == 0
    assert "KiB removed" in cleared.stdout.decode()
    assert cache.get("k") is None
    assert "holds: 0 files, 0 entries" in run("cache", "info", env=env).stdout.decode()


def test_asking_anew_needs_the_network() -> None:
    done = run("convert", "--offline", "--refresh", "https://example.org/nowhere")
    assert done.returncode == 2
    assert "leave out one" in said(done)


def test_pictures_in_a_folder_need_a_place_and_a_format(seed: Path) -> None:
    done = run("convert", str(seed), "--images", "folder")
    assert done.returncode == 2
    assert "add -o FILE" in said(done)
    done = run("convert", str(seed), "--images", "folder", "-o", "a.epub")
    assert done.returncode == 2
    assert "markdown" in said(done)


def test_pictures_that_a_text_leaves_behind_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<title>T</title><h1>T</h1><p>Some words about tea.</p><img src='p/b.png'><p>And more.</p>"
    )
    there = run("convert", "a.html", "-o", "a.md", cwd=tmp_path)
    assert "beside the source" not in said(there)
    assert "p/b.png" in (tmp_path / "a.md").read_text()
    elsewhere = run("convert", "a.html", "-o", "out/a.md", cwd=tmp_path)
    assert "1 picture lies beside the source, not the file; --images folder" in said(elsewhere)
