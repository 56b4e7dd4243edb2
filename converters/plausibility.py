"""How likely a text is: its cost in bits as running text of some kind.

Made to compare what different encodings make of the same bytes (:mod:`converters.decoding`). A
character costs about ``-log2`` of its share in running text of its kind. The shares are rough:
ideographs and syllables go by the levels of the national standards (frequent, usual, rare), which
Python's codecs know, with a short list of the most frequent; letters by their rank in their
alphabet; Latin letters with accents by whether one language has them all. Measured on the corpus
and on translations of two programs in 29 languages and 40 encodings, without any declaration: no
error in 613 texts of 500 characters, 11 in 592 of 120.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TypeAlias

from converters.language_data import LETTERS
from converters.languages import CJK_CLASS, language_letters

__all__ = ["PROFILES", "Words", "text_bits"]

# What the ASCII words of a text say for each Latin-script language.
Words: TypeAlias = Mapping[str, float]

# --- Frequencies ------------------------------------------------------------------

# The most frequent characters of running text, for each kind of text.
_FREQUENT_HANS = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过"
    "发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本"
    "前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很"
    "最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度"
    "门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活更别打女变四神总何电数"
    "安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马"
)
_FREQUENT_HANT = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過"
    "發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本"
    "前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很"
    "最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度"
    "門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活更別打女變四神總何電數"
    "安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬"
)
_FREQUENT_KANJI = (
    "日一国人年大十二本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北"
    "午百書先名川千水半男西電校語土木聞食車何南万毎白天母火右読友左休父会同事自社発者地業方新場員"
    "立開手力問代明動京目通言理体田主題意不作用度強公持野以思家世多正安院心界教文元重近考画海売知"
    "道集別物使品計死特私始朝運終台広住真有口少町料工建空急止送切転研究楽起着店病質待試族銀早映親"
    "験定回政部的連対全決性法戦現当要表調化県市議相約区組記保政村谷橋"
)
_FREQUENT_HANGUL = (
    "이다는에의고을가로한하지은를도서기사자어리나대시인정해있과으들그수것부일전보아구주장상만원라년"
    "제연성면국조비안여적선게문당우세경공동소신무오화니계관내했강민러결회생치실중마진물었방법말개"
    "까분산방위음유통같간복체오차금업학며운두모할때및않반미영려더된없각발재등번요단드스트월심현교"
    "터입받람용작습불합되식"
)
_CJK_MARKS = "，。、；：！？「」『』（）《》〈〉【】“”‘’…—·‧・ー　％"
_TYPOGRAPHY = "“”‘’„‚«»‹›–—…•·©®°§€™¿¡ºª\u00a0\u00ad×"
_SIGNS = "¹²³¼½¾±µ¶†‡£¥"
_SIGN_IN_WORD = r"[¹²³¼½¾±µ¶¨¸¯´](?=[^\W\d_])|(?<=[^\W\d_])[»«§©®¿¡¤¦¢£¥ªº°](?=[^\W\d_])"
# Letters in the order of their frequency in running text, the main language's first.
_FREQUENT_LETTERS = {
    "Cyrl": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґўјљњђћџѓќѕ",
    "Grek": "αοιετσνηυρπκμλςωδγχθφάίόέήβύώξζψϊΐϋΰ",
    "Hebr": "יוהלאבתשרמנדעקחםספטגצזךןץף",
    "Arab": "اليمونرتبعدسفهكقحجةىشطصخأضغذثزئءإظؤآپچژگکیےںہھٹڈڑ",
    "Thai": "านรอกเงม่ย้ลัวดีทสติปบคหแะจพชข์ใไืุูผำโณ็ซถึศฟธฉภษฐ๊ญฝฎฏฒฮฆ",
}
# Languages whose texts are found in code pages of 8 bits.
_ALPHABETS = (
    "en",
    *(tag for tag in LETTERS if tag not in {"vi", "cy", "eo", "ga", "sr-Latn", "fil", "af"}),
)
_RARE_LETTERS = {"cs": "ďťňó", "sk": "ľĺŕďťňô", "tr": "âîû", "fr": "ûüÿæ", "pt": "àü", "de": ""}
_WESTERN_LETTERS = frozenset("äöüßéèêëàâçîïôûùñáíóúãõåæøœ")
_FIRST_LETTER, _NEXT_LETTER, _NEXT_THAI = 3.3, 0.2, 0.1
_CAPITAL = 4.0
_FREQUENT, _COMMON, _UNCOMMON, _RARE = 8.0, 12.5, 17.0, 22.0
_KANA, _MARK = 6.0, 7.0
_ALPHABET, _WESTERN, _TYPOGRAPHIC, _OTHER_LATIN = 6.0, 9.0, 8.0, 12.0
_OTHER_LETTER, _SYMBOL = 16.0, 15.0
_CONTROL, _LOST, _UNASSIGNED = 25.0, 28.0, 32.0
_UNUSUAL = 8.0
_LATIN_CAPITAL = 3.0
_RARER = 3.0
# Choosing an alphabet at all; each function word that speaks for another language; and the most
# that words may weigh against another language, and against text in no particular one.
_ANY_LANGUAGE, _EACH_WORD, _MOST_OTHER, _OTHER_ALPHABET = 4.0, 3.0, 30.0, 4.0


# --- Costs ----------------------------------------------------------------------------------


def text_bits(text: str, profiles: Iterable[str], words: Words) -> float:
    """Bits of ``text`` as the most likely of the given kinds of text.

    ``profiles`` are members of :data:`PROFILES`. ``words`` is what the ASCII words around the text
    say for each Latin-script language (:func:`converters.languages.latin_scores`).
    """
    counts = Counter(text)
    # Running text of a Latin-script language around it speaks against another script.
    against = min(_MOST_OTHER, _EACH_WORD * max(words.values(), default=0.0))
    return min(
        _UNUSUAL * _unusual_places(text, profile)
        + (
            _latin_cost(counts, words)
            if profile == "Latn"
            else _table_cost(counts, profile) + against
        )
        for profile in profiles
    )


def _table_cost(counts: Counter[str], profile: str) -> float:
    """Bits of the characters by a profile's table."""
    table = _TABLES[profile]()
    return sum(
        (table[char] if char in table else _other_bits(char)) * count
        for char, count in counts.items()
    )


