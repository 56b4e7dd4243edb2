"""Markdown bodies of archived articles, through pandoc in its sandbox."""

from __future__ import annotations

from converters.errors import UnreadableSource

__all__ = ["to_html"]

_DIALECT = (
    "commonmark+pipe_tables+strikeout+footnotes+autolink_bare_uris+definition_lists"
    "+implicit_figures-raw_html"
)


def to_html(text: str, source: str) -> str:
    """``text`` (CommonMark with tables, strikeout and notes) as an HTML fragment.

    Raises :class:`~converters.errors.UnreadableSource` where pandoc cannot read it. pandoc runs
    in its sandbox and reads no file but its input
    (https://pandoc.org/MANUAL.html#a-note-on-security).
    """
    import pypandoc

    try:
        return str(
            pypandoc.convert_text(
                text, "html", format=_DIALECT, extra_args=["--wrap=none"], sandbox=True
            )
        )
    except (RuntimeError, OSError) as error:
        raise UnreadableSource(source, f"pandoc cannot read its Markdown: {error}") from error
