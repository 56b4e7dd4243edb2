"""SVG: told by content, nothing left in it but what draws, and drawn within limits."""

from __future__ import annotations

import base64
import gzip
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image as Pillow

from converters import images
from converters.article import Article, Figure, Image
from converters.errors import ImageError
from converters.images import MAX_PIXELS, Pictures, apart
from converters.images.raster import Need, encoded
from converters.images.svg import is_svg, parsed, sanitised
from converters.images.svgstyle import declarations, rules

ROOT = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SECRET = "http://evil.example/"


RECT = "<rect width='50%' height='50%'/>"


def svg(content: str = RECT, attributes: str = 'width="40" height="20"') -> bytes:
    return f"{ROOT} {attributes}>{content}</svg>".encode()


def clean(content: str) -> str:
    return sanitised(svg(content + RECT), "x").decode()


def drawing(data: bytes) -> Pillow.Image:
    return Pillow.open(BytesIO(encoded(data, "x").data)).convert("RGB")


def png(colour: str = "red", mode: str = "RGB") -> bytes:
    out = BytesIO()
    Pillow.new(mode, (4, 4), colour).save(out, "PNG")
    return out.getvalue()


def data_address(data: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


# --- Telling -------------------------------------------------------------------------------

DOCTYPE = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd" [ <!ENTITY a "]>"> <!-- ]> --> ]>'


@pytest.mark.parametrize(
    "data",
    [
        svg(),
        b"\n  " + svg(),
        b'<?xml version="1.0" encoding="utf-8"?>\n<!-- <html> -->' + svg(),
        DOCTYPE.encode() + svg(),
        b"\xef\xbb\xbf" + svg(),
        svg().decode().encode("utf-16"),
        svg().decode().encode("utf-16-be"),
        gzip.compress(svg(), mtime=0),
        b'<svg:svg xmlns:svg="http://www.w3.org/2000/svg" width="9" height="9"><svg:path/></svg:svg>',
        '<?xml version="1.0" encoding="gbk"?><svg width="9" height="9"><text>中文</text></svg>'.encode(
            "gbk"
        ),
        b"<!--" + b"x" * 50_000 + b"-->" + svg(),
    ],
)
def test_an_svg_is_told_by_its_root(data: bytes) -> None:
    assert is_svg(data)
    assert sanitised(data, "x").startswith(b"<svg xmlns=")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><svg></svg></html>",
        b"<svgx/>",
        b"<!-- <svg/> -->",
        b"<!DOCTYPE svg [",
        b"<?xml",
        gzip.compress(b"<html><svg/></html>", mtime=0),
        b"\x1f\x8b\x08garbage",
        png(),
    ],
)
def test_what_has_another_root_is_no_svg(data: bytes) -> None:
    assert not is_svg(data)


@given(st.text(alphabet="<!-?>[]\"' svgDOCTYPEx\n", max_size=200))
def test_telling_ends_whatever_stands_before_the_root(text: str) -> None:
    is_svg(text.encode())


