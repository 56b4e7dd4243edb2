"""What a person can say to more than one command: types that Typer reads."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

# The headings of help under which options stand (:mod:`converters.cli.panels`).
WHAT = "What it is"
CHOICE = "What goes in"
ORDER = "Its order"
READING = "How sources are read"
LOOK = "How it looks"
PAPER = "Paper"
PARTS = "Its parts"
RUN = "File and report"


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


class Sort(StrEnum):
    """The order of an edition's articles."""

    GIVEN = "given"
    DATE = "date"
    TITLE = "title"
    SOURCE = "source"


# What a person can say about a source, to each command that reads one.
Sources = Annotated[
    list[str],
    typer.Argument(metavar="SOURCE", help="Files, folders, addresses, or -", show_default=False),
]
SourcesOrEdition = Annotated[
    list[str] | None,
    typer.Argument(metavar="SOURCE", help="Files, folders, addresses, or -", show_default=False),
]
From = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="READER",
        help="Read as this, whatever it looks like.",
        rich_help_panel=READING,
    ),
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
        "--headings/--no-headings",
        help="Make headings of bold lines that stand as such.",
        rich_help_panel=READING,
    ),
]
Chapters = Annotated[
    bool,
    typer.Option(
        "--chapters", help="Make every chapter of a book an article.", rich_help_panel=READING
    ),
]
Full = Annotated[
    bool,
    typer.Option(
        "--full", help="Fetch the pages that a feed only summarises.", rich_help_panel=READING
    ),
]
Offline = Annotated[
    bool,
    typer.Option(
        "--offline",
        help="Use what was fetched before, never the network.",
        rich_help_panel=READING,
    ),
]
Refresh = Annotated[
    bool,
    typer.Option(
        "--refresh",
        help="Ask servers anew for what was fetched before.",
        rich_help_panel=READING,
    ),
]
Jobs = Annotated[
    int,
    typer.Option(
        "-j",
        "--jobs",
        metavar="N",
        min=0,
        help="Read, and lay out pages, in N processes. [as many as are of use]",
        show_default=False,
        rich_help_panel=RUN,
    ),
]

# What a person can say of an edition of many articles.
Output = Annotated[
    str,
    typer.Option(
        "-o",
        "--output",
        metavar="PATH",
        help="The file to write. [by the title]",
        rich_help_panel=RUN,
    ),
]
Title = Annotated[str, typer.Option(help="Title. [dates, or the site]", rich_help_panel=WHAT)]
Subtitle = Annotated[
    str, typer.Option(help="Subtitle. [numbers of articles, sources]", rich_help_panel=WHAT)
]
Author = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Author or editor of the whole; can be repeated.",
        rich_help_panel=WHAT,
    ),
]
EditionLanguage = Annotated[
    str,
    typer.Option(
        metavar="TAG", help="Language of the whole. [most of its articles']", rich_help_panel=WHAT
    ),
]
Description = Annotated[str, typer.Option(help="What it is about.", rich_help_panel=WHAT)]
Series = Annotated[
    str, typer.Option(metavar="NAME", help="Series that it belongs to.", rich_help_panel=WHAT)
]
SeriesIndex = Annotated[
    str, typer.Option(metavar="N", help="Its number in the series.", rich_help_panel=WHAT)
]
Appears = Annotated[
    str,
    typer.Option(
        metavar="DATE", help="When it appears. [its newest article]", rich_help_panel=WHAT
    ),
]
EditionFile = Annotated[
    str,
    typer.Option(
        metavar="FILE",
        help="An edition file: title, sources and all the rest.",
        rich_help_panel=WHAT,
    ),
]
Sorted = Annotated[
    Sort | None,
    typer.Option(help="Order. [given]", show_default=False, rich_help_panel=ORDER),
]
Grouped = Annotated[
    str,
    typer.Option(
        metavar="GROUP",
        help="Sections: source, day, month, tag; or nested: source,day.",
        rich_help_panel=ORDER,
    ),
]
Since = Annotated[
    str,
    typer.Option(
        metavar="DATE",
        help="Articles of this day (2020-10-12, 2020) or later.",
        rich_help_panel=CHOICE,
    ),
]
Until = Annotated[
    str,
    typer.Option(metavar="DATE", help="Articles of this day or earlier.", rich_help_panel=CHOICE),
]
Match = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TEXT",
        help="Articles that say this; all, if more than one.",
        rich_help_panel=CHOICE,
    ),
]
OfSource = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SITE",
        help="Articles of this site; any, if more than one.",
        rich_help_panel=CHOICE,
    ),
]
OfTag = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TAG",
        help="Articles with this tag; any, if more than one.",
        rich_help_panel=CHOICE,
    ),
]
KeepDuplicates = Annotated[
    bool,
    typer.Option(
        "--keep-duplicates",
        help="Take an article as often as it is there.",
        rich_help_panel=CHOICE,
    ),
]

# What a person can say of the file that is written.
To = Annotated[
    str,
    typer.Option(
        "-t",
        "--to",
        metavar="FORMAT",
        help="markdown, text, html, epub, pdf, docx...",
        rich_help_panel=RUN,
    ),
]
AsLinks = Annotated[
    Links | None,
    typer.Option(
        help="Links as numbered notes, in the text, or left out. [notes]",
        show_default=False,
        rich_help_panel=LOOK,
    ),
]
PicturePolicy = Annotated[
    Images | None,
    typer.Option(
        "--images",
        help="Pictures in the file (fetched if need be), as links, left out, or in a folder "
        "beside it. [by format]",
        show_default=False,
        rich_help_panel=LOOK,
    ),
]
ImageWidth = Annotated[
    int | None,
    typer.Option(
        metavar="PIXELS",
        min=1,
        help="Width that pictures are scaled down to. [by format]",
        show_default=False,
        rich_help_panel=LOOK,
    ),
]
Gray = Annotated[
    bool,
    typer.Option("--gray", help="Make everything black, grey, white.", rich_help_panel=LOOK),
]
Width = Annotated[
    int | None,
    typer.Option(
        metavar="COLUMNS",
        min=0,
        help="Width of plain text; 0 for unbroken lines. [72]",
        show_default=False,
        rich_help_panel=LOOK,
    ),
]
Style = Annotated[
    str,
    typer.Option(
        metavar="NAME|FILE",
        help="Look of HTML, EPUB, PDF: name or CSS file.",
        rich_help_panel=LOOK,
    ),
]
WriterOptions = Annotated[
    list[str] | None,
    typer.Option(
        "-O",
        "--option",
        metavar="NAME=VALUE",
        help="An option of the format ('formats' lists them).",
        rich_help_panel=LOOK,
    ),
]
Report = Annotated[
    str,
    typer.Option(
        metavar="FILE", help="Write what was done and dropped, as JSON.", rich_help_panel=RUN
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Exit with 1 for warnings, too.", rich_help_panel=RUN)
]
Force = Annotated[
    bool, typer.Option("-f", "--force", help="Overwrite files that exist.", rich_help_panel=RUN)
]
