"""Web addresses: resolved, freed of tracking, and traced back through redirectors.

Everything here is text in, text out; nothing is fetched. An address that is not understood comes
back as it was.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit, urlunsplit

__all__ = [
    "LINK_SCHEMES",
    "canonical",
    "canonical_host",
    "clean_link",
    "resolve",
    "same_page",
    "site_of",
]

LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp"})
"""Schemes that a link in an article may have; links of other schemes become their words."""

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*):")
_SPACES = re.compile(r"[\t\n\r\f\x00]+")
# Parameters that only ever track: they name a campaign or a click, never a page.
_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|gclsrc|dclid|msclkid|yclid|twclid|igshid|igsh|mc_cid|mc_eid|mkt_tok"
    r"|_hsenc|_hsmi|hsctatracking|spm|scm|share_token|share_source|share_medium|share_plat"
    r"|share_session_id|share_tag|vero_id|oly_anon_id|oly_enc_id|wickedid|ncid|cmpid|ocid"
    r"|ref_src|ref_url|__twitter_impression|guccounter|guce_referrer|guce_referrer_sig)$",
    re.IGNORECASE,
)
# Parameters that track on these hosts but may name a page elsewhere.
_TRACKING_ON = (
    (re.compile(r"(?:^|\.)(?:medium|zhihu|jianshu|weixin\.qq|mp\.weixin\.qq)\.com$"), {"source"}),
    (re.compile(r"(?:^|\.)(?:weixin\.qq|weibo|douban|sina|zhihu)\.c(?:om|n)$"), {"from"}),
    (re.compile(r"(?:^|\.)(?:twitter|x)\.com$"), {"s", "t"}),
    (re.compile(r"(?:^|\.)(?:youtube\.com|youtu\.be|spotify\.com)$"), {"si", "feature"}),
)
# Hosts whose addresses only lead on: host, path and the parameter that holds the aim.
_REDIRECTORS = (
    (re.compile(r"^link\.zhihu\.com$"), "/", ("target",)),
    (re.compile(r"^(?:www\.)?google\.[a-z.]+$"), "/url", ("q", "url")),
    (re.compile(r"^lm?\.facebook\.com$"), "/l.php", ("u",)),
    (re.compile(r"^l\.instagram\.com$"), "/", ("u",)),
    (re.compile(r"^(?:www\.)?youtube\.com$"), "/redirect", ("q",)),
    (re.compile(r"^(?:www\.)?douban\.com$"), "/link2/", ("url",)),
    (re.compile(r"^link\.jianshu\.com$"), "/", ("t",)),
    (re.compile(r"^out\.reddit\.com$"), "/", ("url",)),
    (re.compile(r"^slack-redir\.net$"), "/link", ("url",)),
)
_MAY_REDIRECT = re.compile(r"zhihu|google|facebook|instagram|youtube|douban|jianshu|reddit|slack")
# What canonical() takes away or makes alike.
_TELEPHONE = re.compile(r"(?:[a-z]{2,3}\.)?(?P<label>(?:m|mobile|amp|wap)\.)(?=[^.]+\.)")
_AMP_CACHE = re.compile(
    r"https?://(?:(?:www\.)?google\.[a-z.]+/amp/(?:s/)?|[\w-]+\.cdn\.ampproject\.org/[cv]/(?:s/)?)"
    r"(?P<page>[^/?#]+\.[^?#].*)"
)
_AMP_PATH = re.compile(r"(?<=[^/])(?:/amp|\.amp(?=\.html?$)|\.amp)$|^/amp(?=/.)|\.amp(?=\.html?$)")
_INDEX = re.compile(r"/(?:index|default)\.(?:x?html?|shtml|php|aspx?|jsp)$", re.IGNORECASE)
# Parameters that name the visit or the form of the page, never another page.
_NO_PAGE = re.compile(
    r"(?:amp(?:=(?:1|true|yes)?)?|outputtype=amp|(?:phpsessid|jsessionid|aspsessionid\w*)=[^&]*)$",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_UNSAFE = re.compile(r"[^A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]|%(?![0-9A-Fa-f]{2})")


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:  # such as an unclosed IPv6 bracket
        return None


def resolve(address: str, base: str = "") -> str:
    """``address`` made absolute against ``base`` (RFC 3986, 5), white space taken out.

    ``//host/x`` without a base gets ``https:``. Without a base a relative address stays relative.
    """
    address = _SPACES.sub("", address.strip())
    if not address:
        return ""
    if address.startswith("//"):
        scheme = "http:" if base.startswith("http:") else "https:"
        return scheme + address
    if not base or _SCHEME.match(address):
        return address
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def site_of(url: str) -> str:
    """The host that people know a page's site by: ``www.example.org`` is ``example.org``."""
    parts = _split(url)
    try:
        host = (parts.hostname or "") if parts else ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def clean_link(url: str) -> str:
    """``url`` without tracking parameters, and unwrapped where it only leads on.

    The other parameters, their order and their encoding stay byte for byte.
    """
    if "?" not in url:  # neither tracked nor leading on
        return url
    for _ in range(3):  # a redirector may wrap another
        parts = _split(url)
        if parts is None or parts.scheme not in ("http", "https"):
            return url
        aim = _redirected(parts)
        if not aim:
            return _without_tracking(url, parts)
        url = aim
    return url


