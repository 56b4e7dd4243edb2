"""What stands around a text without being part of it, told by what it is and not by a site's names.

Nothing of 40 characters or more goes on one sign alone (IN-19), and all that goes is reported with
its words and addresses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from converters.article import (
    BlockQuote,
    BulletList,
    Embed,
    Inline,
    LineBreak,
    Link,
    Paragraph,
    Text,
    ThematicBreak,
    plain_text,
    query,
)
from converters.readers.pictures import attribute
from converters.readers.pieces import Findings, Piece, Sign

if TYPE_CHECKING:
    from bs4 import Tag

__all__ = ["is_hidden", "is_share_address", "remove_furniture", "says_hidden"]

_SHORT = 40  # characters: less than this may go on one sign
_STYLE = 2000  # characters of a style that are looked at

_NOT_SHOWN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_JUNK_NAME = re.compile(
    r"(?:^|[\s_-])(?:ads?|advert\w*|promo\w*|sponsor\w*|newsletter|subscri\w+|share\w*|sharing|social"
    r"|related|recommend\w*|popup|modal|cookie\w*|consent|banner|toolbar|menu|paywall|signup|widget)"
    r"(?:[\s_-]|$)",
    re.IGNORECASE,
)
_JUNK_ROLES = frozenset(("navigation", "search", "dialog", "alertdialog", "menu", "toolbar"))

_SHARE = re.compile(
    r"^https?://(?:[\w.-]+\.)?(?:facebook\.com/(?:sharer|share|dialog)|(?:twitter|x)\.com/(?:intent|share)"
    r"|linkedin\.com/(?:share|cws)|pinterest\.com/pin/create|reddit\.com/submit|t\.me/share"
    r"|telegram\.me/share|(?:wa\.me|api\.whatsapp\.com/send|web\.whatsapp\.com/send)"
    r"|service\.weibo\.com/share|v\.t\.sina\.com\.cn/share|connect\.qq\.com|sns\.qzone\.qq\.com"
    r"|plurk\.com/\?|social-plugins\.line\.me|lineit\.line\.me|del\.icio\.us/post|tumblr\.com/(?:share|widgets)"
    r"|plus\.google\.com/share|(?:www\.)?google\.com/bookmarks|getpocket\.com/(?:save|edit)|news\.ycombinator\.com/submitlink|bsky\.app/intent)"
    r"|^(?:mailto|sms):\?|^whatsapp://|^fb-messenger://",
    re.IGNORECASE,
)
_SHARE_SELF = re.compile(r"[?&](?:share|shared|replytocom|utm_source=share)=\w", re.IGNORECASE)
# Lines that only ask the reader to do something. They must match whole.
_CALL = re.compile(
    r"^[\W_]*(?:阅读原文|閱讀原文|阅读全文|點擊閱讀原文|点击阅读原文|点击关注|點擊關注"
    r"|长按(?:识别|二维码|扫码)\S*|扫码\S{0,12}"
    r"|(?:扫描|識別|识别|扫一扫)\S{0,16}(?:二维码|二維碼|关注|關注)\S{0,10}"
    r"|广告|廣告|advertisement|sponsored|点击上方\S{0,12}关注\S{0,8}|喜欢请点赞\S{0,12}"
    r"|(?:share this|tweet this|print this|分享到)[:：]?)[\W_]*$",
    re.IGNORECASE,
)
# A link that only leads on to the rest of the text. It must be all that its line says.
_READ_ON = re.compile(
    r"[\W_]*(?:continue reading|read (?:the )?(?:more|full|rest|original)|view (?:original|full)"
    r"|(?:继续|繼續)[阅閱][读讀]|(?:阅读|閱讀|查看)(?:全文|原文|更多)|weiterlesen"
    r"|mehr lesen|lire la suite|seguir leyendo|sigue leyendo|continuar (?:lendo|leyendo)"
    r"|continua a leggere|続きを読む|читать (?:далее|дальше|полностью)|lees verder|계속 읽기"
    r"|اقرأ المزيد|ادامه مطلب|czytaj dalej)"
    r".{0,40}",
    re.IGNORECASE,
)
# The last line of an article that asks to follow an account.
_FOLLOW = re.compile(
    r"[\W_]*(?:欢迎|歡迎|请|請)?(?:扫码)?(?:微信|公众号|公眾號|搜索|关注|關注"
    r"|订阅|訂閱|follow us|subscribe to).{0,8}"
    r"(?:搜索|公众号|公眾號|关注|關注|订阅|訂閱|微信|on |our ).{0,60}",
    re.IGNORECASE,
)
_DASHES = re.compile(r"[\s—–―─━=_*·.-]{2,}")
# What feeds print under every article, in lower case. Each is a sign; _is_footer says how many it
# takes.
_FOOTER_WORDS = re.compile(
    r"permalink|\bcomments?\b|del\.icio\.us|post tags|\btags?\s*:|\brss\b|\bfeeds?\b|feed enhanced"
    r"|appeared first on|first appeared on|filed under|trackback|subscribe|add to\b|get_post_time"
    r"|获取更多|獲取更多|©|all rights reserved|版权所有|版權所有|share this|via rss"
)
_APPEARED_FIRST = re.compile(
    r"^The post .{1,300} (?:appeared first on|first appeared on) .{1,120}$", re.DOTALL
)
_TAGS = re.compile(r"(?:post tags|tags|标签|標籤|filed under)\s*[:：]\s*$", re.IGNORECASE)
_FOOTER_LENGTH = 900


def is_hidden(tag: Tag) -> bool:
    """Whether the page does not show ``tag``, or shows it only to scripts.

    Hidden content of any length needs a second sign, since pages hide what a script unfolds.
    """
    if not says_hidden(tag):
        return False
    text = tag.get_text(strip=True)
    if len(text) < _SHORT and tag.find("img") is None and tag.name != "img":
        return True
    names = f"{attribute(tag, 'class')} {attribute(tag, 'id')}"
    linked = sum(len(link.get_text(strip=True)) for link in tag.find_all("a"))
    return (
        bool(_JUNK_NAME.search(names))
        or attribute(tag, "role") in _JUNK_ROLES
        or tag.find(("form", "input")) is not None
        or linked * 2 > len(text) > 0
    )


def says_hidden(tag: Tag) -> bool:
    """Whether the attributes of ``tag`` hide it from people who look or listen."""
    attrs = tag.attrs
    return (
        ("hidden" in attrs and attribute(tag, "hidden") != "until-found")
        or ("style" in attrs and bool(_NOT_SHOWN.search(attribute(tag, "style")[:_STYLE])))
        or ("aria-hidden" in attrs and attribute(tag, "aria-hidden") == "true")
    )


def remove_furniture(pieces: list[Piece], findings: Findings) -> list[Piece]:
    """``pieces`` without footers, share bars, calls to act and frames shown twice."""
    pieces = _without_bars(pieces, findings)
    pieces = _without_twins(pieces, findings)
    pieces = _without_footer(pieces, findings)
    pieces = _without_last_calls(pieces, findings)
    return _without_idle_rules(pieces)


def _drop(piece: Piece, what: str, reason: str, findings: Findings) -> None:
    links = tuple(link.url for link in query(piece.block, Link))
    findings.drop(what, reason, piece.text, links)


def _without_bars(pieces: list[Piece], findings: Findings) -> list[Piece]:
    out = []
    for piece in pieces:
        if _is_share_bar(piece):
            _drop(piece, "share bar", "its links all share the page elsewhere", findings)
        elif isinstance(piece.block, Paragraph) and _is_call(piece):
            _drop(piece, "call to act", "asks for something and tells nothing", findings)
        else:
            out.append(piece)
    return out


def is_share_address(address: str) -> bool:
    """Whether a link passes the page on to another site, or opens the site's own way to do so."""
    return bool(_SHARE.match(address) or _SHARE_SELF.search(address))