# --- Sanitising ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "<script>alert('evil')</script>",
        "<g onclick='evil()' onload='evil()'/>",
        "<foreignObject><b xmlns='http://www.w3.org/1999/xhtml' id='evil'>words</b></foreignObject>",
        "<foreignObject><script>evil</script><style>evil</style></foreignObject>",
        "<switch><foreignObject><b>evil</b></foreignObject><text>words</text></switch>",
        "<image href='http://evil.example/a.png'/>",
        "<image xlink:href='file:///evil'/>",
        "<image href='/evil.png'/>",
        "<image href='data:image/svg+xml;base64,ZXZpbA=='/>",
        "<image href='data:text/html,evil'/>",
        "<feImage href='http://evil.example/a.png'/>",
        "<use href='http://evil.example/a.svg#a'/>",
        "<use href='evil.svg#a'/>",
        "<a href='javascript:evil()'><path d='M0 0'/></a>",
        "<path fill='url(http://evil.example/a#b)'/>",
        "<path fill='url(\"evil.svg#b\")'/>",
        "<path fill='ur\\6c(evil.svg)'/>",
        "<path style='fill:url(evil.svg#a)'/>",
        "<path style='behavior:url(#evil)'/>",
        "<path style='-moz-binding:url(#evil)'/>",
        "<style>@import 'http://evil.example/a.css';</style>",
        "<style>@font-face{font-family:evil;src:url(evil.woff)}</style>",
        "<style>path{fill:url(evil.svg#a)}</style>",
        "<style>path{fill:red;background:url(//evil.example)}</style>",
        "<style>@media screen{path{fill:url(evil)}}</style>",
        "<style>path[href='evil']{fill:red}</style>",
        "<animate attributeName='href' to='evil'/>",
        "<set attributeName='onload' to='evil'/>",
        "<iframe src='evil'/>",
        "<handler>evil</handler>",
        "<?xml-stylesheet href='evil.css'?>",
        "<!-- evil -->",
        "<metadata>evil</metadata>",
        "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='evil'/>",
        "<html:img xmlns:html='http://www.w3.org/1999/xhtml' src='evil'/>",
        "<g evil:attribute='1' xmlns:evil='evil'/>",
        "<g data-evil='evil'/>",
    ],
)
@pytest.mark.requirement("SEC-1", "SEC-2", "SEC-3", "SEC-4", "SEC-6")
def test_nothing_that_acts_or_leads_out_is_left(content: str) -> None:
    assert "evil" not in clean(content + "<rect width='1' height='1'/>")
    assert "<rect" in clean(content + "<rect width='1' height='1'/>")


@pytest.mark.requirement("SEC-6")
def test_entities_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("evil")
    document = (
        f'<!DOCTYPE svg [<!ENTITY a SYSTEM "{secret.as_uri()}"><!ENTITY b "evil">]>'
        f"{ROOT} width='9' height='9'><text>&a;&b;</text></svg>"
    )
    assert b"evil" not in sanitised(document.encode(), "x")


def test_a_namespace_that_was_an_entity_is_taken_for_svgs() -> None:
    """Illustrator writes them so."""
    document = (
        '<!DOCTYPE svg [<!ENTITY ns_svg "http://www.w3.org/2000/svg">]>'
        '<svg xmlns="&ns_svg;" width="9" height="9"><rect width="9" height="9"/></svg>'
    )
    assert b"<rect" in sanitised(document.encode(), "x")


def test_what_draws_is_kept() -> None:
    content = (
        "<style>.a{fill:url(#g);stroke:rgb(1, 2, 3) !important}</style>"
        "<defs><linearGradient id='g'><stop offset='0' stop-color='red'/></linearGradient></defs>"
        "<g transform='translate(1 2) rotate(3)' clip-path='url(#c)' style='opacity:.5'>"
        "<use xlink:href='#g'/><use href='#g'/></g>"
        "<a href='x'><text x='1' xml:space='preserve'>one<tspan dy='1'>two</tspan>three</text></a>"
    )
    kept = clean(content)
    for part in (
        ".a{fill:url(#g);stroke:rgb(1, 2, 3) !important}",
        '<stop offset="0" stop-color="red"/>',
        '<g transform="translate(1 2) rotate(3)" clip-path="url(#c)" style="opacity:.5">',
        '<use xlink:href="#g"/><use xlink:href="#g"/>',
        '<g><text x="1" xml:space="preserve">one<tspan dy="1">two</tspan>three</text></g>',
    ):
        assert part in kept, part


def test_text_keeps_its_place_around_what_is_left_out() -> None:
    content = "<text>a<script>x</script>b<a href='y'>c</a>d<title>e</title></text>"
    assert "<text>ab<tspan>c</tspan>d<title>e</title></text>" in clean(content)


