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
    """What two addresses of one page have in common, to compare them by; no address to follow.

    The scheme, ``www.``, the case of the host, a default port, the fragment, tracking parameters
    and a slash at the end make no difference.
    """
    parts = _split(clean_link(url))
    if parts is None or parts.scheme not in {"http", "https"}:
        return url
    try:
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return url
    place = host if port in {None, 80, 443} else f"{host}:{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{place}{parts.path.rstrip('/')}{query}"


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
