"""A process of its own that draws SVG: run as a script by :mod:`converters.images.draw`.

It reads requests from standard input and writes answers to standard output until the input ends.
A request is the length of an SVG document (4 bytes, big-endian) and the document in UTF-8; an
answer is a byte (1: drawn, 0: refused), a length, and a PNG or nothing.

Its arguments are the folders in which Python looks for modules, since it starts without them.
"""

import contextlib
import re
import struct
import sys
from collections.abc import Callable

_MEMORY = 768 * 1024 * 1024

# Families in the order in which they are looked for: what Linux, macOS and Windows have. Where a
# document has Chinese, Japanese or Korean text, those for it go first: resvg takes all glyphs of a
# text from one family if it can, and from any other that has them if not.
_FAMILIES = {
    "sans": "Liberation Sans;Arimo;Arial;Helvetica;Noto Sans;DejaVu Sans;FreeSans",
    "serif": "Liberation Serif;Tinos;Times New Roman;Times;Noto Serif;DejaVu Serif;FreeSerif",
    "mono": "Liberation Mono;Cousine;Courier New;Menlo;Noto Sans Mono;DejaVu Sans Mono;FreeMono",
    "sans-zh": "Noto Sans CJK SC;Source Han Sans SC;PingFang SC;Hiragino Sans GB;Microsoft YaHei;"
    "Noto Sans SC;WenQuanYi Micro Hei;WenQuanYi Zen Hei;Droid Sans Fallback",
    "serif-zh": "Noto Serif CJK SC;Source Han Serif SC;Songti SC;SimSun;Noto Serif SC;"
    "AR PL UMing CN",
    "sans-ja": "Noto Sans CJK JP;Source Han Sans;Hiragino Sans;Yu Gothic;Noto Sans JP;IPAGothic",
    "serif-ja": "Noto Serif CJK JP;Source Han Serif;Hiragino Mincho ProN;Yu Mincho;IPAMincho",
    "sans-ko": "Noto Sans CJK KR;Apple SD Gothic Neo;Malgun Gothic;Noto Sans KR;NanumGothic",
    "serif-ko": "Noto Serif CJK KR;AppleMyungjo;Batang;Noto Serif KR;NanumMyeongjo",
}
_WRITINGS = {
    "-ja": re.compile("[\u3040-\u30ff]"),
    "-ko": re.compile("[\uac00-\ud7a3]"),
    "-zh": re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"),
}
_SANS = re.compile("sans|arial|helvetica|verdana|gothic|hei|roboto|system-ui", re.IGNORECASE)
_SERIF = re.compile("serif|times|georgia|palatino|song|ming|roman", re.IGNORECASE)
_PROBE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">'
    '<text y="18" font-size="18" font-family="{}">H</text></svg>'
)


class _Fonts:
    """Finds families that the system has: resvg leaves out text for which it is given none."""

    def __init__(self, draw: Callable[..., bytes]) -> None:
        self._draw = draw
        self._known: dict[str, str] = {}

    def families(self, svg: str) -> dict[str, str]:
        """Resvg's arguments for a document."""
        writing = next((name for name, sign in _WRITINGS.items() if sign.search(svg)), "")
        sans = self._first("sans" + writing) or self._first("sans")
        serif = self._first("serif" + writing) or self._first("serif") or sans
        # The family "serif" also stands in for those that the system does not have.
        other = serif if _SERIF.search(svg) and not _SANS.search(svg) else sans or serif
        return {
            "font_family": other,
            "serif_family": other,
            "sans_serif_family": sans or serif,
            "monospace_family": self._first("mono") or sans or serif,
            "cursive_family": other,
            "fantasy_family": other,
        }

    def _first(self, kind: str) -> str:
        if kind not in self._known:
            nothing = self._drawn("no such family")
            found = (name for name in _FAMILIES[kind].split(";") if self._drawn(name) != nothing)
            self._known[kind] = next(found, "")
        return self._known[kind]

    def _drawn(self, family: str) -> bytes:
        return self._draw(svg_string=_PROBE.format(family), serif_family="no such family")


def _limited() -> None:
    """Take away what drawing does not need, where the system can."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))


def main() -> None:
    """Draw what comes."""
    sys.path[:] = sys.argv[1:]
    import resvg_py

    _limited()
    draw: Callable[..., bytes] = resvg_py.svg_to_bytes
    fonts = _Fonts(draw)
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(head := requests.read(4)) == 4:
        (length,) = struct.unpack(">I", head)
        svg = requests.read(length).decode()
        families = fonts.families(svg) if "<text" in svg else {}
        try:
            png = draw(svg_string=svg, background="white", **families)
        except (ValueError, MemoryError):
            png = b""
        answers.write(struct.pack(">BI", bool(png), len(png)) + png)
        answers.flush()


if __name__ == "__main__":
    main()