def test_labels_in_html_become_text() -> None:
    """Mermaid's are so."""
    label = "<div xmlns='http://www.w3.org/1999/xhtml'><p>one <b>and</b> two<br/>three</p></div>"
    kept = clean(f"<g><foreignObject x='10' width='40' height='30'>{label}</foreignObject></g>")
    assert (
        '<g><text x="30" y="15" text-anchor="middle"><tspan x="30" dy="-0.25em">one and two</tspan>'
        '<tspan x="30" dy="1.2em">three</tspan></text></g>'
    ) in kept


@pytest.mark.requirement("SEC-4")
def test_pictures_inside_are_encoded_anew() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "evil")
    out = BytesIO()
    Pillow.new("RGBA", (4, 4), (255, 0, 0, 128)).save(out, "PNG", pnginfo=info)
    kept = clean(f"<image width='4' height='4' href='{data_address(out.getvalue())}'/>")
    inside = base64.b64decode(kept.partition("base64,")[2].partition('"')[0])
    assert b"evil" not in inside
    with Pillow.open(BytesIO(inside)) as picture:
        assert picture.mode == "RGBA"
        assert picture.getpixel((0, 0)) == (255, 0, 0, 128)


def test_a_background_of_the_root_is_drawn() -> None:
    dark = svg(RECT, 'viewBox="10 10 40 20" style="background:#123456;width:40px"')
    assert drawing(dark).getpixel((5, 5)) == (0x12, 0x34, 0x56)


@given(st.text(alphabet="url(#a)'\"\\;:{}@/*fil \n<>", max_size=100))
def test_no_style_leads_out(text: str) -> None:
    for kept in (declarations("fill:" + text), "".join(rule.css for rule in rules(text))):
        for place in range(len(kept)):
            if kept.startswith("url(", place):
                assert kept[place + 4 :].lstrip("\"' ").startswith("#"), kept


# Names and values that a fuzzer would not think of by itself.
_NAMES = st.sampled_from("svg g a use image style text script pattern filter feImage set".split())
_VALUES = st.sampled_from(
    ["#a", "url(#a)", "url(evil)", "javascript:evil", "data:image/png,evil", "evil", "1e999", "-5%"]
)
_KEYS = st.sampled_from(["id", "href", "xlink:href", "onload", "style", "fill", "width", "class"])
_ELEMENTS = st.recursive(
    st.just(""),
    lambda inner: st.builds(
        lambda name, attributes, content: (
            f"<{name} "
            + " ".join(f'{k}="{v}"' for k, v in attributes.items())
            + f">{content}</{name}>"
        ),
        _NAMES,
        st.dictionaries(_KEYS, _VALUES, max_size=3),
        st.lists(inner, max_size=3).map("".join),
    ),
    max_leaves=20,
)


@given(_ELEMENTS)
@pytest.mark.requirement("SEC-3", "SEC-4")
def test_whatever_is_nested_in_whatever_only_what_draws_is_left(content: str) -> None:
    try:
        kept = sanitised(svg(content), "x")
    except ImageError:
        return
    assert sanitised(kept, "x") == kept
    root = etree.fromstring(kept)
    for element in root.iter():
        assert etree.QName(element).namespace == "http://www.w3.org/2000/svg"
        assert etree.QName(element).localname not in {"script", "a", "set", "feImage"}
        for key, value in element.attrib.items():
            assert not str(key).startswith("on")
            assert not str(key).endswith("href") or str(value).startswith("#")
            assert "javascript" not in value
            assert "url(evil" not in value


# --- Limits --------------------------------------------------------------------------------


def nested_uses(levels: int, times: int) -> str:
    groups = ["<g id='a0'><rect width='1' height='1'/></g>"]
    groups += [
        f"<g id='a{level}'>" + f"<use href='#a{level - 1}'/>" * times + "</g>"
        for level in range(1, levels)
    ]
    return "".join(groups)


