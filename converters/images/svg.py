"""SVG: told by content, read safely, and cut down to what only draws.

A document is parsed without its document type, entities, inclusions and processing instructions,
and built anew from lists of elements, attributes and properties of SVG
(https://www.w3.org/TR/SVG2/): no script, handler, animation or foreign content, no link out, no
address but ``#id`` and pictures in ``data:``, no style sheet but plain rules. How much the document
draws, references followed, is counted and limited, and so are the sizes that make filters slow.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from converters.errors import ImageError
from converters.images.svgcost import TooCostlyError, check_cost
from converters.images.svgstyle import (
    background,
    declarations,
    is_property,
    is_safe,
    rules,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["NOTHING", "Drawing", "is_svg", "parsed", "sanitised"]

_NAMESPACE = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"

_MAX_BYTES = 8 * 1024 * 1024
_MAX_ELEMENTS = 100_000
# resvg draws nested groups by recursion, and its stack holds some two hundred of them.
_MAX_DEPTH = 100
_MAX_INNER_PICTURES = 100

NOTHING = "is an SVG drawing that shows nothing"
"""Why a drawing is left out that needs more than it holds, such as the icons of its page."""

_VISIBLE = frozenset("path rect circle ellipse line polyline polygon text image use".split())
_PROLOGUE = 256 * 1024
_NOT_SVG = "is no SVG drawing that can be read"
_TOO_LARGE = f"is an SVG drawing of more than {_MAX_BYTES // 2**20} MB and is left out"
_TOO_DEEP = "is an SVG drawing nested too deeply and is left out"
_TOO_MUCH = "is an SVG drawing of too many parts and is left out"

# CSS pixels; ex and ch are what browsers take where a font does not say (CSS Values 4, 6.1.1).
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54}
_UNITS |= {"mm": 9.6 / 2.54, "q": 2.4 / 2.54, "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0}
_LENGTH = re.compile(r"\s*\+?(\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})(?:[eE]([+-]?\d))?\s*([a-zA-Z]*)\s*$")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_DEFAULT = (300.0, 150.0)
# A drawing that does not say its size fills what it stands in: this much of it, at least.
_UNSIZED = 100.0
_SMALLEST, _LARGEST = 1e-3, 1e6


@dataclass(frozen=True, slots=True)
class Drawing:
    """A sanitised document: ``root`` is its tree, ``width`` and ``height`` are CSS pixels."""

    root: _Element
    width: float
    height: float

    def sized(self, width: float, height: float) -> bytes:
        """The document in UTF-8, to be shown ``width`` by ``height`` pixels large."""
        from lxml import etree

        if "viewBox" not in self.root.attrib:
            self.root.set("viewBox", f"0 0 {self.width:g} {self.height:g}")
        self.root.set("width", f"{width:g}")
        self.root.set("height", f"{height:g}")
        return etree.tostring(self.root, encoding="utf-8")


def is_svg(data: bytes) -> bool:
    """Whether ``data`` is an SVG document, also one in gzip, by what stands before its root."""
    if data[:2] == b"\x1f\x8b":
        try:
            data = zlib.decompressobj(31).decompress(data[:_PROLOGUE], _PROLOGUE)
        except zlib.error:
            return False
    text = _decoded(data[:_PROLOGUE])
    return _ROOT.match(text, _after_prologue(text)) is not None


def sanitised(data: bytes, name: str) -> bytes:
    """The SVG document in ``data``, cut down to what only draws, in UTF-8.

    Its root has ``width`` and ``height``. Raises :class:`~converters.errors.ImageError` about
    ``name`` for what is no SVG or beyond the limits.
    """
    drawing = parsed(data, name)
    return drawing.sized(drawing.width, drawing.height)


def parsed(data: bytes, name: str) -> Drawing:
    """The SVG document in ``data``, sanitised; raises as :func:`sanitised` does."""
    try:
        source = _tree(data)
        copier = _Copier(source)
        _check_visible(copier.root)
        check_cost(copier.root, copier.styled)
        return Drawing(copier.root, *_size(source))
    except _RefusedError as error:
        raise ImageError(name, str(error)) from error
    except TooCostlyError as error:
        raise ImageError(name, _TOO_MUCH) from error


def _check_visible(root: _Element) -> None:
    if not any(_local(element) in _VISIBLE for element in root.iter()):
        raise _RefusedError(NOTHING)


class _RefusedError(Exception):
    """The document is not taken; says why."""


# --- Reading -------------------------------------------------------------------------------

_BLANK = re.compile(r"\s*")
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?svg[\s/>]")
_DOCTYPE_PART = re.compile(r"""[^\[\]<>"']+|"[^"]*"|'[^']*'|<!--.*?-->|.""", re.DOTALL)
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _decoded(data: bytes) -> str:
    """``data`` as text: by its mark, its declaration, or as UTF-8."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    declared = _ENCODING.match(data[:300].lstrip())
    encoding = declared[1].decode() if declared else "utf-8"
    try:
        return data.decode(encoding, "replace")
    except (LookupError, ValueError):  # no such encoding, or one that makes no text
        return data.decode("utf-8", "replace")


def _after_prologue(text: str) -> int:
    """Where the root begins: behind declaration, comments and document type."""
    place = 0
    while True:
        blank = _BLANK.match(text, place)
        assert blank is not None
        place = blank.end()
        if text.startswith("<?", place):
            end = text.find("?>", place) + 2
        elif text.startswith("<!--", place):
            end = text.find("-->", place + 4) + 3
        elif text[place : place + 9].upper() == "<!DOCTYPE":
            end = _after_doctype(text, place + 9)
        else:
            return place
        if end <= place:
            return len(text)
        place = end


def _after_doctype(text: str, place: int) -> int:
    depth = 1
    while depth and (part := _DOCTYPE_PART.match(text, place)) is not None:
        depth += {"<": 1, ">": -1}.get(part[0], 0)
        place = part.end()
    return place if not depth else -1


def _inflated(data: bytes) -> bytes:
    decompress = zlib.decompressobj(31)
    try:
        data = decompress.decompress(data, _MAX_BYTES + 1)
    except zlib.error as error:
        raise _RefusedError(_NOT_SVG) from error
    return data


def _tree(data: bytes) -> _Element:
    """The document's tree, as its author wrote it, without its document type."""
    from lxml import etree

    if data[:2] == b"\x1f\x8b":
        data = _inflated(data)
    if len(data) > _MAX_BYTES:
        raise _RefusedError(_TOO_LARGE)
    text = _decoded(data)
    text = _NOT_XML.sub("", text[_after_prologue(text) :])
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root: _Element | None = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _RefusedError(_NOT_SVG) from error
    if root is None or _local(root) != "svg":  # there is none where nothing could be read
        raise _RefusedError(_NOT_SVG)
    return root


def _local(element: _Element) -> str:
    """An element's name without namespace; nothing for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


# --- Building anew -------------------------------------------------------------------------

_ELEMENTS = frozenset(
    """
    svg g defs symbol use switch title desc path rect circle ellipse line polyline polygon text
    tspan textPath image clipPath mask pattern linearGradient radialGradient stop marker filter
    style feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix
    feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB
    feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight
    feSpecularLighting feSpotLight feTile feTurbulence
    """.split()
)
_ATTRIBUTES = frozenset(
    """
    id class x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy d points width height viewBox
    preserveAspectRatio transform version pathLength rotate textLength lengthAdjust startOffset
    method side spacing offset gradientUnits gradientTransform spreadMethod patternUnits
    patternContentUnits patternTransform clipPathUnits maskUnits maskContentUnits markerUnits
    markerWidth markerHeight refX refY orient filterUnits primitiveUnits in in2 result mode type
    values tableValues slope intercept amplitude exponent operator k1 k2 k3 k4 order kernelMatrix
    divisor bias targetX targetY edgeMode kernelUnitLength preserveAlpha surfaceScale
    diffuseConstant specularConstant specularExponent limitingConeAngle azimuth elevation z
    pointsAtX pointsAtY pointsAtZ scale xChannelSelector yChannelSelector stdDeviation radius
    baseFrequency numOctaves seed stitchTiles systemLanguage requiredFeatures
    """.split()
)
_REFERRING = frozenset("use textPath linearGradient radialGradient pattern filter".split())
# The most that is taken of a number in these attributes: more is slow, and nobody draws so.
_CAPS = {
    "numOctaves": 8.0,
    "order": 9.0,
    "radius": 20.0,
    "stdDeviation": 500.0,
    "baseFrequency": 100.0,
}
_LOCAL_REFERENCE = re.compile(r"\s*#([^\s\"'()<>\\#]{1,200})\s*$")
_INNER_PICTURE = re.compile(r"\s*data:image/(?:png|jpe?g|gif|webp)[;,]", re.IGNORECASE)


class _Copier:
    """Copies what is allowed of a tree.

    ``root`` is the copy's, ``styled`` says to which ids its style sheets refer for a class or id
    (``.name``, ``#name``).
    """

    def __init__(self, source: _Element) -> None:
        self._elements = 0
        self._pictures = 0
        self._namespaces = {_NAMESPACE, "", _namespace(source)}
        self.styled: defaultdict[str, list[str]] = defaultdict(list)
        self.root = self._copied(source)

    def _copied(self, source: _Element) -> _Element:
        """A copy of the tree below ``source``, made without recursion."""
        from lxml import etree

        root = etree.Element(f"{{{_NAMESPACE}}}svg", nsmap={None: _NAMESPACE, "xlink": _XLINK})
        self._attributes(source, root)
        self._background(source, root)
        open_elements: list[tuple[Iterator[_Element], _Element]] = [(iter(source), root)]
        while open_elements:
            children, parent = open_elements[-1]
            child = next(children, None)
            if child is None:
                open_elements.pop()
                continue
            copy = self._child(child, parent)
            if copy is not None and _local(copy) != "style":
                open_elements.append((iter(child), copy))
                if len(open_elements) > _MAX_DEPTH:
                    raise _RefusedError(_TOO_DEEP)
            if _is_text(parent) and child.tail:
                _append_text(parent, child.tail)
        return root

    def _background(self, source: _Element, root: _Element) -> None:
        """A colour that the root's style puts behind the drawing, as a part of the drawing."""
        from lxml import etree

        if colour := background(source.get("style") or ""):
            x, y = [*_NUMBER.findall(source.get("viewBox") or ""), "0", "0"][:2]
            area = {"x": x, "y": y, "width": "100%", "height": "100%", "fill": colour}
            etree.SubElement(root, f"{{{_NAMESPACE}}}rect", area)

    def _child(self, source: _Element, parent: _Element) -> _Element | None:
        """A copy of ``source`` alone below ``parent``; ``None`` where it is not allowed."""
        from lxml import etree

        self._elements += 1
        if self._elements > _MAX_ELEMENTS:
            raise _RefusedError(_TOO_MUCH)
        name = _local(source)
        if name == "a":  # a link's content is drawn, too
            name = "tspan" if _is_text(parent) else "g"
        if name == "foreignObject" and _local(parent) != "switch":
            _words_of(source, parent)
        if name not in _ELEMENTS or _namespace(source) not in self._namespaces:
            return None
        if name == "style":
            return self._style(source, parent)
        copy = etree.SubElement(parent, f"{{{_NAMESPACE}}}{name}")
        self._attributes(source, copy)
        if name == "image" and not self._picture(source, copy):
            parent.remove(copy)
            return None
        if _is_text(copy) or name in ("title", "desc"):
            copy.text = source.text
        return copy

    def _attributes(self, source: _Element, copy: _Element) -> None:
        for key, value in source.attrib.items():
            name = str(key).rpartition("}")[2]
            text = str(value)
            if name == "href" and _local(copy) in _REFERRING:
                if found := _LOCAL_REFERENCE.match(text):
                    copy.set(f"{{{_XLINK}}}href", "#" + found[1])
            elif name == "space" and text in ("preserve", "default"):
                copy.set(f"{{{_XML}}}space", text)
            elif str(key).startswith("{"):
                continue
            elif name == "style":
                if style := declarations(text):
                    copy.set("style", style)
            elif name in _CAPS:
                copy.set(name, _capped(text, _CAPS[name]))
            elif (name in _ATTRIBUTES or is_property(name)) and is_safe(text):
                copy.set(name, text)

    def _style(self, source: _Element, parent: _Element) -> _Element | None:
        from lxml import etree

        kept = rules("".join(source.itertext()))
        if not kept:
            return None
        style = etree.SubElement(parent, f"{{{_NAMESPACE}}}style")
        style.text = "\n".join(rule.css for rule in kept)
        for rule in kept:
            for name in rule.names:
                self.styled[name] += rule.references
        return style

    def _picture(self, source: _Element, copy: _Element) -> bool:
        """Give an ``image`` its picture, encoded anew; whether it has one."""
        from converters.images.places import decode
        from converters.images.raster import inner

        address = next(
            (str(value) for key, value in source.attrib.items() if str(key).endswith("href")), ""
        )
        self._pictures += 1
        if self._pictures > _MAX_INNER_PICTURES or not _INNER_PICTURE.match(address):
            return False
        try:
            picture = inner(decode(address))
        except (ImageError, ValueError):
            return False
        encoded = base64.b64encode(picture.data).decode()
        copy.set(f"{{{_XLINK}}}href", f"data:{picture.media_type};base64,{encoded}")
        return True


_LINES = frozenset("br p div li tr h1 h2 h3 h4 h5 h6".split())
_MAX_LINES = 50


def _words_of(foreign: _Element, parent: _Element) -> None:
    """Put the words of an HTML label (Mermaid writes them so) in its middle, as text of SVG.

    A ``switch`` has a text of its own for those who do not show HTML.
    """
    from lxml import etree

    lines = [""]
    for event, element in etree.iterwalk(foreign, events=("start", "end")):
        if event == "start":
            if _local(element) in _LINES:
                lines.append("")
            if _local(element) not in ("script", "style"):
                lines[-1] += element.text or ""
        else:
            if _local(element) in _LINES:
                lines.append("")
            lines[-1] += (element.tail or "") if element is not foreign else ""
    lines = [" ".join(line.split())[:200] for line in lines if line.strip()][:_MAX_LINES]
    box = [_pixels(foreign.get(name) or "") or 0.0 for name in ("x", "y", "width", "height")]
    middle = {"x": f"{box[0] + box[2] / 2:g}", "y": f"{box[1] + box[3] / 2:g}"}
    text = etree.SubElement(parent, f"{{{_NAMESPACE}}}text", middle | {"text-anchor": "middle"})
    for number, line in enumerate(lines):
        down = 0.35 + 1.2 * (number - (len(lines) - 1) / 2)  # em: the first line's own, then steps
        place = {"x": middle["x"], "dy": f"{down if number == 0 else 1.2:g}em"}
        etree.SubElement(text, f"{{{_NAMESPACE}}}tspan", place).text = line


def _namespace(element: _Element) -> str:
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def _is_text(element: _Element) -> bool:
    return _local(element) in ("text", "tspan", "textPath")


def _append_text(parent: _Element, text: str) -> None:
    """Put ``text`` behind what ``parent`` holds."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _capped(value: str, most: float) -> str:
    """``value``, a list of numbers, none of them beyond ``most``."""
    numbers = (float(number) for number in _NUMBER.findall(value)[:4])
    return " ".join(f"{min(max(number, -most), most):g}" for number in numbers)


# --- Size ----------------------------------------------------------------------------------


def _size(source: _Element) -> tuple[float, float]:
    """Width and height in CSS pixels: as the root says, else as its ``viewBox`` says."""
    width = _length(source, "width")
    height = _length(source, "height")
    box = _view_box(source)
    if width is not None and height is not None:
        size = width, height
    elif box is None:
        size = width or _DEFAULT[0], height or _DEFAULT[1]
    elif width is not None:
        size = width, width * box[1] / box[0]
    elif height is not None:
        size = height * box[0] / box[1], height
    else:
        larger = max(1.0, _UNSIZED / max(box))
        size = box[0] * larger, box[1] * larger
    if not all(_SMALLEST < side < _LARGEST for side in size):
        raise _RefusedError("is an SVG drawing without a size")
    return size


def _length(source: _Element, name: str) -> float | None:
    """An attribute of the root or a property of its style, in CSS pixels; ``None`` for shares."""
    length = _pixels(source.get(name) or "")
    if length is None:
        styled = re.search(rf"(?:^|;)\s*{name}\s*:([^;]*)", source.get("style") or "")
        length = _pixels(styled[1]) if styled else None
    return length


def _pixels(length: str) -> float | None:
    found = _LENGTH.match(length)
    if found is None or found[3].lower() not in _UNITS:
        return None
    return float(found[1]) * 10.0 ** int(found[2] or 0) * _UNITS[found[3].lower()]


def _view_box(source: _Element) -> tuple[float, float] | None:
    numbers = _NUMBER.findall(source.get("viewBox") or "")
    if len(numbers) != 4:
        return None
    width, height = float(numbers[2]), float(numbers[3])
    return (width, height) if 0 < width < _LARGEST and 0 < height < _LARGEST else None
