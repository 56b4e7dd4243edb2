"""The package as it is installed, and its pinned dependencies."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import entry_points, packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import converters

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LISTS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def normalised(name: str) -> str:
    """Return a distribution's name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(path: Path) -> dict[str, set[str]]:
    """Return the versions that a list pins, for each name; more than one where markers differ."""
    found: dict[str, set[str]] = {}
    for name, pinned in PIN.findall(path.read_text(encoding="utf-8")):
        found.setdefault(name, set()).add(pinned)
    return found


def test_command_and_version_come_from_the_installed_package() -> None:
    (command,) = entry_points(group="console_scripts", name="broadsheet")
    assert command.value == "converters.cli:main"
    assert version("broadsheet") == converters.__version__


def test_wheel_holds_the_package_and_its_styles(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    styles = {
        f"converters/styles/{path.relative_to(ROOT / 'styles').as_posix()}"
        for path in (ROOT / "styles").rglob("*")
        if path.is_file()
    }
    assert styles <= names
    assert "converters/py.typed" in names
    assert not {name for name in names if not name.startswith(("converters/", "broadsheet-"))}


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_every_pinned_package_has_hashes_and_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash=sha256:", ""), re.MULTILINE)
    entries = re.split(r"\n(?=\S)", text.strip())
    assert entries
    for entry in entries:
        assert PIN.match(entry), entry
        assert re.search(r"\\\n    --hash=sha256:[0-9a-f]{64}", entry), entry


def test_lists_agree_with_each_other_and_with_the_metadata() -> None:
    runtime = pins(ROOT / "requirements" / "runtime.txt")
    dev = pins(ROOT / "requirements" / "dev.txt")
    build = pins(ROOT / "requirements" / "build.txt")
    assert runtime.items() <= dev.items()
    assert build.items() <= dev.items()
    for requirement in map(Requirement, PROJECT["dependencies"]):
        pinned = runtime[normalised(requirement.name)]
        assert all(requirement.specifier.contains(entry) for entry in pinned), requirement


def imported(folder: str) -> set[str]:
    """Return the top-level names that a folder's modules import, Python's own left out."""
    names: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=aliases):
                    names |= {alias.name.partition(".")[0] for alias in aliases}
                case ast.ImportFrom(module=str(module), level=0):
                    names.add(module.partition(".")[0])
    return names - sys.stdlib_module_names - {"compression"}  # a part of Python since 3.14


@pytest.mark.parametrize(
    ("folder", "list_", "ours"),
    [
        ("converters", "runtime.txt", {"converters"}),
        ("tests", "dev.txt", {"benchmarks", "converters", "tests", "tools"}),
        ("tools", "build.txt", {"tools"}),
    ],
)
def test_what_is_imported_is_pinned(folder: str, list_: str, ours: set[str]) -> None:
    pinned = set(pins(ROOT / "requirements" / list_))
    providers = packages_distributions()
    missing = {
        name
        for name in imported(folder) - ours
        if not pinned & {normalised(provider) for provider in providers.get(name, [])}
    }
    assert not missing, f"not in pyproject.toml or requirements/{list_}: {sorted(missing)}"


@pytest.mark.requirement("SEC-15")
@pytest.mark.parametrize("requirement", PROJECT["dependencies"])
def test_installed_versions_are_not_older_than_the_lowest_allowed(requirement: str) -> None:
    wanted = Requirement(requirement)
    assert wanted.specifier.contains(version(wanted.name)), f"make test installs {wanted}"


@pytest.mark.requirement("SEC-15")
@pytest.mark.parametrize(
    ("name", "safe"),
    [
        # Stylesheets and metadata passed by the fetcher: CVE-2026-55073.
        ("weasyprint", "70.0"),
        # Decoders that wrote beyond their buffers, the one for JPEG among them:
        # https://pillow.readthedocs.io/en/stable/releasenotes/13.0.0.html
        ("pillow", "13.0.0"),
    ],
)
def test_versions_that_close_known_holes_are_the_lowest_allowed(name: str, safe: str) -> None:
    (declared,) = [
        requirement
        for requirement in map(Requirement, PROJECT["dependencies"])
        if normalised(requirement.name) == name
    ]
    (lowest,) = [Version(part.version) for part in declared.specifier if part.operator == ">="]
    assert lowest >= Version(safe)
