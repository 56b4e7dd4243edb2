"""What a person can say to more than one command: types that Typer reads."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Links(StrEnum):
    """What becomes of links."""

    notes = "notes"
    inline = "inline"
    none = "none"


class Images(StrEnum):
    """What becomes of pictures."""

    embed = "embed"
    link = "link"
    none = "none"
    folder = "folder"


# What a person can say about a source, to each command that reads one.
Sources = Annotated[
    list[str],
    typer.Argument(metavar="SOURCE", help="Files, folders, addresses, or -", show_default=False),
]
From = Annotated[
    str, typer.Option("--from", metavar="READER", help="Read as this, whatever it looks like.")
]
Language = Annotated[
    str, typer.Option(metavar="TAG", help="Language of the articles (zh-Hans, en, ...).")
]
Url = Annotated[
    str, typer.Option(metavar="ADDRESS", help="Address of a source that does not name its own.")
]
Headings = Annotated[
    bool,
    typer.Option(
        "--headings/--no-headings", help="Make headings of bold lines that stand as such."
    ),
]
Chapters = Annotated[
    bool, typer.Option("--chapters", help="Make every chapter of a book an article.")
]
Full = Annotated[bool, typer.Option("--full", help="Fetch the pages that a feed only summarises.")]
Offline = Annotated[
    bool, typer.Option("--offline", help="Use what was fetched before, never the network.")
]
Refresh = Annotated[
    bool, typer.Option("--refresh", help="Ask servers anew for what was fetched before.")
]
To = Annotated[
    str,
    typer.Option("-t", "--to", metavar="FORMAT", help="markdown, text, html, epub, pdf, docx..."),
]
PicturePolicy = Annotated[
    Images | None,
    typer.Option(
        "--images",
        help="Pictures in the file (fetched if need be), as links, left out, or in a folder "
        "beside it. [by format]",
        show_default=False,
    ),
]
ImageWidth = Annotated[
    int | None,
    typer.Option(
        metavar="PIXELS",
        min=1,
        help="Width that pictures are scaled down to. [by format]",
        show_default=False,
    ),
]
Gray = Annotated[bool, typer.Option("--gray", help="Make everything black, grey, white.")]
Width = Annotated[
    int | None,
    typer.Option(
        metavar="COLUMNS",
        min=0,
        help="Width of plain text; 0 for unbroken lines. [72]",
        show_default=False,
    ),
]
Style = Annotated[
    str, typer.Option(metavar="NAME|FILE", help="Look of HTML, EPUB, PDF: name or CSS file.")
]
WriterOptions = Annotated[
    list[str] | None,
    typer.Option(
        "-O",
        "--option",
        metavar="NAME=VALUE",
        help="An option of the format ('formats' lists them).",
    ),
]
Report = Annotated[
    str, typer.Option(metavar="FILE", help="Write what was done and dropped, as JSON.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 for warnings, too.")]
Force = Annotated[bool, typer.Option("-f", "--force", help="Overwrite files that exist.")]
