"""What can go wrong, as people should hear of it.

::

    ConversionError            source and reason; the root of all the others
     ├─ UnreadableSource       the bytes cannot be had, or hold no article
     ├─ UnknownFormat          no reader or writer answers to this name, suffix or content
     ├─ UnsafeSource           reading on would break a safety rule or a limit
     ├─ ImageError             one picture cannot be had or decoded
     └─ WriteError             the output cannot be made or put in its place

Every error names its source and gives a reason that a person can act on; ``str(error)`` is the
line that the command prints. Errors of libraries are translated where they are called and kept
as ``__cause__``.
"""

from __future__ import annotations

__all__ = [
    "ConversionError",
    "ImageError",
    "UnknownFormat",
    "UnreadableSource",
    "UnsafeSource",
    "WriteError",
]


class ConversionError(Exception):
    """A conversion failed for a reason that a person can act on.

    ``source`` names what was being read or written (a path, an address or ``-``), ``reason``
    says in one sentence what is wrong and, where it helps, what to do next.
    """

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(source, reason)
        self.source = source
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


class UnreadableSource(ConversionError):
    """The source does not exist, may not be read, is empty, or holds no article."""


class UnknownFormat(ConversionError):
    """No reader or writer answers to this name, suffix or content."""


class UnsafeSource(ConversionError):
    """Going on would break a safety rule or a limit (size, depth, a forbidden address)."""


class ImageError(ConversionError):
    """One picture cannot be had or decoded; the article goes on without it."""


class WriteError(ConversionError):
    """The output cannot be made, or cannot be put in its place."""
