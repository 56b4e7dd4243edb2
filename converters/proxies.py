"""Picture proxies: services that fetch a picture for a page, and what they were asked for.

Some make pictures smaller, some lend their certificate, some get around a server that refuses
strangers. An archive wants the picture itself, which outlives them. The services that name it in
their own way are listed; of others an absolute address of a picture inside theirs is understood.
Nothing is fetched: text in, text out.
"""

from __future__ import annotations

import base64
import re
from functools import cache, lru_cache
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

from converters.addresses import resolve

__all__ = ["original_picture"]

# A proxy may wrap another: WordPress' Substack's, Substack's Amazon's.
_MOST_LAYERS = 4
_LONGEST = 8192
# Nothing is undone where none of these stands.
_SIGNS = re.compile(
    r"weserv|wsrv|\.wp\.com|ampproject|amp\.com/i|statically|/_next/image|/_vercel/image"
    r"|/\.netlify/images|/_image\?|/_ipx/|/cdn-cgi/image|.https?(?::|%3A|%253A)|aHR0c|68747470"
    r"|/external/|[?&](?:url|src|u|imgurl|piurl|riu)=",
    re.IGNORECASE,
)
# Copies of what is gone: their address is the only one that still leads to the picture.
_ARCHIVE = re.compile(
    r"(?:^|\.)(?:archive\.(?:org|ph|today|is|md|li|vn|fo)|webcitation\.org|perma\.cc|archive-it\.org"
    r"|webarchive\.[a-z.]+|arquivo\.pt)$|^(?:webcache|web-?archive)\."
)
_TIMESTAMP = re.compile(r"/\d{14}(?:[a-z]{2}_)?/")
# What is named as a picture: some services make a picture of a page that they are given.
_PICTURE_NAME = re.compile(
    r"\.(?:jpe?g|jfif|png|gif|webp|avif|heic|bmp|tiff?|svg)(?:[!:@_/-][^?#]*)?(?:[?#]|$)"
    r"|[?&](?:wx_)?(?:fmt|format|fm)=(?:jpe?g|png|gif|webp)",
    re.IGNORECASE,
)
# The host of an absolute address has a dot, or is in brackets.
_ABSOLUTE = re.compile(r"^https?://(?=[^/.:]{0,63}[.:])[^/?#@\s]{1,255}/", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+-]*:(?!\d)")  # and not a host with its port
_HOST = re.compile(r"^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z][A-Za-z0-9-]+(?::\d+)?/.")
# An absolute address inside a path, whole or percent-encoded; servers make one slash of two.
_WRAPPED = re.compile(r"(?<=[/=])https?(?:://?|(?:%3A|%253A)(?:/|%2F|%252F){1,2})", re.IGNORECASE)
_BASE64 = re.compile(r"/(aHR0c(?:DovL|HM6Ly)[A-Za-z0-9_/=-]+)(?:\.[a-z]{3,4})?$")
_HEXADECIMAL = re.compile(r"/(68747470(?:73)?3a2f2f(?:[0-9a-f]{2})+)$")
# What an address keeps of a decoded one (RFC 3986, 2.2 and 2.3); "%" stands for itself.
_KEPT = "!#$%&'()*+,/:;=?@[]~"

