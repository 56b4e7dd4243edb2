"""Tags that site generators put into posts: Liquid, Hugo's shortcodes, Hexo's tag plug-ins.

What they stand for is in the site, not in the post. The common ones that hold something to read
(code, pictures, films, quotations, links) become what they would have become, as HTML; the marks
of others around a text go, and are told; what may just as well be the text itself stays.

Code is left alone: an article about templates is full of such tags.

References: https://shopify.github.io/liquid/ , https://jekyllrb.com/docs/liquid/tags/ ,
https://gohugo.io/content-management/shortcodes/ , https://hexo.io/docs/tag-plugins .
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping

__all__ = ["expand"]

# Fenced code, indented or quoted too; a run of ticks; HTML's code. Not closed, it goes to the end.
_CODE = (
    r"(?P<code>^[ >\t]*(?P<fence>`{3,}|~{3,})[^\n]*"
    r"(?:\n(?![ >\t]*(?P=fence))[^\n]*)*+(?:\n[^\n]*|\Z)"
    r"|(?<!`)(?P<ticks>`{1,2})(?!`)[^`\n]++(?P=ticks)(?!`)"
    r"|<(?P<element>pre|code|script|style)\b[^<>]*>(?:[^<]|<(?!/(?P=element)))*+(?:</|\Z))"
)
_TAG = (
    r"(?P<liquid>\{%-?\s*(?P<lname>/?[\w-]+)(?P<largs>(?:[^%]|%(?!\})){0,500}?)-?%\})"
    r"|(?P<hugo>\{\{(?P<form>[<%])\s*(?P<hname>/?[\w./-]+)(?P<hargs>(?:[^<>%}]|[<>%}](?!\})){0,500}?)"
    r"\s*/?[>%]\}\})"
    r"|(?P<output>\{\{-?\s*(?P<expression>[^{}\n<%]{1,200}?)-?\}\})"
    r"|(?P<attributes>^[ \t]*(?:[*-][ \t]+\w+\n)?\{::?[^{}\n]{0,200}\}[ \t]*$)"
)
_TOKENS = re.compile(f"{_CODE}|{_TAG}", re.MULTILINE)
_ARGUMENT = re.compile(
    r"(?:(?P<name>[\w-]+)(?:\s*=\s*|:(?!//)\s*))?(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|`(?P<tick>[^`]*)`"
    r"|(?P<bare>[^\s\"'`]+))"
)
_MAX_TAGS = 5000

# Code between two tags.
_CODE_TAGS = frozenset(("highlight", "codeblock", "code", "prism"))
_QUOTES = frozenset(("blockquote", "quote", "pullquote", "cquote", "centerquote"))
_COMMENTS = frozenset(("comment", "tag_comment"))
# Marks without words of their own, in a line with others too.
_SILENT = frozenset(
    (
        "raw",
        "endraw",
        "toc",
        "more",
        "readmore",
        "rawhtml",
        "/rawhtml",
        "center",
        "endcenter",
        "html",
    )
)
_FILMS = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "bilibili": "https://www.bilibili.com/video/{}",
    "dailymotion": "https://www.dailymotion.com/video/{}",
}
_PAGES = {
    "gist": "https://gist.github.com/{}",
    "instagram": "https://www.instagram.com/p/{}/",
    "jsfiddle": "https://jsfiddle.net/{}/",
    "speakerdeck": "https://speakerdeck.com/player/{}",
    "codepen": "https://codepen.io/{}",
}
_FRAMES = {
    "youtube": "https://www.youtube.com/embed/{}",
    "vimeo": "https://player.vimeo.com/video/{}",
    "bilibili": "https://player.bilibili.com/player.html?bvid={}",
    "dailymotion": "https://www.dailymotion.com/embed/video/{}",
}


class _Arguments:
    """The arguments of a tag, named and by place."""

    def __init__(self, text: str) -> None:
        self.named: dict[str, str] = {}
        self.plain: list[str] = []
        self.text = text.strip()
        for match in _ARGUMENT.finditer(text[:4000]):
            quoted = next(
                (match[k] for k in ("double", "single", "tick") if match[k] is not None), None
            )
            value = match["bare"] if quoted is None else quoted
            if match["name"]:
                self.named[match["name"].lower()] = value
            elif value:
                self.plain.append(value)

    def get(self, *names: str, place: int | None = None) -> str:
        for name in names:
            if self.named.get(name):
                return self.named[name]
        return self.plain[place] if place is not None and place < len(self.plain) else ""


def expand(text: str, *, markup: bool) -> tuple[str, list[str]]:
    """``text`` with its tags replaced, and the tags that went without a trace.

    ``markup`` says that the text is HTML, not Markdown.
    """
    if "{%" not in text and "{{" not in text and "{:" not in text:
        return text, []
    return _Expansion(text, markup).run()


class _Expansion:
    def __init__(self, text: str, markup: bool) -> None:
        self.text = text
        self.markup = markup
        self.out: list[str] = []
        self.gone: list[str] = []
        self.unclosed: set[str] = set()
        self.pairs = set(re.findall(r"\{\{[<%]\s*/([\w.-]+)", text))
        self.pairs.update(re.findall(r"\{%-?\s*end_?([\w-]+)", text))

    def run(self) -> tuple[str, list[str]]:
        place = 0
        for _ in range(_MAX_TAGS):
            match = _TOKENS.search(self.text, place)
            if match is None:
                break
            self.out.append(self.text[place : match.start()])
            place = match.end()
            if match["code"] is not None:
                self.out.append(match[0])
            else:
                place = self._tag(match)
        self.out.append(self.text[place:])
        return "".join(self.out), self.gone

    def _tag(self, match: re.Match[str]) -> int:
        """Write what stands for one tag; the place behind all that it took."""
        if match["output"] is not None:
            self.out.append(self._output(match))
        elif match["attributes"] is not None:
            self.gone.append(match[0].strip())
        else:
            name = (match["lname"] or match["hname"]).lower()
            arguments = _Arguments(match["largs"] or match["hargs"] or "")
            return self._named(match, name, arguments)
        return match.end()

    def _named(self, match: re.Match[str], name: str, arguments: _Arguments) -> int:
        if name in _COMMENTS or name in _CODE_TAGS or name in ("raw", "verbatim"):
            inner, end = self._inside(match, name)
            if inner is not None:
                if name in _CODE_TAGS:
                    self.out.append(self._code(inner, name, arguments))
                elif name in _COMMENTS:
                    self.gone.append(inner.strip())
                else:
                    self.out.append(inner)
                return end
        if name in _QUOTES:
            inner, end = self._inside(match, name)
            if inner is not None:
                self.out.append(self._quote(inner, arguments))
                return end
        replaced = self._replacement(name, arguments)
        if replaced is not None:
            self.out.append(replaced)
        elif name in _SILENT or self._is_mark(match, name):
            self.gone.append(match[0])
        else:
            self.out.append(match[0])
        return match.end()

    def _is_mark(self, match: re.Match[str], name: str) -> bool:
        """Whether a tag without a meaning here is one: alone in its line, or one of a pair."""
        bare = name.removeprefix("/")
        if bare in self.pairs or (bare.startswith("end") and len(bare) > 3 and match["liquid"]):
            return True
        start = self.text.rfind("\n", 0, match.start()) + 1
        end = self.text.find("\n", match.end())
        rest = self.text[match.end() : end if end >= 0 else len(self.text)]
        return not self.text[start : match.start()].strip() and not rest.strip()

    def _inside(self, match: re.Match[str], name: str) -> tuple[str | None, int]:
        """What stands between a tag and its end, and the place behind that."""
        form = (
            rf"\{{%-?\s*end_?{re.escape(name)}\s*-?%\}}"
            if match["liquid"]
            else rf"\{{\{{[<%]\s*/\s*{re.escape(name)}\s*[>%]\}}\}}"
        )
        end = None if form in self.unclosed else re.compile(form).search(self.text, match.end())
        if end is None:
            self.unclosed.add(form)
            return None, match.end()
        return self.text[match.end() : end.start()], end.end()

    def _output(self, match: re.Match[str]) -> str:
        """``{{ … }}``: an address of the site, or text that means itself."""
        expression = match["expression"].strip()
        quoted = re.match(
            r"""["']([^"']*)["']\s*\|\s*(?:relative_url|absolute_url|url_for)""", expression
        )
        if quoted:
            return quoted[1]
        if re.fullmatch(r"(?:site|page)\.(?:base_?url|url|root)|config\.(?:root|url)", expression):
            return ""
        return match[0]

    def _code(self, inner: str, name: str, arguments: _Arguments) -> str:
        language = arguments.get("lang", "language")
        if not language and name != "codeblock" and arguments.plain:
            language = arguments.plain[0]
        language = re.sub(r"[^\w+#.-]", "", language)
        title = " ".join(arguments.plain) if name == "codeblock" else ""
        inner = inner.strip("\n")
        if self.markup:
            code = f'<pre><code class="language-{language}">{html.escape(inner)}</code></pre>'
        else:
            ticks = "`" * max(3, 1 + max(map(len, re.findall(r"`+", inner)), default=0))
            code = f"{ticks}{language}\n{inner}\n{ticks}"
        words = f"<p>{html.escape(title)}</p>" if title else ""
        return f"\n\n{words}\n\n{code}\n\n" if words else f"\n\n{code}\n\n"

    def _quote(self, inner: str, arguments: _Arguments) -> str:
        source = _cited(arguments)
        if self.markup:
            footer = f"<footer>{source}</footer>" if source else ""
            return f"<blockquote>{inner}{footer}</blockquote>"
        lines = inner.strip().split("\n")
        if source:
            lines += ["", f"<footer>{source}</footer>"]
        return "\n\n" + "\n".join(f"> {line}" for line in lines) + "\n\n"

    def _replacement(self, name: str, arguments: _Arguments) -> str | None:
        make = _MAKERS.get(name)
        if make:
            made = make(arguments)
        elif name == "include":
            made = _included(arguments)
        else:
            made = _embedded(name, arguments)
        if made is None or self.markup or not made.startswith(("<figure", "<p")):
            return made
        return f"\n\n{made}\n\n"


def _attributes(**values: str) -> str:
    return "".join(f' {name}="{html.escape(value)}"' for name, value in values.items() if value)


def _figure(arguments: _Arguments) -> str | None:
    """Hugo's figure: https://gohugo.io/shortcodes/figure/ ."""
    source = arguments.get("src", "url", "image", place=0)
    if not source:
        return None
    picture = f"<img{_attributes(src=source, alt=arguments.get('alt'))}>"
    if arguments.get("link"):
        picture = f"<a{_attributes(href=arguments.get('link'))}>{picture}</a>"
    words = [arguments.get(name) for name in ("title", "caption", "attr")]
    caption = " ".join(html.escape(word) for word in words if word)
    return f"<figure>{picture}{f'<figcaption>{caption}</figcaption>' if caption else ''}</figure>"


