"""Gemtext for Broadsheet: what the command needs to know before it runs the code."""

from converters.readers import Reader
from converters.writers import Writer

__all__ = ["READER", "WRITER"]

READER = Reader(
    name="gemtext",
    suffixes=(".gmi", ".gemini"),
    description="pages of Gemini capsules",
    module="broadsheet_gemtext.reader",
)

WRITER = Writer(
    name="gemtext",
    suffixes=(".gmi",),
    media_type="text/gemini",
    description="pages for Gemini capsules; links on their own lines",
    module="broadsheet_gemtext.writer",
    text=True,
)
