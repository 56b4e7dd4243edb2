"""Which addresses a picture is looked for at, and what proxies and lazy loaders hide."""

from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.article import Candidate, Image, plain_text, query
from converters.images.candidates import addresses
from converters.images.raster import Need
from converters.proxies import original_picture
from converters.readers.markup import read_html
from converters.trackers import is_placeholder, is_tracking

# --- Proxies -------------------------------------------------------------------------------

A = "https://example.org/a.jpg"
ENCODED = "https%3A%2F%2Fexample.org%2Fa.jpg"
BASE64 = base64.urlsafe_b64encode(A.encode()).decode().rstrip("=")

PROXIES = {
    # weserv, as people write it (https://images.weserv.nl/docs/)
    "https://images.weserv.nl/?url=example.org/a.jpg": A,
    "https://images.weserv.nl?url=example.org/a.jpg": A,
    "http://IMAGES.WESERV.NL/?URL=ssl:example.org/a.jpg": A,
    "https://wsrv.nl/?w=300&url=//example.org/a.jpg&n=-1": A,
    "https://wsrv.nl/?url=example.org%2Fa.jpg&w=300&fit=cover": A,
    f"https://wsrv.nl/?url={ENCODED}": A,
    f"https://wsrv.nl/?w=1&amp;url={ENCODED}": A,
    f"https://images.weserv.nl/fit?url=https://wsrv.nl/?url={ENCODED}": A,
    "https://wsrv.nl/?url=https%253A%252F%252Fexample.org%252Fa.jpg": A,
    "https://wsrv.nl/?url=http://example.org/a.jpg": "http://example.org/a.jpg",
    "https://wsrv.nl/?url=example.org:8080/a.php%3Fid%3D1": "https://example.org:8080/a.php?id=1",
    "https://wsrv.nl/?url=example.org/a%2520b%20c.jpg": "https://example.org/a%20b%20c.jpg",
    "https://wsrv.nl/?url=example.org/%B0%A1.jpg": "https://example.org/%B0%A1.jpg",
    "https://wsrv.nl/?url=example.org/文.jpg": "https://example.org/%E6%96%87.jpg",
    # WordPress
    "https://i0.wp.com/example.org/a.jpg?resize=800%2C600&ssl=1": A,
    "https://i3.wp.com/example.org/a.jpg?fit=1&is-pending-load=1#038;ssl=1": A,
    "http://i1.wp.com/example.org/a.jpg": "http://example.org/a.jpg",
    f"https://i2.wp.com/cdn.substack.com/image/fetch/w_1,c_limit/{ENCODED}?ssl=1": A,
    # Google
    f"https://www.google.com/imgres?imgurl={A}&imgrefurl=https://example.org/": A,
    f"https://images-blogger-opensocial.googleusercontent.com/gadgets/proxy?url={ENCODED}&x=1": A,
    f"https://ci3.googleusercontent.com/proxy/AbC=s0-d-e1-ft#{A}": A,
    # AMP caches
    "https://example-org.cdn.ampproject.org/i/s/example.org/a.jpg": A,
    "https://example-org.cdn.ampproject.org/ii/w1000/s/example.org/a.jpg?x=1": f"{A}?x=1",
    "https://cdn.ampproject.org/i/example.org/a.jpg": "http://example.org/a.jpg",
    # Of the site itself
    "https://example.org/cdn-cgi/image/width=80,quality=75/a.jpg": A,
    f"https://example.com/cdn-cgi/image/w=80/{A}": A,
    f"https://example.com/cdn-cgi/image/w=80/{ENCODED}": A,
    "https://example.org/_next/image?url=%2Fa.jpg&w=640&q=75": A,
    f"https://example.com/blog/_next/image?url={ENCODED}%3Fx%3D1&w=640&q=75": f"{A}?x=1",
    "https://example.org/_vercel/image?url=/a.jpg&w=640": A,
    "https://example.org/.netlify/images?url=/a.jpg&w=640": A,
    "https://example.org/_image?href=%2Fa.jpg&w=640&f=webp": A,
    "https://example.org/_ipx/w_200/a.jpg": A,
    f"https://example.com/_ipx/_/{A}": A,
    # Services that hold a whole address
    f"https://substackcdn.com/image/fetch/$s_!x!,w_1456,c_limit,q_auto:good/{ENCODED}": A,
    f"https://res.cloudinary.com/demo/image/fetch/w_300,f_auto/{A}": A,
    "https://res.cloudinary.com/demo/image/fetch/f_auto/https:/example.org/a.jpg": A,
    f"https://img.example.com/sig/rs:fit:300:300/plain/{A}@webp": A,
    f"https://img.example.com/sig/rs:fit:300:300/{BASE64}.webp": A,
    f"https://img.example.com/sig/rs:fit:300:300/{BASE64[:16]}/{BASE64[16:]}.webp": A,
    f"https://camo.githubusercontent.com/0a1b/{A.encode().hex()}": A,
    "https://images-ext-1.discordapp.net/external/a-B_1/https/example.org/a.jpg?width=400": A,
    f"https://www.startpage.com/av/proxy-image?piurl={ENCODED}&sp=1": A,
    f"https://imgs.search.brave.com/s/rs:fit:500:0:0:0/g:ce/{BASE64[:20]}/{BASE64[20:]}": A,
    f"https://thumbor.example.com/x_y=/150x83/smart/{ENCODED}": A,
    f"https://img.example.com/v3/image?url={ENCODED}&w=100": A,
    f"https://example.com/timthumb.php?src={A}&w=100": A,
    f"https://external-content.duckduckgo.com/iu/?u={ENCODED}&f=1": A,
    f"https://th.bing.com/th?id=OIP.x&riu={ENCODED}": A,
    f"https://external.xx.fbcdn.net/safe_image.php?d=x&url={ENCODED}": A,
    f"https://gimg2.baidu.com/image_search/src={ENCODED}&refer=http%3A%2F%2Fexample.com": A,
    f"https://s.yimg.com/ny/api/res/1.2/x--/y-/{A}": A,
    "https://cdn.statically.io/img/example.org/f=auto,w=400/a.jpg": A,
    "https://cdn.statically.io/img/example.org/a.jpg": A,
}

