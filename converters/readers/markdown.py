"""Markdown bodies of archived articles, through pandoc in its sandbox."""

from __future__ import annotations

import subprocess

from converters.errors import UnreadableSource, UnsafeSource

__all__ = ["to_html"]

_DIALECT = (
    "commonmark+pipe_tables+strikeout+footnotes+autolink_bare_uris+definition_lists"
    "+implicit_figures-raw_html"
)
_SECONDS = 30
# Some texts of a few hundred characters make pandoc's parser ask for gigabytes.
_MEMORY = "-M512M"


def to_html(text: str, source: str) -> str:
    """``text`` (CommonMark with tables, strikeout and notes) as an HTML fragment.

    pandoc runs in its sandbox, reads no file but its input, and is held to 512 MB and half a minute
    (https://pandoc.org/MANUAL.html#a-note-on-security). Raises
    :class:`~converters.errors.UnsafeSource` where that is not enough and
    :class:`~converters.errors.UnreadableSource` where pandoc cannot read the text.
    """
    import pypandoc

    command = [pypandoc.get_pandoc_path(), "+RTS", _MEMORY, "-RTS", "--sandbox", "--wrap=none"]
    command += ["--from", _DIALECT, "--to", "html"]
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments, the text on standard input
            command, input=text.encode(), capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        reason = f"pandoc needs more than {_SECONDS} seconds for its Markdown"
        raise UnsafeSource(source, reason) from error
    except OSError as error:
        raise UnreadableSource(source, f"pandoc cannot be started: {error.strerror}") from error
    if done.returncode:
        message = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = message[-1] if message else f"status {done.returncode}"
        raise UnreadableSource(source, f"pandoc cannot read its Markdown: {reason}")
    return done.stdout.decode()