@pytest.mark.parametrize(
    "content",
    [
        nested_uses(10, 10),
        nested_uses(40, 1),
        "<g id='a'><use href='#a'/></g>",
        "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>",
        "".join(
            f"<pattern id='p{n}'>" + f"<rect fill='url(#p{n - 1})'/>" * 20 + "</pattern>"
            for n in range(8)
        ),
        "<style>.a{mask:url(#m)}</style><mask id='m'>" + "<rect/>" * 1000 + "</mask>"
        + "<rect class='a'/>" * 1000,
        "<marker id='m'>" + "<path/>" * 1000 + "</marker>"
        + "<path marker-mid='url(#m)' d='M0 0" + "L1 1" * 1000 + "'/>",
        "<g>" * 150 + "</g>" * 150,
        "<g/>" * 100_001,
    ],
    ids=["uses", "deep uses", "itself", "each other", "patterns", "class", "marker", "deep", "many"],
)  # fmt: skip
@pytest.mark.requirement("SEC-4", "SEC-7")
def test_documents_that_draw_too_much_are_refused_at_once(content: str) -> None:
    start = time.process_time()
    with pytest.raises(ImageError, match=r"too many parts|too deeply|too much"):
        parsed(svg(content), "x")
    assert time.process_time() - start < 5


@pytest.mark.requirement("SEC-4", "SEC-6", "SEC-7")
def test_bombs_are_refused_at_once() -> None:
    laughs = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
    )
    bomb = f"<!DOCTYPE svg [{laughs}]>{ROOT} width='9' height='9'><g id='&a11;'/>{RECT}</svg>"
    assert len(sanitised(bomb.encode(), "x")) < 1000
    zeros = gzip.compress(svg("<g/>")[:-6] + b" " * 100_000_000, mtime=0)
    assert is_svg(zeros)
    with pytest.raises(ImageError, match="8 MB"):
        parsed(zeros, "x")


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [("numOctaves='99999'", "8"), ("stdDeviation='1e30'", "500"), ("radius='400 1'", "20 1")],
)
def test_sizes_that_make_filters_slow_are_bounded(attribute: str, expected: str) -> None:
    assert f'"{expected}"' in clean(f"<filter id='f'><feTurbulence {attribute}/></filter>")


SLOW = svg("<rect width='4000' height='4000' opacity='.5'/>" * 20_000, 'viewBox="0 0 4000 4000"')