NO_PROXIES = [
    A,
    f"{A}?url=1",
    "https://lh3.googleusercontent.com/abc=s1600",
    "https://blogger.googleusercontent.com/img/b/R29vZ2xl/s1600/a.jpg",
    "https://res.cloudinary.com/demo/image/upload/w_300/v1/a.jpg",
    "https://example-org.cdn.ampproject.org/v/s/example.org/page.jpg",
    "https://i0.wp.com/a.jpg",
    # Copies of what is gone
    f"https://web.archive.org/web/20150206075900im_/{A}",
    f"https://archive.example.org/wayback/20150206075900/{A}",
    # Pictures of pages
    "https://s0.wp.com/mshots/v1/https%3A%2F%2Fexample.org%2Fpage?w=600",
    "https://screenshots.example.com/?url=https://example.org/",
    f"https://camo.githubusercontent.com/0a1b/{b'https://img.example/badge'.hex()}",
    f"https://camo.githubusercontent.com/0a1b/{bytes(range(200)).hex()}",
    # A picture laid over another, a picture for those who have none
    f"https://res.cloudinary.com/demo/image/upload/l_fetch:{BASE64}/a.jpg",
    f"https://secure.gravatar.com/avatar/0?s=68&d={ENCODED}",
    # Nothing that is fetched
    "https://wsrv.nl/?url=file:///etc/passwd",
    "https://wsrv.nl/?url=data:image/png;base64,AAAA",
    "https://wsrv.nl/?url=",
    "https://wsrv.nl/?url=localhost/a.jpg&x=http:",
    "https://[::1/a?url=https://example.org/a.jpg",
    "ftp://wsrv.nl/?url=example.org/a.jpg",
    "images/https:/a.jpg",
]


@pytest.mark.requirement("IN-11")
@pytest.mark.parametrize(("proxy", "original"), PROXIES.items())
def test_proxies_are_undone(proxy: str, original: str) -> None:
    assert original_picture(proxy) == original
    tried = addresses(Image(proxy), Need())
    assert tried[0] == original
    assert tried[-1].partition("#")[0] == proxy.partition("#")[0]


@pytest.mark.requirement("IN-11")
@pytest.mark.parametrize("url", NO_PROXIES)
def test_what_is_no_proxy_stays(url: str) -> None:
    assert original_picture(url) == url


@given(st.text(st.sampled_from("htps:/%3AaF2.?&=url#@[]wsrvn\n文"), max_size=60))
def test_any_address_is_understood_or_left(text: str) -> None:
    for address in (text, f"https://wsrv.nl/?url={text}", f"https://a.example/{text}"):
        original = original_picture(address)
        assert original == address or original.startswith(("http://", "https://"))
        assert original_picture(original) == original