def _image(arguments: _Arguments) -> str | None:
    """``{% img [class] /path [width] [height] ["title" ["alt"]] %}``, and Hexo's ``asset_img``."""
    place = next((i for i, word in enumerate(arguments.plain) if "." in word or "/" in word), None)
    if place is None:
        return None
    rest = arguments.plain[place + 1 :]
    sizes = [word for word in rest[:2] if word.isdigit()]
    words = " ".join(rest[len(sizes) :]).replace("'", "").strip()
    size = dict(zip(("width", "height"), sizes, strict=False))
    return f"<img{_attributes(src=arguments.plain[place], alt=words, **size)}>"


def _link(arguments: _Arguments) -> str | None:
    """``{% link path %}``, ``{% post_url name %}``, ``{{< ref "path" >}}``: an address."""
    return arguments.plain[0] if arguments.plain else arguments.get("path") or None


def _named_link(arguments: _Arguments) -> str | None:
    """``{% post_link slug [title] %}``: words, since the address is the site's."""
    if not arguments.plain:
        return None
    return html.escape(" ".join(arguments.plain[1:]) or arguments.plain[0])


def _tweet(arguments: _Arguments) -> str | None:
    number = arguments.get("id", place=len(arguments.plain) - 1 if arguments.plain else None)
    if number.startswith("http"):
        address = number
    elif number.isdigit():
        user = arguments.get("user") or "i/web"
        address = f"https://twitter.com/{user}/status/{number}"
    else:
        return None
    return f"<p><a{_attributes(href=address)}>{html.escape(address)}</a></p>"


