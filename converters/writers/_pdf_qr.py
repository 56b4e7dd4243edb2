"""QR codes of addresses: from the paper back to the page (ISO/IEC 18004)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from converters.writers._xhtml import link_address

__all__ = ["qr_svg"]

# Modules that are light around a code (ISO/IEC 18004, 5.3.8).
_QUIET = 4
# A code is this wide with its quiet zone, in mm, and a module no narrower than a telephone sees in
# poor light; a code of more modules grows up to the largest width.
_WIDTH, _LARGEST = 18.0, 24.0
_MODULE = 0.31
# Rows overlap by this share of a module, or viewers show hairlines between them.
_OVERLAP = 0.04


@lru_cache(maxsize=8)
def qr_svg(url: str) -> bytes:
    """A QR code of ``url`` as an SVG drawing: black on white, with its quiet zone, 18 mm wide.

    It corrects errors of 15 % (level M) and of more where that costs no room; an address that
    would need smaller modules gets 7 % (level L), and then a code of up to 24 mm. Empty for an
    address that cannot be followed, and for one of more than about 400 characters.
    """
    address = link_address(url)
    if address is None:
        return b""
    for level, largest in (("m", _WIDTH), ("l", _LARGEST)):
        code = _code(address, level)
        if code is None:
            return b""
        modules = len(code.matrix) + 2 * _QUIET
        if modules * _MODULE <= largest:
            return _drawing(code.matrix, modules)
    return b""


def _code(address: str, level: str) -> Any:
    """The code of ``address``; ``None`` where even the largest has no room for it."""
    import segno
    from segno.encoder import DataOverflowError

    try:
        return segno.make_qr(address, error=level, boost_error=True)
    except DataOverflowError:
        return None


def _drawing(matrix: tuple[bytearray, ...], modules: int) -> bytes:
    """One path: a stroke for each run of dark modules in a row."""
    path: list[str] = []
    for row, line in enumerate(matrix):
        column = 0
        for run in _runs(line):
            if run > 0:
                path.append(f"M{column + _QUIET} {row + _QUIET}.5h{run}")
            column += abs(run)
    width = f"{max(_WIDTH, modules * _MODULE):.2f}mm"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg"'
        f' width="{width}" height="{width}" viewBox="0 0 {modules} {modules}">'
        f'<path fill="#ffffff" d="M0 0h{modules}v{modules}H0z"/><path fill="none"'
        f' stroke="#000000" stroke-width="{1 + _OVERLAP}" d="{"".join(path)}"/></svg>'
    ).encode()


def _runs(line: bytearray) -> list[int]:
    """How many modules of one colour follow each other: dark ones counted up, light ones down."""
    runs: list[int] = []
    for module in line:
        step = 1 if module else -1
        if runs and (runs[-1] > 0) == (step > 0):
            runs[-1] += step
        else:
            runs.append(step)
    return runs
