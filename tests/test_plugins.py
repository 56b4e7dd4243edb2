"""Plug-ins: the sample package, installed and used, and packages that do not work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "broadsheet-gemtext"
PAGE = """# A capsule

Some words of a page.
=> /next.gmi The next page
=> gemini://other.example/

## Things
* one
* two
> said somebody
```
code
```
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample package installed in it, as pip installs it."""
    folder = tmp_path_factory.mktemp("plugins")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    command += ["--no-build-isolation", "--disable-pip-version-check", "--target", str(folder)]
    copy = tmp_path_factory.mktemp("source") / "package"
    _copy(EXAMPLE, copy)
    subprocess.run([*command, str(copy)], check=True, timeout=120, capture_output=True)
    return folder


def _copy(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())


def broken(folder: Path, code: str, group: str = "broadsheet.readers") -> Path:
    """A folder with an installed package whose plug-in ``gone`` is ``code``."""
    (folder / "gone_plugin.py").write_text(code, "utf-8")
    info = folder / "gone_package-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: gone-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{group}]\ngone = gone_plugin:PLUGIN\n")
    return folder


def run(
    *arguments: str | Path, path: Path, cwd: Path, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "converters", *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(path), str(EXAMPLE.parent.parent)))},
    )
    assert "Traceback" not in done.stderr
    return done


def test_the_sample_reads_and_writes(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "page.gmi").write_text(PAGE, "utf-8")
    url = "gemini://capsule.example/a/page.gmi"
    done = run(
        "convert", "page.gmi", "--url", url, "--links", "inline", path=installed, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "# A capsule" in done.stdout
    assert "[The next page](gemini://capsule.example/next.gmi)" in done.stdout
    assert "## Things" in done.stdout
    again = run("convert", "page.gmi", "-t", "gemtext", path=installed, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("# A capsule\n")
    assert "* one\n* two\n" in again.stdout


def test_the_sample_is_listed_and_passes_the_doctor(installed: Path, tmp_path: Path) -> None:
    listed = run("formats", path=installed, cwd=tmp_path).stdout
    assert listed.count("gemtext") == 2
    assert "source=yes" in listed
    assert "ok    plug-in gemtext" in run("doctor", path=installed, cwd=tmp_path).stdout


def test_a_plugin_is_found_by_suffix_and_takes_options(installed: Path, tmp_path: Path) -> None:
    article = "[Title](https://example.org/a)\n------\n\n<p>Words.</p>\n"
    done = run(
        "convert",
        "-",
        "-o",
        "out.gmi",
        "-O",
        "source=no",
        path=installed,
        cwd=tmp_path,
        stdin=article,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.gmi").read_text("utf-8") == "# Title\n\nWords.\n"


BROKEN = {
    "does not import": "import a_module_that_nobody_has\n",
    "has no such object": "",
    "is no reader": "PLUGIN = 3\n",
    "fails when asked": """
from converters.readers import Reader
def recognises(document): raise ZeroDivisionError("one by none")
def read(document, options): return iter(())
PLUGIN = Reader("gone", (".gone",), "nothing", "gone_plugin")
""",
}


@pytest.mark.parametrize("code", BROKEN.values(), ids=BROKEN)
def test_a_broken_plugin_warns_and_stops_nothing(code: str, tmp_path: Path) -> None:
    (tmp_path / "packages").mkdir()
    path = broken(tmp_path / "packages", code)
    (tmp_path / "page.txt").write_text("Some plain words.\n", "utf-8")
    done = run("convert", "page.txt", path=path, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Some plain words." in done.stdout
    assert "warning: plug-in gone of gone-package: " in done.stderr


@pytest.mark.parametrize("code", list(BROKEN.values())[:3], ids=list(BROKEN)[:3])
def test_the_doctor_names_a_broken_plugin(code: str, tmp_path: Path) -> None:
    (tmp_path / "packages").mkdir()
    done = run("doctor", path=broken(tmp_path / "packages", code), cwd=tmp_path)
    assert "LACK  plug-in gone" in done.stdout
    assert "gone-package" in done.stdout


def test_what_a_plugin_raises_while_it_works_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "packages").mkdir()
    code = """
from converters.readers import Reader
def recognises(document): return 99
def read(document, options): raise KeyError("colour")
PLUGIN = Reader("gone", (".gone",), "nothing", "gone_plugin")
"""
    (tmp_path / "page.txt").write_text("Some plain words.\n", "utf-8")
    done = run("convert", "page.txt", path=broken(tmp_path / "packages", code), cwd=tmp_path)
    assert done.returncode == 1
    assert "plug-in gone of gone-package: failed (KeyError: 'colour')" in done.stderr


def test_no_plugin_takes_the_place_of_a_format_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "packages").mkdir()
    path = broken(tmp_path / "packages", "")
    info = tmp_path / "packages" / "gone_package-1.0.dist-info" / "entry_points.txt"
    info.write_text("[broadsheet.readers]\narchive = gone_plugin:PLUGIN\n", "utf-8")
    (tmp_path / "page.txt").write_text("Some plain words.\n", "utf-8")
    done = run("convert", "page.txt", path=path, cwd=tmp_path)
    assert done.returncode == 0
    assert "plug-in archive of gone-package: has a name" in done.stderr