def _unusual_places(text: str, profile: str) -> int:
    """How often characters stand as they do not in running text of the profile's script."""
    return len(_unusual(profile).findall(text))


@cache
def _unusual(profile: str) -> re.Pattern[str]:
    """Places that show another encoding's letters read as the profile's.

    A sign inside a word is a letter of another code page. In an alphabet, so is a letter that
    touches an ASCII letter or stands alone. Among ideographs, one that stands alone (not beside
    a digit, as in a date) is an accented letter and the ASCII letter behind it. And Chinese and
    Japanese have no spaces between words, as Korean has.
    """
    if profile == "Latn":
        return re.compile(_SIGN_IN_WORD)
    if profile in _FREQUENT_LETTERS:
        letters = _FREQUENT_LETTERS[profile] + _FREQUENT_LETTERS[profile].upper()
        alone = f"(?<![{letters}])[{letters}](?![{letters}])"
        return re.compile(
            f"(?<=[A-Za-z])[{letters}]|[{letters}](?=[A-Za-z])|{alone}|{_SIGN_IN_WORD}"
        )
    alone = f"(?<![0-9{CJK_CLASS}])[{CJK_CLASS}](?![0-9{CJK_CLASS}])"
    if profile == "Kore":
        return re.compile(alone)
    return re.compile(f"{alone}|(?<=[{CJK_CLASS}]) (?=[{CJK_CLASS}])")


def _latin_cost(counts: Counter[str], words: Words) -> float:
    """Bits of Latin text: its accented letters by the alphabet that fits them best.

    ``words`` are what the ASCII words say for each language.
    """
    accented: Counter[str] = Counter()
    bits = 0.0
    for char, count in counts.items():
        small = char.lower()
        if char > "\x7f" and _is_latin(small):
            accented[small] += count
            bits += 0 if char == small else _LATIN_CAPITAL * count
        else:
            bits += _other_bits(char) * count
    if not accented:
        return bits
    most = max(words.values(), default=0.0)
    letters = accented.total()
    choices = [min(_MOST_OTHER, _EACH_WORD * most) + _alphabet_cost(accented, "")]
    for tag in _ALPHABETS:
        against = _EACH_WORD * (most - words.get(tag, 0.0))
        if against > _MOST_OTHER:  # the words are clear: hardly a letter is from that alphabet
            against = _MOST_OTHER + _OTHER_ALPHABET * letters
        choices.append(_ANY_LANGUAGE + against + _alphabet_cost(accented, tag))
    return bits + min(choices)


def _alphabet_cost(accented: Counter[str], tag: str) -> float:
    """Bits of accented letters as those of a language, or of no particular one (empty tag)."""
    own = language_letters(tag) if tag else _WESTERN_LETTERS
    rare = _RARE_LETTERS.get(tag, "")
    usual = _ALPHABET if tag else _WESTERN
    return sum(
        (usual + (_RARER if char in rare else 0) if char in own else _OTHER_LATIN) * count
        for char, count in accented.items()
    )


def _is_latin(char: str) -> bool:
    """Whether ``char``, lower case, is an accented letter of a Latin alphabet."""
    code = ord(char[0])
    return (0xDF <= code < 0x250 and code != 0xF7) or 0x1E00 <= code < 0x1F00


