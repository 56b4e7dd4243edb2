"""The order of the house: which module may import which (docs/design.md)."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "converters"

# Lowest row first. A module imports from rows below its own only; a folder stands for all that is
# in it, and its modules may import each other. A new module gets its place here.
ROWS = [
    {"article", "collection", "errors", "language_data", "plugins"},
    {"addresses", "languages", "trackers"},
    {"cache", "linebreak", "network", "output", "plausibility", "proxies", "turns", "workers"},
    {"decoding", "fetch"},
    {"signatures"},
    {"containers"},
    {"edition", "images", "notes", "pandoc", "slugs", "source", "styles", "summary"},
    {"readers", "writers"},
    {"convert"},
    {"batch", "doctor"},
    {"bundling"},
    {"briefing"},
    {"cli"},
    {"__main__"},
]
ROW_OF = {name: row for row, names in enumerate(ROWS) for name in names}
MODULES = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.relative_to(PACKAGE) != Path("__init__.py")
]


def part_of(path: Path) -> str:
    """Return the name by which the rows know a module: its own or its folder's."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_parts(path: Path) -> set[str]:
    """Return which parts of the package a module imports, at its top or inside functions."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=aliases):
                names += [alias.name for alias in aliases]
            case ast.ImportFrom(module="converters", level=0, names=aliases):
                names += [f"converters.{alias.name}" for alias in aliases]
            case ast.ImportFrom(module=str(module), level=0):
                names.append(module)
            case ast.ImportFrom(level=level) if level:
                pytest.fail(f"{path.name}:{node.lineno}: imports are written in full")
    parts = [name.split(".") for name in names]
    return {part[1] for part in parts if part[0] == "converters" and len(part) > 1}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_modules_import_only_from_rows_below(path: Path) -> None:
    own = part_of(path)
    assert own in ROW_OF, f"give {own} a row in {Path(__file__).name}"
    # What is no module is a name of the package itself, such as __version__.
    imported = (imported_parts(path) & set(ROW_OF)) - {own}
    wrong = {part for part in imported if ROW_OF[part] >= ROW_OF[own]}
    assert not wrong, f"{own} stands below or beside {', '.join(sorted(wrong))}"