def test_who_stops_waits_for_no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C among drawings, each of which may take many seconds."""
    began = threading.Event()

    def interrupted(image: Image, *_: object) -> tuple[str, ...]:
        if image.url == "data:,":
            assert began.wait(10)
            raise KeyboardInterrupt
        return (image.url,)

    def asked(*args: bytes) -> bytes:
        began.set()
        return real(*args)

    real = apart._asked
    monkeypatch.setattr(apart, "_asked", asked)
    monkeypatch.setattr(apart, "SECONDS", 60.0)
    monkeypatch.setattr(images, "addresses", interrupted)
    shown = [
        Image("data:image/svg+xml;base64," + base64.b64encode(SLOW + b"<!---->" * number).decode())
        for number in range(4)
    ]
    now = time.monotonic()
    with Pictures() as pictures, pytest.raises(KeyboardInterrupt):
        pictures.collect([Article(body=(Figure((Image("data:,"), *shown)),))])
    assert time.monotonic() - now < 30  # it would be minutes
    monkeypatch.undo()
    assert apart.drawn(svg())[:4] == b"\x89PNG"


@pytest.mark.skipif(not hasattr(signal, "SIGXCPU"), reason="this system limits no computing")
def test_the_drawer_does_not_compute_for_ever_when_nobody_waits() -> None:
    """Whoever asked was killed: nobody is left to end it."""
    script = Path(apart.__file__).with_name("_worker.py").read_text("utf-8")
    hurried = script.replace("_SECONDS = 12", "_SECONDS = 2")
    assert hurried != script
    request = struct.pack(">4sI", b"svg ", len(sized := parsed(SLOW, "x").sized(4000, 4000)))
    ended = subprocess.run(
        [sys.executable, "-c", hurried, str(MAX_PIXELS), *filter(None, sys.path)],
        check=False,
        input=request + sized,
        stdout=subprocess.DEVNULL,
        timeout=60,
    )
    assert ended.returncode == -signal.SIGXCPU


@pytest.mark.requirement("SEC-7")
def test_a_drawing_that_takes_too_long_is_ended_and_the_next_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(apart, "SECONDS", 0.5)
    with pytest.raises(ImageError, match="within the limits"):
        encoded(SLOW, "x")
    monkeypatch.setattr(apart, "SECONDS", 45.0)
    assert drawing(svg("<rect width='40' height='20' fill='red'/>")).getpixel((9, 9)) == (255, 0, 0)


@pytest.mark.requirement("SEC-7")
def test_a_document_that_ends_the_drawer_does_not_end_us() -> None:
    nested = "<g opacity='.9'>" * 2000 + "<rect width='9' height='9'/>" + "</g>" * 2000
    for document in (nested, "<broken"):
        with pytest.raises((apart.ApartError, ValueError)):
            apart.drawn(svg(document) if document != "<broken" else document.encode())
    assert apart.drawn(svg())[:4] == b"\x89PNG"


def test_the_drawer_ends_with_the_process_that_started_it() -> None:
    script = (
        "from converters.images import apart\n"
        f"apart.drawn({svg()!r})\n"
        "print(apart._besides[-1]._worker._process.pid)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_process_that_was_forked_draws_for_itself() -> None:
    script = (
        "import os\n"
        "from converters.images import apart\n"
        f"apart.drawn({svg()!r})\n"
        "apart._besides[-1]._lock.acquire()\n"
        "child = os.fork()\n"
        f"if not child: apart.drawn({svg()!r}); os._exit(7)\n"
        "apart._besides[-1]._lock.release()\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
        f"apart.drawn({svg()!r})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "7\n"


def test_threads_may_draw_at_a_time() -> None:
    found: list[tuple[int, ...] | float | None] = []
    documents = [svg(f"<rect width='40' height='20' fill='rgb({n},0,0)'/>") for n in range(8)]
    threads = [
        threading.Thread(target=lambda data=data: found.append(drawing(data).getpixel((9, 9))))
        for data in documents
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, found)) == sorted(str((n, 0, 0)) for n in range(8))


# --- Drawing -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="400" height="200"', (400, 200)),
        ('width="300pt" height="3in"', (400, 288)),
        ('width="50mm" height="2.54cm"', (189, 96)),
        ('width="11ex" height="2.5em"', (88, 40)),
        ('viewBox="0 0 500 250"', (500, 250)),
        ('width="100%" height="100%" viewBox="0 0 500 250"', (500, 250)),
        ('width="100" viewBox="0 0 500 250"', (100, 50)),
        ('height="100" viewBox="0,0,500,250"', (200, 100)),
        ('style="width: 120px; height:60px" viewBox="0 0 500 250"', (120, 60)),
        ('viewBox="0 0 24 12"', (100, 50)),
        ("", (300, 150)),
        ('width="banana" viewBox="0 0 0 -5"', (300, 150)),
    ],
)
def test_the_size_is_what_the_document_says_in_css_pixels(
    attributes: str, size: tuple[int, int]
) -> None:
    picture = encoded(svg("<rect width='1' height='1'/>", attributes), "x", Need(vector=True))
    assert (picture.width, picture.height) == size
    assert picture.media_type == "image/svg+xml"
    assert picture.suffix == "svg"
    assert f'width="{parsed(svg(RECT, attributes), "x").width:g}"'.encode() in picture.data


@pytest.mark.parametrize(
    "attributes",
    [
        'width="0" height="5"',
        'width="9e9" height="9e9"',
        'width="0.000000001e-9" viewBox="0 0 1 1e-300"',  # whose area is nothing at all
    ],
)
def test_a_drawing_without_a_size_is_refused(attributes: str) -> None:
    with pytest.raises(ImageError, match="without a size"):
        encoded(svg(RECT, attributes), "x")


@pytest.mark.requirement("EP-28", "EP-29")
def test_a_drawing_becomes_a_png_of_more_pixels_than_css_has_but_within_the_need() -> None:
    assert drawing(svg(RECT, 'width="400" height="300"')).size == (800, 600)
    assert drawing(svg(RECT, 'width="40" height="30"')).size == (120, 90)
    assert drawing(svg(RECT, 'width="4000" height="1000"')).size == (1600, 400)
    assert drawing(svg(RECT, 'width="90000" height="90000"')).size == (1600, 1600)
    picture = encoded(svg(RECT, 'width="400" height="300"'), "x")
    assert picture.density == 2
    assert picture.media_type == "image/png"
    grey = encoded(
        svg("<rect width='9' height='9' fill='red'/>"), "x", Need(grey=True, vector=True)
    )
    assert grey.media_type == "image/png"
    assert Pillow.open(BytesIO(grey.data)).mode == "L"


def test_text_is_drawn_in_whatever_family_the_document_asks_for() -> None:
    """By itself resvg leaves text out whose family the system does not have."""
    for family in ("", "No Such Family", "serif", "sans-serif", "monospace"):
        for words in ("Text", "中文", "かな", "한국어"):
            text = f"<text x='2' y='18' font-size='16' font-family='{family}'>{words}</text>"
            darkest = min(drawing(svg(text)).convert("L").tobytes())
            assert darkest < 128, (family, words)


def test_gradients_clips_uses_and_classes_are_drawn() -> None:
    content = (
        "<style>.c{clip-path:url(#c)} #r{fill:url(#g)}</style>"
        "<linearGradient id='g'><stop stop-color='red'/></linearGradient>"
        "<clipPath id='c'><rect width='20' height='20'/></clipPath>"
        "<g class='c'><rect id='r' width='40' height='20'/></g>"
    )
    picture = drawing(svg(content))
    assert picture.getpixel((30, 30)) == (255, 0, 0)
    assert picture.getpixel((90, 30)) == (255, 255, 255)


def test_a_picture_inside_is_drawn() -> None:
    image = (
        f"<image width='40' height='20' preserveAspectRatio='none' href='{data_address(png())}'/>"
    )
    assert drawing(svg(image)).getpixel((60, 30)) == (255, 0, 0)


def test_white_lines_are_drawn_on_something_dark() -> None:
    lines = drawing(svg("<path d='M0 10h40' stroke='white' stroke-width='4'/>"))
    assert lines.getpixel((60, 30)) == (255, 255, 255)
    assert max(lines.getpixel((60, 3)) or ()) < 100  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content", ["", "<use href='#elsewhere'/>", "<g/>", "<defs>" + RECT + "</defs>"]
)
def test_a_drawing_that_shows_nothing_is_no_picture(content: str) -> None:
    with pytest.raises(ImageError, match="shows nothing"):
        encoded(svg(content), "x")


@pytest.mark.requirement("SEC-2")
def test_no_file_is_drawn(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(png())
    for address in (str(secret), secret.as_uri(), secret.name):
        for key in ("href", "xlink:href"):
            image = f"<image width='40' height='20' {key}='{address}'/>"
            with pytest.raises(ImageError, match="shows nothing"):
                encoded(svg(image), "x")


@pytest.mark.requirement("ALL-3")
def test_the_same_drawing_gives_the_same_bytes() -> None:
    data = svg("<text y='15'>same</text><circle r='9' fill='teal'/>")
    assert encoded(data, "x") == encoded(data, "x")