@cache
def _other_bits(char: str) -> float:
    """The cost of a character that its kind of text does not list."""
    code = ord(char)
    if code < 0x80:
        return _ascii_bits(char)
    if char in _TYPOGRAPHY:
        return _TYPOGRAPHIC
    if char in _SIGNS:
        return _OTHER_LATIN
    if char == "\ufffd":
        return _LOST
    category = unicodedata.category(char)
    if category in {"Co", "Cn", "Cs"}:
        return _UNASSIGNED
    if category == "Cc":
        return _CONTROL
    if 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or code >= 0x20000:
        return _RARE
    if 0xAC00 <= code <= 0xD7A3 or 0xFF61 <= code <= 0xFF9F:
        return _RARE - 3
    if category in {"Ll", "Lu", "Lo", "Lm", "Lt"}:
        latin = code < 0x250 or 0x1E00 <= code < 0x1F00
        bits = _OTHER_LATIN if latin else _OTHER_LETTER
        return bits + 3 if category == "Lu" else bits
    return _SYMBOL


def _ascii_bits(char: str) -> float:
    """The cost of an ASCII character."""
    if char.islower():
        return 4.5
    if char.isupper():
        return 7.0
    if char in " \n":
        return 3.0
    return 6.5 if char.isprintable() or char in "\t\r" else _CONTROL


def _characters(codec: str, leads: range) -> set[str]:
    """The two-byte characters that ``codec`` has behind the lead bytes ``leads``."""
    # A line feed after every pair keeps an undefined pair from swallowing the next one's byte.
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    pairs = b"".join(bytes((lead, trail, 10)) for lead in leads for trail in trails)
    return {char for char in pairs.decode(codec, "ignore") if char > "\x7f"}


def _table(common: set[str], uncommon: set[str], frequent: str) -> dict[str, float]:
    """Costs by the levels of a national standard, which are levels of frequency."""
    table = dict.fromkeys(uncommon, _UNCOMMON)
    table.update(dict.fromkeys(common, _COMMON))
    table.update(dict.fromkeys(_CJK_MARKS, _MARK))
    table.update(dict.fromkeys(frequent, _FREQUENT))
    return table


@cache
def _simplified() -> dict[str, float]:
    """GB 2312: the first level has the frequent characters."""
    common = _characters("gb2312", range(0xB0, 0xD8))
    return _table(common, _characters("gb2312", range(0xD8, 0xF8)), _FREQUENT_HANS)


@cache
def _traditional() -> dict[str, float]:
    """Big5: the same, with its first plane."""
    common = _characters("big5", range(0xA4, 0xC7))
    return _table(common, _characters("big5", range(0xC9, 0xFA)), _FREQUENT_HANT)


@cache
def _japanese() -> dict[str, float]:
    """Kana, and the two levels of JIS X 0208."""
    common = _characters("euc_jp", range(0xB0, 0xD0))
    table = _table(common, _characters("euc_jp", range(0xD0, 0xF5)), _FREQUENT_KANJI)
    table.update((chr(code), _KANA) for code in range(0x3041, 0x3097))
    table.update((chr(code), _KANA + 1) for code in range(0x30A1, 0x30FB))
    table["ー"] = _KANA + 1
    return table


@cache
def _korean() -> dict[str, float]:
    """KS X 1001: its syllables are the usual ones, its ideographs are rare today."""
    common = _characters("euc_kr", range(0xB0, 0xC9))
    return _table(common, _characters("euc_kr", range(0xCA, 0xFE)), _FREQUENT_HANGUL)


@cache
def _alphabetic(script: str) -> dict[str, float]:
    """Letters by the rank of their frequency; capitals are rarer."""
    table = {}
    letters = _FREQUENT_LETTERS[script]
    step = _NEXT_THAI if script == "Thai" else _NEXT_LETTER
    for rank, letter in enumerate(letters):
        bits = _FIRST_LETTER + step * rank
        if letter.upper() != letter and len(letter.upper()) == 1:
            table[letter.upper()] = bits + _CAPITAL
        table[letter] = bits
    return table


_TABLES: dict[str, Callable[[], dict[str, float]]] = {
    "Hans": _simplified,
    "Hant": _traditional,
    "Jpan": _japanese,
    "Kore": _korean,
    "Latn": dict,
    "Cyrl": lambda: _alphabetic("Cyrl"),
    "Grek": lambda: _alphabetic("Grek"),
    "Hebr": lambda: _alphabetic("Hebr"),
    "Arab": lambda: _alphabetic("Arab"),
    "Thai": lambda: _alphabetic("Thai"),
}
PROFILES = tuple(_TABLES)