def canonical(url: str) -> str:
    """What the addresses of one page have in common, to compare them by; no address to follow.

    No difference makes what does not change which page is shown: the scheme; ``www.``, and the
    hosts of the page for telephones (``m.``, ``mobile.``, ``amp.``); the case of the host, its dot
    at the end, and its form in ASCII; the usual ports; a path's slash at the end, ``index.html``
    there, ``.`` and ``..`` within; the AMP form of the page, in its own path or in a cache; how
    characters are escaped (RFC 3986, 6.2.2: https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2 );
    tracking; the fragment, unless it leads to a page as ``#!`` and ``#/`` do.

    The case of the path and the parameters with their order do make one: ``?p=1`` and ``?p=2`` are
    two pages. What is no web address is given back as it is.
    """
    parts = _split(_without_cache(clean_link(url)))
    if parts is None or parts.scheme not in {"http", "https"}:
        return url
    try:
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        return url
    place = host if port in {None, 80, 443} else f"{host}:{port}"
    pairs = [pair for pair in parts.query.split("&") if pair and not _NO_PAGE.match(pair)]
    query = f"?{_escaped('&'.join(pairs))}" if pairs else ""
    route = f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else ""
    return f"{place}{_path(parts.path)}{query}{route}"


def canonical_host(url: str) -> str:
    """The host of ``url`` as :func:`canonical` writes it; empty where it has none."""
    parts = _split(url)
    try:
        return _host((parts.hostname or "") if parts else "")
    except ValueError:
        return ""


def _host(host: str) -> str:
    host = host.rstrip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return host
    host = host.removeprefix("www.")
    if match := _TELEPHONE.match(host):
        host = host[: match.start("label")] + host[match.end("label") :]
    return host


def _without_cache(url: str) -> str:
    """The page behind an AMP cache's address."""
    if "amp" in url and (match := _AMP_CACHE.match(url)):
        return f"https://{match['page']}"
    return url


def _path(path: str) -> str:
    if "/." in path:
        path = urlsplit(urljoin("http://h/", path)).path
    path = _INDEX.sub("/", path).rstrip("/")
    if "amp" in path:
        path = _AMP_PATH.sub("", path)
    return _escaped(path)


def _escaped(text: str) -> str:
    """``text`` with escapes only where they are needed, in capitals (RFC 3986, 6.2.2)."""
    if text.isascii() and "%" not in text and not _UNSAFE.search(text):
        return text
    return _UNSAFE.sub(_escape, _ESCAPE.sub(_unescape, text))


def _unescape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _escape(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))


def _redirected(parts: SplitResult) -> str:
    host = parts.netloc.lower()
    if not _MAY_REDIRECT.search(host):
        return ""
    for pattern, path, names in _REDIRECTORS:
        if parts.path.rstrip("/") == path.rstrip("/") and pattern.match(host):
            query = dict(parse_qsl(parts.query))
            for name in names:
                if query.get(name, "").startswith(("http://", "https://")):
                    return query[name]
    return ""


def _without_tracking(url: str, parts: SplitResult) -> str:
    if not parts.query:
        return url
    host = parts.netloc.lower()
    local = {name for pattern, names in _TRACKING_ON if pattern.search(host) for name in names}
    pairs = parts.query.split("&")
    kept = []
    for pair in pairs:
        name = pair.partition("=")[0]
        if not (_TRACKING.match(name) or name in local):
            kept.append(pair)
    if len(kept) == len(pairs):
        return url
    return urlunsplit(parts._replace(query="&".join(kept)))


def same_page(url: str, page: str) -> str | None:
    """The fragment of ``url`` where it points into ``page`` itself, else ``None``."""
    if url.startswith("#"):
        return url[1:]
    base, mark, fragment = url.partition("#")
    if mark and page and base.rstrip("/") == page.partition("#")[0].rstrip("/"):
        return fragment
    return None