def _is_share_bar(piece: Piece) -> bool:
    if not isinstance(piece.block, (Paragraph, BulletList)) or _is_bare(piece):
        return False
    links = list(query(piece.block, Link))
    if not links or not all(is_share_address(link.url) for link in links):
        return False
    words = len(piece.text)
    linked = sum(len(plain_text(link)) for link in links)
    return words - linked < _SHORT


def _is_bare(piece: Piece) -> bool:
    """Whether a paragraph is nothing but text: most are, and hold no link."""
    block = piece.block
    return (
        isinstance(block, Paragraph)
        and len(block.content) == 1
        and isinstance(block.content[0], Text)
    )


def _is_call(piece: Piece) -> bool:
    text = piece.text
    return len(text) < _SHORT and bool(_CALL.match(text))


def _without_last_calls(pieces: list[Piece], findings: Findings) -> list[Piece]:
    """``pieces`` without a last line that leads on or asks to follow, and dashes before it.

    Where it stands is one sign, what it says the other.
    """
    end = len(pieces)
    while end > 1 and isinstance(pieces[end - 1].block, Paragraph):
        text = pieces[end - 1].text
        linked = sum(len(plain_text(link)) for link in query(pieces[end - 1].block, Link))
        leads = linked * 4 > len(text) * 3 and len(text) < 2 * _SHORT and _READ_ON.fullmatch(text)
        follows = len(text) < 2 * _SHORT and _FOLLOW.fullmatch(text)
        if not (leads or follows or _DASHES.fullmatch(text)):
            break
        end -= 1
        _drop(pieces[end], "call to act", "asks for something and tells nothing", findings)
    return pieces[:end]


