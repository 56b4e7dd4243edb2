"""A process of its own for pictures: run as a script by :mod:`converters.images.apart`.

It reads requests from standard input and writes answers to standard output until the input ends.
A request is a kind (4 bytes), a length (4 bytes, big-endian) and so many bytes: ``svg `` with a
document in UTF-8, to be drawn on white, ``svgd`` with one to be drawn on something dark, ``heif``
or ``tiff`` with a file, ``tif!`` with one that is known to be damaged.
An answer is a byte (1: done, 0: refused), a length and a content: a PNG of the drawing; or a mode
of Pillow (8 bytes), width, height and the length of a colour profile (4 bytes each), the profile
and the pixels.

Its arguments are the most pixels of a picture, and the folders in which Python looks for modules,
since it starts without them.
"""

from __future__ import annotations

import contextlib
import re
import struct
import sys
import warnings
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_MEMORY = 1024 * 1024 * 1024
_SECONDS = 12  # of computing, whatever else the machine has to do
_DARK = "#505050"

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


def _limited_from_now() -> None:
    """Give the next request its own time to compute: it ends, too, where nobody waits any more."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
        resource.setrlimit(resource.RLIMIT_CPU, (used + _SECONDS, most))


class _Worker:
    """Does what the requests ask for; libraries are loaded by the first that needs them."""

    def __init__(self, most_pixels: int) -> None:
        self._most = most_pixels
        self._fonts: _Fonts | None = None

    def done(self, kind: bytes, data: bytes) -> bytes:
        """The answer's content."""
        if kind in (b"svg ", b"svgd"):
            return self._drawn(data.decode(), "white" if kind == b"svg " else _DARK)
        return self._heif(data) if kind == b"heif" else self._tiff(data, damaged=kind == b"tif!")

    def _drawn(self, svg: str, background: str) -> bytes:
        import resvg_py

        draw: Callable[..., bytes] = resvg_py.svg_to_bytes
        self._fonts = self._fonts or _Fonts(draw)
        families = self._fonts.families(svg) if "<text" in svg else {}
        return draw(svg_string=svg, background=background, **families)

    def _heif(self, data: bytes) -> bytes:
        import pi_heif

        pi_heif.options.THUMBNAILS = False
        pi_heif.options.DEPTH_IMAGES = False
        pi_heif.options.AUX_IMAGES = False
        pi_heif.options.DECODE_THREADS = 1
        opened = pi_heif.open_heif(BytesIO(data))
        primary = opened[opened.primary_index]
        width, height = primary.size
        if width * height > self._most:
            raise ValueError
        primary.info = {"icc_profile": primary.info.get("icc_profile")}
        return _packed(primary.to_pillow())

    def _tiff(self, data: bytes, *, damaged: bool) -> bytes:
        from PIL import Image, ImageFile, TiffImagePlugin

        assert TiffImagePlugin.TiffImageFile.format == "TIFF"  # loaded, and so known to Pillow
        ImageFile.LOAD_TRUNCATED_IMAGES = damaged
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            raster: Image.Image = Image.open(BytesIO(data), formats=("TIFF",))
            if raster.width * raster.height > self._most:
                raise ValueError
            raster.load()
            if raster.mode in ("P", "PA"):
                raster = raster.convert("RGBA" if "transparency" in raster.info else "RGB")
        return _packed(raster)


def _packed(raster: Image.Image) -> bytes:
    profile = raster.info.get("icc_profile") or b""
    head = struct.pack(">8sIII", raster.mode.encode(), *raster.size, len(profile))
    return head + profile + raster.tobytes()


def main() -> None:
    """Answer requests."""
    most_pixels, *sys.path[:] = sys.argv[1:]
    _limited()
    worker = _Worker(int(most_pixels))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(head := requests.read(8)) == 8:
        kind, length = struct.unpack(">4sI", head)
        data = requests.read(length)
        _limited_from_now()
        try:
            content = worker.done(kind, data)
        except Exception:  # noqa: BLE001 - whatever it is, the answer is that it cannot be done
            content = b""
        del data
        answers.write(struct.pack(">BI", bool(content), len(content)))
        answers.write(content)
        answers.flush()
        del content


if __name__ == "__main__":
    main()