# Services whose parameter names the picture: host, path, names of the parameter. What has no
# scheme there gets https.
_BY_PARAMETER = (
    (r"^(?:images\.weserv\.nl|wsrv\.nl)$", r"", ("url",)),
    (r"^(?:www\.|images\.)?google\.[a-z.]+$", r"^/imgres$", ("imgurl",)),
    (r"\.googleusercontent\.com$", r"^/gadgets/proxy", ("url",)),
    (r"^(?:external-content|proxy)\.duckduckgo\.com$", r"^/iu/?$", ("u",)),
    (r"\.bing\.(?:com|net)$", r"^/th(?:/|$)", ("riu",)),
    (r"\.(?:facebook\.com|fbcdn\.net)$", r"/safe_image\.php$", ("url",)),
    (r"^image\.baidu\.com$", r"^/search/down$", ("url",)),
)
# Services of the site itself, which name its own pictures by their path.
_OWN = re.compile(r"/(?:_next/image|_vercel/image|\.netlify/images|_image)/?$")
_OWN_PATH = re.compile(r"/(?:cdn-cgi/image/[^/]+|_ipx/[^/]+)/(.+)$")
_WORDPRESS = re.compile(r"^i[0-3]\.wp\.com$")
_AMP = re.compile(r"(?:^|\.)(?:cdn\.ampproject\.org|bing-amp\.com)$")
_AMP_PATH = re.compile(r"^/i(?:i/[^/]+)?/(s/)?(.+)$")
_STATICALLY = re.compile(r"^/img/([^/]+)/(?:[a-z]+=[^/]*/)?(.+)$")
_DISCORD = re.compile(r"^/external/[\w-]+/(?:%3F[^/]*/)?(https?)/(.+)$")
_PARAMETERS = ("url", "src", "u", "imgurl", "image_url", "piurl")


def original_picture(url: str) -> str:
    """The address that a picture proxy was asked for; ``url`` itself where there is no proxy.

    Undone are the proxies of weserv, WordPress (Photon), Google, AMP, DuckDuckGo, Bing, Facebook,
    Baidu, Discord and Statically; those that sites have themselves (Next.js, Vercel, Netlify,
    Astro, Nuxt, Cloudflare); and services of any name that hold the absolute address of a picture,
    as Cloudinary, Substack, Camo, imgproxy and thumbor do. Web archives are none. The result may
    point anywhere: who fetches it checks it first.
    """
    return _original(url) if len(url) <= _LONGEST else url


@lru_cache(maxsize=256)  # an address is offered several times on its way
def _original(url: str) -> str:
    for _ in range(_MOST_LAYERS):
        if len(url) > _LONGEST or not _SIGNS.search(url):
            return url
        try:
            parts = urlsplit(url)
        except ValueError:  # such as an unclosed IPv6 bracket
            return url
        if parts.scheme not in ("http", "https"):
            return url
        aim = _asked(parts)
        if not aim or aim == url:
            return url
        url = aim
    return url


@cache  # compiled when the first address looks like one of a proxy
def _by_parameter() -> tuple[tuple[re.Pattern[str], re.Pattern[str], tuple[str, ...]], ...]:
    return tuple((re.compile(host), re.compile(path), names) for host, path, names in _BY_PARAMETER)


def _asked(parts: SplitResult) -> str:
    """What the proxy at ``parts`` was asked for; empty where it is none."""
    host = (parts.hostname or "").lower()
    if _ARCHIVE.search(host) or _TIMESTAMP.search(parts.path):
        return ""
    for pattern, path, names in _by_parameter():
        if pattern.search(host) and path.search(parts.path):
            return _named(parts, names)
    for rule in (_wordpress, _amp, _statically, _discord):
        if aim := rule(host, parts):
            return aim
    return _of_site(parts) or _in_fragment(host, parts) or _in_path(parts) or _in_query(parts)


def _named(parts: SplitResult, names: tuple[str, ...]) -> str:
    aim = _parameter(parts, names)
    aim = re.sub(r"^(?:ssl:|//)+", "", aim)
    if aim and not _SCHEME.match(aim):
        aim = f"https://{aim}"
    return aim if _ABSOLUTE.match(aim) else ""


def _wordpress(host: str, parts: SplitResult) -> str:
    """https://developer.wordpress.com/docs/photon/ ."""
    path = parts.path.lstrip("/")
    if not _WORDPRESS.match(host) or not _HOST.match(path):
        return ""
    # WordPress' lazy pictures leave a half-decoded "&" behind: "…load=1#038;ssl=1".
    flags = re.split("[&;]", f"{parts.query}&{parts.fragment}")
    return ("https://" if "ssl=1" in flags else "http://") + path