def _without_twins(pieces: list[Piece], findings: Findings) -> list[Piece]:
    """Drop the frame of a page whose quotation, with the link to it, stands just before."""
    out: list[Piece] = []
    for piece in pieces:
        if isinstance(piece.block, Embed) and out and isinstance(out[-1].block, BlockQuote):
            page = _page(piece.block.url)
            if any(_page(link.url) == page for link in query(out[-1].block, Link)):
                _drop(piece, "frame", "shows what the quotation before it links to", findings)
                continue
        out.append(piece)
    return out


def _page(url: str) -> str:
    url = url.partition("#")[0].partition("?")[0].rstrip("/")
    return url.removesuffix("/embed").rstrip("/").casefold()


def _without_footer(pieces: list[Piece], findings: Findings) -> list[Piece]:
    """Drop the run of footers at the end: what feeds add under every article."""
    end = len(pieces)
    found = False
    while end:
        piece = pieces[end - 1]
        if isinstance(piece.block, ThematicBreak):
            end -= 1
        elif _is_footer(pieces, end - 1):
            end -= 1
            found = True
        else:
            break
    if not found:
        return pieces
    for piece in pieces[end:]:
        if not isinstance(piece.block, ThematicBreak):
            findings.tags += _tags(piece)
            _drop(piece, "feed footer", "stands under every article of its feed", findings)
    return pieces[:end]


def _is_footer(pieces: list[Piece], index: int) -> bool:
    """Whether a last paragraph is a feed's footer: by its place or type, and by its words.

    Two signs at least: after a rule or in small type, or mostly links, and the words of footers;
    three such words are signs enough for themselves.
    """
    piece = pieces[index]
    if not isinstance(piece.block, Paragraph):
        return False
    text = piece.text
    if len(text) > _FOOTER_LENGTH:
        return False
    if _APPEARED_FIRST.match(text):
        return True
    links = list(query(piece.block, Link))
    words = set(_FOOTER_WORDS.findall(text.lower())) if links else ()
    if not words:
        return False
    linked = sum(len(plain_text(link)) for link in links)
    after_rule = any(
        isinstance(before.block, ThematicBreak) for before in pieces[max(0, index - 3) : index]
    )
    signs = (
        bool(piece.signs & Sign.SMALL) + after_rule + (linked * 2 > len(text)) + min(len(words), 3)
    )
    return signs >= 3


def _tags(piece: Piece) -> list[str]:
    """The names of the tags that a footer lists."""
    assert isinstance(piece.block, Paragraph)
    tags: list[str] = []
    listing = False
    items: tuple[Inline, ...] = piece.block.content
    for item in items:
        if isinstance(item, Text):
            listing = bool(_TAGS.search(item.text)) or (
                listing and not any(map(str.isalnum, item.text))
            )
        elif isinstance(item, LineBreak):
            listing = False
        elif listing and isinstance(item, Link):
            tags.append(plain_text(item).strip())
    return tags


def _without_idle_rules(pieces: list[Piece]) -> list[Piece]:
    """Drop rules that part nothing: at the two ends, and all but one of a run."""
    out: list[Piece] = []
    for piece in pieces:
        if isinstance(piece.block, ThematicBreak) and (
            not out or isinstance(out[-1].block, ThematicBreak)
        ):
            continue
        out.append(piece)
    while out and isinstance(out[-1].block, ThematicBreak):
        out.pop()
    return out