def _included(arguments: _Arguments) -> str | None:
    """Jekyll's ``{% include figure.html src="…" %}``: told by the name of the file."""
    if not arguments.plain:
        return None
    name = re.split(r"[./]", arguments.plain[0].removesuffix(".html").removesuffix(".liquid"))[-1]
    rest = _Arguments("")
    rest.named, rest.plain = dict(arguments.named), arguments.plain[1:]
    if name.lower() in ("figure", "image", "img", "picture", "responsive_image"):
        rest.named.setdefault("src", rest.get("image_path", "path", "file", "url", "filename"))
        return _figure(rest)
    return _embedded(name.lower().removesuffix("_embed").removesuffix("-embed"), rest)


def _embedded(name: str, arguments: _Arguments) -> str | None:
    """A film, as the frame that shows it; another page, as a link to it."""
    name = {"youtubeplayer": "youtube", "video": "youtube"}.get(name, name)
    key = arguments.get("id", "video_id", "video", place=0)
    if name in _FRAMES and re.fullmatch(r"[\w-]{4,24}", key):
        return f"<figure><iframe{_attributes(src=_FRAMES[name].format(key))}></iframe></figure>"
    if name in _PAGES:
        path = "/".join(arguments.plain[:2]) if arguments.plain else key
        if re.fullmatch(r"[\w./-]{2,120}", path):
            address = path if path.startswith("http") else _PAGES[name].format(path)
            return f"<p><a{_attributes(href=address)}>{html.escape(address)}</a></p>"
    return None


def _cited(arguments: _Arguments) -> str:
    """Hexo: ``[author[, source]] [link] [source_link_title]``."""
    words = [word for word in arguments.plain if not word.startswith("http")]
    address = next((word for word in arguments.plain if word.startswith("http")), "")
    text = html.escape(" ".join(words) or arguments.get("author", "source", "cite"))
    return f"<a{_attributes(href=address)}>{text or html.escape(address)}</a>" if address else text


_MAKERS: Mapping[str, Callable[[_Arguments], str | None]] = {
    "figure": _figure,
    "img": _image,
    "image": _image,
    "asset_img": _image,
    "asset_path": _link,
    "link": _link,
    "post_url": _link,
    "post_path": _link,
    "ref": _link,
    "relref": _link,
    "post_link": _named_link,
    "asset_link": _named_link,
    "tweet": _tweet,
    "twitter": _tweet,
    "x": _tweet,
}
