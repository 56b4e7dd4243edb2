"""Style sheets of people's own: what no pages can be made with is told, and ends."""

from pathlib import Path

import pytest

from converters.article import Article
from converters.errors import ConversionError
from converters.styles import folder
from converters.writers._pdf_style import blamed, check
from tests.pdf_pages import made, paragraph, text


def printed(folder: Path, sheet: str) -> bytes:
    """Return two short articles with ``sheet`` as a style of one's own."""
    style = folder / "own.css"
    style.write_text(sheet, encoding="utf-8")
    both = (Article(title=name, body=(paragraph("word " * 20),)) for name in "ab")
    return made(*both, page="A6", style=str(style))


@pytest.mark.requirement("PDF-17")
@pytest.mark.parametrize(
    ("sheet", "reason"),
    [
        ("p { columns: 1000000000 }", "line 1: 1000000000 is more than 100"),
        ("p {\n  width: 1e30mm }", "line 2: 1e30mm is more than 100,000"),
        ("p { z-index: -10000000 }", "-10000000 is more than 1,000,000"),
        ("p { width: " + "calc(" * 5000 + "1px" + ")" * 5000 + " }", "nested deeper"),
        ("{" * 100_000, "nested deeper"),
        ("p { background: linear-gradient(" + "red," * 5000 + "blue) }", "linear-gradient()"),
        ("p { border: 0.00001px dotted }", "too thin for a rule"),
        (
            "p {" + "".join(f"--a{n + 1}:" + f"var(--a{n}) " * 10 + ";" for n in range(9)) + "}",
            "stands for more than 1,000 values",
        ),
    ],
)
def test_what_does_not_end_is_refused(sheet: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r"line|stands") as caught:
        check(sheet)
    assert reason in str(caught.value)


def test_what_people_write_is_not_refused() -> None:
    check(
        """@page { size: 100mm 100mm } .pill { border-radius: 99999px; z-index: 99999 }
        .away { left: -9999px; letter-spacing: .005em; border: .1mm solid; border: 0 }
        .grid { grid-template-columns: repeat(12, 1fr); column-width: 200px; columns: 2 }
        :root { --a: var(--b); --b: 1px } p { color: #123456; flex: 9999 }"""
    )
    for path in folder().glob("*.css"):
        check(path.read_text(encoding="utf-8"))


@pytest.mark.requirement("PDF-17")
@pytest.mark.parametrize(
    ("sheet", "reason"),
    [
        ("* { float: left }", "takes out of the flow"),
        ("body { display: none }", "takes out of the flow"),
        ("@page { margin: 2000mm }", "of its pages to the text"),
        ("a " * 5000 + "{ color: red }", "nests too deeply"),
        (
            "body { background: repeating-linear-gradient(red 0, blue .00001px) }",
            "repeated more often",
        ),
    ],
)
def test_what_fails_is_told_of_the_style_sheet(tmp_path: Path, sheet: str, reason: str) -> None:
    with pytest.raises(ConversionError, match="no pages can be made with this style") as caught:
        printed(tmp_path, sheet)
    assert reason in str(caught.value)
    assert "own.css" in str(caught.value)


def test_gradients_that_repeat_are_drawn(tmp_path: Path) -> None:
    sheet = "body { background: repeating-linear-gradient(white 0, red 8mm) }"
    assert printed(tmp_path, sheet).startswith(b"%PDF")


def test_only_a_style_of_ones_own_is_blamed() -> None:
    with pytest.raises(ZeroDivisionError), blamed(""):
        raise ZeroDivisionError
    with pytest.raises(OSError, match="full"), blamed("own.css"):
        raise OSError("disk full")


@pytest.mark.parametrize("count", [1, 2])
def test_what_a_sheet_imports_is_left_out_with_a_warning(tmp_path: Path, count: int) -> None:
    sheet = tmp_path / "own.css"
    # A sheet that was read before in this process is not read again.
    imports = f'@import url(more.css); @import "//example.org/{count}.css";'
    sheet.write_text(imports, encoding="utf-8")
    (tmp_path / "more.css").write_text("p { display: none }", encoding="utf-8")
    told: list[str] = []
    one = Article(title="T", body=(paragraph("Text"),))
    data = made(*[one] * count, style=str(sheet), warn=told.append)
    assert "Text" in text(data)
    assert "more.css" in "\n".join(told)