def _amp(host: str, parts: SplitResult) -> str:
    """https://developers.google.com/amp/cache/overview#amp-cache-url-format ."""
    match = _AMP_PATH.match(parts.path) if _AMP.search(host) else None
    if match is None or not _HOST.match(match[2]):
        return ""
    query = f"?{parts.query}" if parts.query else ""
    return f"http{'s' if match[1] else ''}://{match[2]}{query}"


def _statically(host: str, parts: SplitResult) -> str:
    """https://statically.io/docs/using-images/ ."""
    match = _STATICALLY.match(parts.path) if host == "cdn.statically.io" else None
    return f"https://{match[1]}/{match[2]}" if match and _HOST.match(f"{match[1]}/x") else ""


def _discord(host: str, parts: SplitResult) -> str:
    """Where the scheme is a part of the path."""
    match = _DISCORD.match(parts.path) if host.endswith(".discordapp.net") else None
    return f"{match[1]}://{match[2]}" if match and _HOST.match(match[2]) else ""


def _of_site(parts: SplitResult) -> str:
    """A picture of the proxy's own site, or of another."""
    aim = ""
    if _OWN.search(parts.path):
        aim = _parameter(parts, ("url", "href"))
    elif match := _OWN_PATH.search(parts.path):
        aim = _whole(match[1])
        if not re.match(r"https?:", aim, re.IGNORECASE):
            aim = f"/{aim.lstrip('/')}"
    return resolve(aim, f"{parts.scheme}://{parts.netloc}/") if aim else ""


def _in_fragment(host: str, parts: SplitResult) -> str:
    """Google's proxy for pictures in mail keeps the address behind the "#"."""
    if host.endswith(".googleusercontent.com") and _ABSOLUTE.match(parts.fragment):
        return parts.fragment
    return ""


def _in_path(parts: SplitResult) -> str:
    """The last absolute address of a picture in the path."""
    if match := _BASE64.search(parts.path):
        return _picture(_from_base64(match[1]))
    if match := _HEXADECIMAL.search(parts.path):  # GitHub's Camo
        return _picture(bytes.fromhex(match[1]).decode("ascii", "replace"))
    path = parts.path.partition("&")[0]  # Baidu's path has parameters
    found = None
    for found in _WRAPPED.finditer(path):  # noqa: B007 - the last one
        pass
    if found is None:
        return ""
    aim = path[found.start() :]
    if "%" in found[0]:
        aim = _whole(aim)
    else:
        aim = re.sub(r"^(https?):/+", r"\1://", aim, flags=re.IGNORECASE)
        if parts.query:
            aim += f"?{parts.query}"
    if "/plain/" in path[: found.start()]:  # imgproxy's: what the picture is turned into
        aim = re.sub(r"@(?:\w{2,5})?$", "", aim)
    return _picture(aim)


def _in_query(parts: SplitResult) -> str:
    return _picture(_parameter(parts, _PARAMETERS))


def _picture(aim: str) -> str:
    """``aim``, where it is the absolute address of what is named as a picture."""
    return aim if _ABSOLUTE.match(aim) and _PICTURE_NAME.search(aim) else ""


def _from_base64(text: str) -> str:
    text = text.replace("/", "").rstrip("=")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except ValueError:  # UnicodeDecodeError and binascii.Error are
        return ""


def _parameter(parts: SplitResult, names: tuple[str, ...]) -> str:
    """The value of the first of the parameters ``names``, as the server reads it."""
    for pair in re.split("&(?:amp;)?", parts.query):
        name, _, value = pair.partition("=")
        if name.lower() in names and value:
            return _whole(value)
    return ""


def _whole(text: str) -> str:
    """``text`` decoded once, or twice where that was encoded, as an address.

    Bytes that are no ASCII stay encoded as they were: they need not be UTF-8.
    """
    for _ in range(2):
        text = quote(unquote_to_bytes(text), safe=_KEPT)
        if not re.match(r"https?%3a", text, re.IGNORECASE):
            break
    return text
