"""Whether a word can be Vietnamese: its syllable as the spelling allows it.

Guarantees: every syllable of standard Vietnamese spelling is possible, in either place of the tone (`hòa`, `hoà`) and
in any case; a word with two tones, a tone on a consonant, a rime that does not exist, or an onset that its vowel does
not take is not. It is a grammar, not a dictionary: it proves an encoding wrong, it does not check spelling.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LETTERS = frozenset("aăâbcdđeêghiklmnoôơpqrstuưvxyfjwz")
"""Letters without tone; the last four stand in abbreviations and names only."""

_TONES = {"\u0300": "huyền", "\u0301": "sắc", "\u0303": "ngã", "\u0309": "hỏi", "\u0323": "nặng"}
_STOPPED = frozenset({"", "sắc", "nặng"})
"""Tones before a final c, ch, p, t (none: people forget the mark)."""

_VOWELS = "aăâeêioôơuưy"
_ONSETS = "ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|b|c|d|đ|g|h|k|l|m|n|p|r|s|t|v|x|"
_RIMES = frozenset(
    # A list in the order of the spelling books is easier to check than one of quoted words.
    """
    a ac ach ai am an ang anh ao ap at au ay  ăc ăm ăn ăng ăp ăt  âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et  ê êch êm ên êng ênh êp êt êu
    i ich im in inh ip it iu  ia iêc iêm iên iêng iêp iêt iêu  y yn ynh yt ych yêm yên yêng yêt yêu
    o oc oi om on ong op ot ooc oong  oa oac oach oai oam oan oang oanh oao oap oat oay  oăc oăm oăn oăng oăt
    oe oen oeo oet oem  ô ôc ôi ôm ôn ông ôp ôt  ơ ơi ơm ơn ơp ơt
    u uc ui um un ung up ut  ua uôc uôi uôm uôn uông uôt  uân uâng uât uây  uê uêch uên uênh uêt uêu
    uơ uơn  uy uya uych uyên uyêt uyn uynh uyp uyt uyu
    ư ưc ưi ưm ưn ưng ưt ưu  ưa ươc ươi ươm ươn ương ươp ươt ươu
    """.split()  # noqa: SIM905 - see above
)
_BEFORE_FRONT = {"k": True, "gh": True, "ngh": True, "c": False, "g": False, "ng": False}
"""Onsets that stand before e, ê, i, y only, and those that never do."""

_AFTER_QU = frozenset("aăâeêiyơ")
_G_BEFORE_I = frozenset({"i", "in", "iêng", "iêt", "iêc"})
"""`gì`, `gìn`, `giếng`, `giết`, `giếc`: a g before i, all the same."""
_NAMES = frozenset({"đắk", "đăk", "lắk", "krông", "pắk", "plông", "brông", "đrông"})
"""Names of places in the highlands, which no rule of the spelling covers."""

_SHORT = 12
"""Letters of the longest abbreviation taken as one."""


@lru_cache(maxsize=20_000)
def possible(word: str) -> bool:
    """Whether a word of letters can stand in a Vietnamese text: a syllable, an abbreviation, or a known name.

    Args:
        word: composed letters only, in any case.
    """
    low = word.lower()
    base, tones = _toneless(low)
    if base is None or len(tones) > 1 or not set(base) <= LETTERS:
        return False
    if not tones and len(word) <= _SHORT and (word.isupper() or not set(base) & set(_VOWELS)):
        return True
    return low in _NAMES or _syllable(base, tones[0] if tones else "")


def _toneless(word: str) -> tuple[str | None, list[str]]:
    """The letters without their tones, and the tones; None when a tone stands on a consonant."""
    base, tones = [], []
    for letter in word:
        parts = unicodedata.normalize("NFD", letter)
        marks = [_TONES[mark] for mark in parts if mark in _TONES]
        plain = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
        if marks and plain not in set(_VOWELS):
            return None, []
        base.append(plain)
        tones += marks
    return "".join(base), tones


def _syllable(base: str, tone: str) -> bool:
    """Whether onset and rime exist, go together and take the tone."""
    return any(base.startswith(onset) and _fits(onset, base[len(onset) :], tone) for onset in _ONSETS.split("|"))


def _fits(onset: str, rime: str, tone: str) -> bool:
    """Whether the rime exists, takes the tone, and follows this onset."""
    if rime not in _RIMES and (onset, rime) != ("qu", "ôc"):
        return False
    if rime.endswith(("c", "ch", "p", "t")) and tone not in _STOPPED:
        return False
    front = rime[0] in "eêiy"
    match onset:
        case "":
            fits = True
        case "qu":
            fits = rime[0] in _AFTER_QU or rime == "ôc"
        case "gi":
            fits = not front or rime[0] in "eê"
        case _:
            plain = _BEFORE_FRONT.get(onset, front) == front and not rime.startswith("yê")
            fits = plain or (onset == "g" and rime in _G_BEFORE_I)
    return fits
