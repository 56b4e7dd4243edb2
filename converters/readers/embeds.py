"""Frames, videos and sounds: what cannot travel becomes a titled link to where it can be seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from converters.addresses import clean_link, resolve, site_of
from converters.article import Embed, Image
from converters.readers.pictures import attribute

if TYPE_CHECKING:
    from bs4 import Tag

__all__ = ["EMBEDS", "read_embed", "read_media_link"]

_Kind = Literal["video", "audio", "post", "document", "frame"]
# Whose frame it is: part of the host, what the frame shows, the name people know.
_PROVIDERS: tuple[tuple[str, _Kind, str], ...] = (
    ("youtube.", "video", "YouTube"),
    ("youtube-nocookie.", "video", "YouTube"),
    ("youtu.be", "video", "YouTube"),
    ("vimeo.com", "video", "Vimeo"),
    ("bilibili.com", "video", "Bilibili"),
    ("v.qq.com", "video", "腾讯视频"),
    ("youku.com", "video", "优酷"),
    ("dailymotion.com", "video", "Dailymotion"),
    ("ted.com", "video", "TED"),
    ("tiktok.com", "video", "TikTok"),
    ("nicovideo.jp", "video", "ニコニコ動画"),
    ("rutube.ru", "video", "Rutube"),
    ("aparat.com", "video", "آپارات"),
    ("naver.com", "video", "네이버"),
    ("twitch.tv", "video", "Twitch"),
    ("brightcove.net", "video", "Brightcove"),
    ("jwplayer.com", "video", "JW Player"),
    ("streamable.com", "video", "Streamable"),
    ("bandcamp.com", "audio", "Bandcamp"),
    ("ximalaya.com", "audio", "喜马拉雅"),
    ("music.163.com", "audio", "网易云音乐"),
    ("soundcloud.com", "audio", "SoundCloud"),
    ("spotify.com", "audio", "Spotify"),
    ("podcasts.apple.com", "audio", "Apple Podcasts"),
    ("twitter.com", "post", "Twitter"),
    ("x.com", "post", "X"),
    ("facebook.com", "post", "Facebook"),
    ("instagram.com", "post", "Instagram"),
    ("weibo.com", "post", "微博"),
    ("t.me", "post", "Telegram"),
    ("bsky.app", "post", "Bluesky"),
    ("reddit.com", "post", "Reddit"),
    ("linkedin.com", "post", "LinkedIn"),
    ("pinterest.com", "post", "Pinterest"),
    ("threads.net", "post", "Threads"),
    ("vk.com", "post", "ВКонтакте"),
    ("datawrapper.de", "document", "Datawrapper"),
    ("dwcdn.net", "document", "Datawrapper"),
    ("flourish.studio", "document", "Flourish"),
    ("infogram.com", "document", "Infogram"),
    ("slideshare.net", "document", "SlideShare"),
    ("gist.github.com", "document", "GitHub"),
    ("documentcloud.org", "document", "DocumentCloud"),
    ("docs.google.com", "document", "Google Docs"),
    ("scribd.com", "document", "Scribd"),
)
_PATHS = (
    (re.compile(r"youtube(?:-nocookie)?\.com$"), re.compile(r"^/embed/([\w-]{6,})$"), "https://www.youtube.com/watch?v={}"),
    (re.compile(r"player\.vimeo\.com$"), re.compile(r"^/video/(\d+)$"), "https://vimeo.com/{}"),
    (re.compile(r"dailymotion\.com$"), re.compile(r"^/embed/video/(\w+)$"), "https://www.dailymotion.com/video/{}"),
)  # fmt: skip
_QUERIES = (
    (re.compile(r"facebook\.com$"), re.compile(r"^/plugins/"), "href", "{}"),
    (re.compile(r"w\.soundcloud\.com$"), re.compile(r"^/player"), "url", "{}"),
    (re.compile(r"player\.bilibili\.com$"), re.compile(r"."), "bvid", "https://www.bilibili.com/video/{}"),
    (re.compile(r"v\.qq\.com$"), re.compile(r"player"), "vid", "https://v.qq.com/x/page/{}.html"),
)  # fmt: skip
_ESCAPED = re.compile(r"https?%3A%2F%2F", re.IGNORECASE)


def read_embed(tag: Tag, base: str) -> Embed | None:
    """The embed of an ``iframe``, ``video``, ``audio``, ``embed`` or ``object`` element.

    ``None`` where it names no address on the web.
    """
    url = _address(tag, base)
    if not url.startswith(("http://", "https://")):
        return None
    url = clean_link(_page(url))
    kind, provider = _provider(url)
    if tag.name.removeprefix("amp-") in ("video", "audio"):
        kind = "video" if tag.name.endswith("video") else "audio"
    if re.search(r"/plugins/video|/videos?/", url):
        kind = "video"
    poster = resolve(attribute(tag, "poster"), base)
    title = attribute(tag, "title") or attribute(tag, "aria-label")
    return Embed(
        url,
        kind=kind,
        title=" ".join(title.split()),
        provider=provider or site_of(url),
        poster=Image(poster) if poster.startswith(("http://", "https://")) else None,
    )


_MEDIA_FILE = re.compile(
    r"\.(?:(?P<audio>mp3|m4a|oga|ogg|opus|wav|flac|aac)|mp4|m4v|webm|ogv|mov)(?:[?#]|$)",
    re.IGNORECASE,
)


def read_media_link(tag: Tag, url: str) -> Embed | None:
    """The embed of a link to a recording that shows a picture alone: a button, an icon, a still."""
    match = _MEDIA_FILE.search(url)
    if match is None:
        return None  # nearly always, so asked first
    picture = tag.find("img")
    if picture is None or tag.get_text(strip=True):
        return None
    words = attribute(picture, "alt") or attribute(picture, "title")
    kind: _Kind = "audio" if match["audio"] else "video"
    return Embed(url, kind=kind, title=" ".join(words.split()), provider=site_of(url))


# Elements of scripts and of AMP (https://amp.dev/documentation/components) that name a number.
_NUMBERED = {
    "lite-youtube": (("videoid",), "https://www.youtube.com/watch?v={}"),
    "youtube-video": (("videoid", "data-videoid"), "https://www.youtube.com/watch?v={}"),
    "amp-youtube": (("data-videoid",), "https://www.youtube.com/watch?v={}"),
    "lite-vimeo": (("videoid",), "https://vimeo.com/{}"),
    "amp-vimeo": (("data-videoid",), "https://vimeo.com/{}"),
    "amp-twitter": (("data-tweetid",), "https://twitter.com/i/status/{}"),
    "amp-instagram": (("data-shortcode",), "https://www.instagram.com/p/{}/"),
}
EMBEDS = "iframe video audio embed object amp-iframe amp-video amp-audio amp-facebook " + " ".join(
    _NUMBERED
)
"""Names of the elements that :func:`read_embed` knows."""


def _address(tag: Tag, base: str) -> str:
    names, page = _NUMBERED.get(tag.name, ((), ""))
    for name in names:
        number = attribute(tag, name).strip()
        if re.fullmatch(r"[\w-]{3,40}", number):
            return page.format(number)
    for name in ("src", "data-src", "data-lazy-src", "data-url", "data", "data-href", "href"):
        address = attribute(tag, name).strip()
        if address and not address.startswith(("about:", "javascript:", "data:", "blob:")):
            return resolve(address, base)
    source = tag.find("source")
    return resolve(attribute(source, "src"), base) if source is not None else ""


def _page(url: str) -> str:
    """The page where a person sees what the frame at ``url`` shows."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = parts.netloc.lower()
    for hosts, paths, page in _PATHS:
        match = paths.match(parts.path)
        if match and hosts.search(host):
            return page.format(match[1])
    query = parse_qs(parts.query)
    for hosts, paths, name, page in _QUERIES:
        if hosts.search(host) and paths.search(parts.path) and query.get(name):
            value = query[name][0]
            # Some sites escape the address that the frame is given twice.
            return page.format(unquote(value) if _ESCAPED.match(value) else value)
    return url


def _provider(url: str) -> tuple[_Kind, str]:
    host = "." + site_of(url)
    for part, kind, name in _PROVIDERS:
        if f".{part}" in host + ".":
            return kind, name
    return "frame", ""