@pytest.mark.requirement("SEC-7")
@pytest.mark.parametrize(
    "part", ["https://", "a.", "a./", ".jpg/", "https%3A%2F%2F", "A/", "?url=", "wsrv.nl/?url="]
)
def test_hostile_addresses_take_no_time(part: str) -> None:
    for start in ("https://a.example/", "https://wsrv.nl/?url=", "https://a.example/aHR0cHM6Ly"):
        address = start + part * (8000 // len(part))
        began = time.process_time()
        original_picture(address)
        is_placeholder(address)
        is_tracking(address)
        assert time.process_time() - began < 1


# --- What is tried, and when ---------------------------------------------------------------


def sized(*widths: int, **more: object) -> Image:
    return Image(
        "https://e.org/large.jpg",
        candidates=tuple(Candidate(f"https://e.org/{width}.jpg", width) for width in widths),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.requirement("IN-10")
@pytest.mark.parametrize(
    ("widths", "need", "first"),
    [
        ((320, 640, 1600, 3200), 1600, "1600"),
        ((3200, 320, 1601, 640), 1600, "1601"),
        ((320, 3200), 1600, "3200"),
        ((320, 640), 1600, "large"),  # what is no candidate is mostly the original
        ((320, 640), 600, "640"),
        ((320, 640), 0, "large"),
        ((), 1600, "large"),
    ],
)
def test_the_candidate_that_the_target_needs(
    widths: tuple[int, ...], need: int, first: str
) -> None:
    tried = addresses(sized(*widths), Need(width=need))
    assert tried[0] == f"https://e.org/{first}.jpg"
    assert len(tried) == len(set(tried)) == len(widths) + 1


@pytest.mark.requirement("IN-10")
def test_the_largest_candidate_is_mostly_the_address_itself() -> None:
    sizes = (Candidate("s.jpg", 320), Candidate("m.jpg", 640), Candidate("l.jpg", 1280))
    image = Image("l.jpg", candidates=sizes, alternatives=("x.jpg",))
    assert addresses(image, Need(width=1600)) == ("l.jpg", "x.jpg", "m.jpg", "s.jpg")
    assert addresses(image, Need(width=640)) == ("m.jpg", "l.jpg", "x.jpg", "s.jpg")


@pytest.mark.requirement("IN-10")
@pytest.mark.parametrize("name", ["a-300x168.jpg", "a.jpg?x=1&w=300", "w_300,q_80/a.jpg"])
def test_an_address_that_says_how_narrow_it_is(name: str) -> None:
    image = Image(f"https://e.org/{name}", candidates=sized(640, 1024).candidates)
    assert addresses(image, Need())[:2] == ("https://e.org/1024.jpg", image.url)
    image = Image("https://e.org/a-2000x900.jpg", candidates=sized(640, 1024).candidates)
    assert addresses(image, Need())[0] == image.url


@pytest.mark.requirement("IN-11")
def test_originals_come_before_proxies() -> None:
    """Also where the reader left proxies as they were: Markdown, JSON."""
    proxy, other = "https://wsrv.nl/?url=e.org/a.jpg", "https://i0.wp.com/e.org/b.jpg?ssl=1"
    assert addresses(Image(proxy, alternatives=(other,)), Need()) == (
        "https://e.org/a.jpg",
        "https://e.org/b.jpg",
        proxy,
        other,
    )


@pytest.mark.requirement("IN-10", "IN-12")
def test_relative_addresses_are_of_the_web_only_at_last() -> None:
    image = Image("img/a.jpg", alternatives=("/b.jpg", "//c.example/c.jpg"))
    assert addresses(image, Need()) == ("img/a.jpg", "/b.jpg", "https://c.example/c.jpg")
    assert addresses(image, Need(), "http://e.org/x/y") == (
        "img/a.jpg",
        "/b.jpg",
        "https://c.example/c.jpg",
        "http://e.org/x/img/a.jpg",
        "http://e.org/b.jpg",
    )
    assert addresses(image, Need(), "file:///srv/") == addresses(image, Need())


DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@pytest.mark.requirement("IN-10")
def test_placeholders_are_not_tried() -> None:
    image = Image("/img/spacer.gif", alternatives=(DOT, "javascript:x", "a.jpg"))
    assert addresses(image, Need()) == ("a.jpg",)
    assert addresses(Image("blank.png"), Need()) == ("blank.png",)  # who knows
    assert addresses(Image(DOT), Need()) == (DOT,)
    assert addresses(Image(""), Need(), "https://e.org/") == ()


SPACERS = """
/spacer.gif /img/blank.gif /blank.png /1x1.png /t/1x1.trans.gif /pixel.gif /transparent.png
/transparent-1px.png /placeholder.svg /placeholder.3f2a1b9c.svg /image-placeholder.jpg
/no-image-placeholder.png /placeholder_600x400.jpg /loading.gif /ajax-loader.gif /lazy_placeholder.gif
/lazy.png /grey.gif /gray_16x9.png /blank.gif?x=1 about:blank javascript:x blob:https://e.org/1
""".split()
NO_SPACERS = """
/google-pixel.jpg /pixel-6.jpg /pixel.jpg /loading-dock.jpg /loading.jpg /the-lazy-dog.png
/grey-wolf.png /earl-grey.gif /transparency.png /transparent-government.png /blank-verse.png
/spacerocket.jpg /empty-streets.jpg /black.png /white.jpg /20200101.jpg /a.gif /lazyload/a.jpg
/placeholder/a.jpg /image.php?src=blank.gif
""".split()


@pytest.mark.requirement("IN-10")
@pytest.mark.parametrize("path", SPACERS)
def test_spacers(path: str) -> None:
    assert is_placeholder(path)
    html = f'<p>文</p><img src="{path}"><img src="{path}" data-src="/a.jpg">'
    assert [image.url for image in images_of(html)] == ["https://e.org/a.jpg"]


@pytest.mark.requirement("IN-10")
@pytest.mark.parametrize("path", NO_SPACERS)
def test_pictures_with_names_of_spacers(path: str) -> None:
    assert not is_placeholder(path)
    assert images_of(f'<p>文</p><img src="{path}">')


TRACKERS = """
https://pixel.wp.com/g.gif?host=e.org https://stats.wordpress.com/b.gif?v=noscript
https://www.facebook.com/tr?id=1&ev=PageView&noscript=1
https://ad.doubleclick.net/ddm/ad/1;ord=2? https://www.google-analytics.com/collect?v=1
https://feeds.feedburner.com/~r/name/~4/x http://feeds.example.com/~r/name/~4/x
https://medium.com/_/stat?event=post.clientViewed https://vg08.met.vgwort.de/na/0123
https://bat.bing.com/action/0?ti=1 https://e.us2.list-manage.com/track/open.php?u=1
https://counter.theconversation.com/content/1/count.gif https://px.ads.linkedin.com/collect/?pid=1
https://e.org/pixel.gif https://e.org/track.gif?x=1 https://e.org/matomo.php?idsite=1
https://media.e.org/include/images/tracking/e-rss-pixel.png?story=1 https://e.org/wf/open?upn=x
https://tracker.e.org/x https://e.org/b.gif?x=1 https://e.org/counter https://pixel.e.org/a.gif
//mc.yandex.ru/watch/1
""".split()
NO_TRACKERS = """
https://e.org/b.gif https://e.org/tracks.jpg https://e.org/track/1/cover.png https://e.org/stats.png
https://e.org/stats.png?x=1 https://counter.e.org/kitchen.jpg https://e.org/google-pixel.jpg
https://feeds.e.org/a.jpg https://www.facebook.com/trees.jpg https://e.org/collection?x=1
https://e.org/image/tr/a.jpg?x=1 https://pixelfed.example/a https://e.org/p/a?x=1 tracker.gif
https://s0.wp.com/a.png https://[::1/pixel.gif
""".split()


@pytest.mark.requirement("IN-10")
@pytest.mark.parametrize("url", TRACKERS)
def test_trackers(url: str) -> None:
    """Known by their address, they are left out, counted, and never asked for."""
    assert is_tracking(url)
    assert addresses(Image(url, alternatives=(f"{url}#x",)), Need()) == ()
    body = read_html(f'<p>文<img src="{url.replace("&", "&amp;")}"></p>', base="https://e.org/")
    assert not list(query(body.blocks, Image))
    assert [(each.what, each.count) for each in body.findings.dropped()] in (
        [("tracking pixel", 1)],
        [("placeholder picture", 1)],
    )


@pytest.mark.requirement("IN-10")
@pytest.mark.parametrize("url", NO_TRACKERS)
def test_pictures_with_names_of_trackers(url: str) -> None:
    assert not is_tracking(url)


@pytest.mark.requirement("IN-10")
@pytest.mark.parametrize(
    "shape",
    ["width=1 height=1", 'height="1px"', "width=0", 'style="width: 1px; height:1px"', "width=2"],
)
def test_trackers_of_a_pixel(shape: str) -> None:
    assert not images_of(f'<p>文<img src="/a.php" {shape}></p>')


@pytest.mark.requirement("IN-13")
def test_faces_are_text() -> None:
    """Forums draw them with a spacer and a style."""
    faces = (":D", ";-)", ":eek:", ":'(", "xD")
    html = "".join(
        f'<img src="{DOT}" class="smilie smilie--sprite" alt="{face}">' for face in faces
    )
    body = read_html(f"<p>Hi {html}</p>", base="https://e.org/")
    assert plain_text(body.blocks).strip() == "Hi " + "".join(faces)


def test_a_picture_with_no_end_of_addresses() -> None:
    image = sized(*range(1, 500), alternatives=tuple(f"https://e.org/{n}" for n in range(500)))
    assert len(addresses(image, Need())) == 10


# --- What readers find ---------------------------------------------------------------------


def images_of(html: str) -> list[Image]:
    return list(query(read_html(html, base="https://e.org/").blocks, Image))


def image_of(html: str) -> Image:
    return images_of(html)[0]


@pytest.mark.requirement("IN-10")
def test_sizes_of_a_picture() -> None:
    image = image_of(
        '<img src="/s.jpg" srcset="/s.jpg 300w, https://c.example/m,1.jpg 800w 400h,/l.jpg 1600w">'
    )
    assert image.url == "https://e.org/l.jpg"
    assert image.candidates == (
        Candidate("https://e.org/s.jpg", 300),
        Candidate("https://c.example/m,1.jpg", 800),
        Candidate("https://e.org/l.jpg", 1600),
    )


@pytest.mark.requirement("IN-10")
def test_densities_count_where_the_width_is_known() -> None:
    html = '<img src="a.jpg" {} srcset="a.jpg, b.jpg 1.5x, c.jpg 2x">'
    widths = [each.width for each in image_of(html.format("width=400")).candidates]
    assert widths == [400, 600, 800]
    assert not image_of(html.format("")).candidates


@pytest.mark.requirement("IN-10")
def test_crops_are_not_mixed() -> None:
    """The sources of a ``picture`` may show other parts of it (art direction)."""
    own = "s.jpg 300w, l.jpg 900w"
    html = (
        '<picture><source media="(max-width: 600px)" srcset="tall1.jpg 600w, tall2.jpg 1200w">'
        f'<img src="s.jpg" {{}}="{own}"></picture>'
    )
    for name in ("srcset", "data-srcset"):
        image = image_of(html.format(name))
        assert image.url.endswith("/l.jpg")
        assert [each.url[-5:] for each in image.candidates] == ["s.jpg", "l.jpg"]
    image = image_of(html.replace("{}=", "data-original='o.jpg' srcset="))
    assert image.url.endswith("/o.jpg")
    assert [each.url[-5:] for each in image.candidates] == ["s.jpg", "l.jpg"]
    image = image_of(html.replace("{}=", "alt="))
    assert [each.url[-9:] for each in image.candidates] == ["tall1.jpg", "tall2.jpg"]
    assert not image_of(html.replace("{}=", "data-original='o.jpg' alt=")).candidates


@pytest.mark.requirement("IN-10", "IN-11")
def test_sizes_behind_a_proxy_are_one_picture() -> None:
    proxy = "/_next/image?url=%2Fa.jpg&amp;w={}&amp;q=75 {}w"
    image = image_of(f'<img srcset="{proxy.format(640, 640)}, {proxy.format(1920, 1920)}">')
    assert image.url == "https://e.org/a.jpg"
    assert image.alternatives == ("https://e.org/_next/image?url=%2Fa.jpg&w=1920&q=75",)
    assert not image.candidates


@pytest.mark.requirement("IN-10")
@pytest.mark.parametrize(
    "html",
    [
        f'<picture><source srcset="{DOT}" data-srcset="/a.jpg 800w"><img src="{DOT}"></picture>',
        f'<img src="{DOT}" data-some-loader="/a.jpg" data-title="A picture" data-x="b">',
        f'<img src="{DOT}" data-src="/a-{{width}}.jpg" data-srcset="/a.jpg 800w">',
        '<img data-src="/a_{width}x.jpg" src="/a.jpg">',
        '<img data-src="/a-300x168.jpg" data-src-retina="/a.jpg" src="/spacer.gif">',
        '<img data-orig-file="/a.jpg" data-medium-file="/b.jpg" src="/b.jpg?w=600">',
    ],
)
def test_loaders_of_all_kinds(html: str) -> None:
    assert image_of(html).url == "https://e.org/a.jpg"


def test_sizes_without_end() -> None:
    many = ", ".join(f"{number}.jpg {number}w" for number in range(1, 5000))
    assert len(image_of(f'<img srcset="{many}">').candidates) <= 32
