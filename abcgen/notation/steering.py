"""The header lines that steer a model: what may stand in a dialect header, and what is true of a tune.

    R:reel            rhythm, one of `RHYTHMS`
    O:Ireland         origin, one of `ORIGINS`
    M:4/4  L:1/8
    %%form AABB       sections as played, a letter each; the same letter, the same music
    %%section 8       bars of every section, its pickup not counted
    %%pickup 1/4      length of the pickup, 0 for none
    %%endings yes     whether there are first and second endings
    %%lowest D4       the lowest and the highest note
    %%highest B5
    %%length 32       bars as played
    K:D

Each is a line of its own, in this order. X:, M:, L: and K: are always there; any other may be left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, product

from abcgen.notation.key import parse_key
from abcgen.notation.meter import TICKS
from abcgen.notation.tune import Bar, Tune
from abcgen.notation.unfold import play_order

#: Rhythms that `R:` may name, by the spellings found in tunebooks. Order matters: first hit wins.
RHYTHMS: dict[str, tuple[str, ...]] = {
    "slip jig": ("slip jig", "hop jig", "slipjig"),
    "slide": ("slide",),
    "jig": ("jig", "jigg", "double jig", "single jig", "giga"),
    "hornpipe": ("hornpipe",),
    "strathspey": ("strathspey",),
    "reel": ("reel",),
    "polka": ("polka",),
    "march": ("march", "quickstep", "quick step", "retreat"),
    "waltz": ("waltz",),
    "air": ("air", "song", "aire", "lament"),
    "set dance": ("set dance", "long dance"),
    "schottische": ("schottische", "schottish"),
    "minuet": ("minuet", "menuet"),
    "clog": ("clog",),
    "fling": ("highland fling", "fling", "highland"),
    "barndance": ("barndance", "barn dance"),
    "mazurka": ("mazurka",),
}
#: Origins that `O:` may name, by the words found in tunebooks.
ORIGINS: dict[str, tuple[str, ...]] = {
    "Ireland": ("ireland", "irish", "eire", "erin"),
    "Scotland": ("scotland", "scotch", "scottish", "scots", "shetland"),
    "England": ("england", "english", "northumberland", "northumbrian"),
    "Wales": ("wales", "welsh"),
    "America": ("america", "american", "usa", "united states"),
    "Canada": ("canada", "canadian", "quebec", "cape breton"),
    "France": ("france", "french", "brittany", "breton"),
    "Germany": ("germany", "german"),
    "Sweden": ("sweden", "swedish", "sverige"),
    "Norway": ("norway", "norwegian", "norge"),
}
#: Numerators and denominators that `M:` of the dialect may have.
NUMERATORS = range(1, 25)
DENOMINATORS = (2, 4, 8, 16)
MAX_SECTION_BARS = 64
MAX_PLAYED_BARS = 999
MAX_SECTIONS = 16
#: The lowest and the highest note of the dialect, as MIDI numbers: C,, and c'''.
LOWEST, HIGHEST = 36, 108

_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_TONICS = (*"CGDAEBF", "F#", "C#", "G#", "D#", "A#", "Bb", "Eb", "Ab", "Db", "Gb", "Cb")
_MODES = ("", "m", "dor", "mix", "phr", "lyd", "loc")
_LETTERS = "ABCDEFGHIJKLMNOP"


@lru_cache(maxsize=1)
def keys() -> tuple[str, ...]:
    """Every key of the dialect: each tonic in each mode, of at most seven accidentals; bagpipes; none."""
    found = []
    for tonic, mode in product(_TONICS, _MODES):
        try:
            found.append(parse_key(tonic + mode).plain())
        except ValueError:
            continue  # more than seven accidentals
    return (*found, "HP", "Hp", "none")


def pitch_name(midi: int) -> str:
    """A pitch as `%%lowest` and `%%highest` name it: 60 is C4."""
    return f"{_NAMES[midi % 12]}{midi // 12 - 1}"


#: Every pitch that those lines may name, as a MIDI number.
NAMED_PITCHES = {pitch_name(midi): midi for midi in range(LOWEST, HIGHEST + 1)}


def _numbers(highest: int) -> frozenset[str]:
    return frozenset(map(str, range(1, highest + 1)))


def is_form(text: str) -> bool:
    """form = letter {letter}: each is one that was there before, or the next of the alphabet."""
    seen = 0
    for letter in text:
        place = _LETTERS.find(letter)
        if not 0 <= place <= seen:
            return False
        seen = max(seen, place + 1)
    return 1 <= len(text) <= MAX_SECTIONS


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """A kind of header line: how it begins, which values it may have; `needed` when each tune has one.

    Values are a finite set, or what `is_value` takes of which every beginning is a value too.
    """

    begins: str
    values: frozenset[str] = frozenset()
    needed: bool = False
    is_value: Callable[[str], bool] | None = None

    def whole(self, line: str) -> bool:
        """Whether `line` is such a line."""
        if not line.startswith(self.begins):
            return False
        value = line[len(self.begins) :]
        return self.is_value(value) if self.is_value else value in self.values

    def may_become(self, part: str) -> bool:
        """Whether such a line begins so."""
        if len(part) <= len(self.begins):
            return self.begins.startswith(part)
        if not part.startswith(self.begins):
            return False
        value = part[len(self.begins) :]
        return self.is_value(value) if self.is_value else value in _beginnings(self.values)


@lru_cache(maxsize=32)
def _beginnings(values: frozenset[str]) -> frozenset[str]:
    return frozenset(value[:end] for value in values for end in range(1, len(value) + 1))


def _fractions(numerators: Iterable[int], denominators: Iterable[int]) -> frozenset[str]:
    return frozenset(f"{n}/{d}" for n, d in product(numerators, denominators))


_PITCHES = frozenset(map(pitch_name, range(LOWEST, HIGHEST + 1)))
#: Lines that are told of the whole music, and hold of it only when it is there.
OF_RANGE = ("%%lowest", "%%highest")
_PICKUPS = frozenset(str(Fraction(n, 64)) for n in range(64 * 12)) - {str(n) for n in range(1, 12)} | {"0"}
#: Every kind of line, in the order in which they stand.
LINES: tuple[HeaderLine, ...] = (
    HeaderLine("X:", frozenset({"1"}), needed=True),
    HeaderLine("R:", frozenset(RHYTHMS)),
    HeaderLine("O:", frozenset(ORIGINS)),
    HeaderLine("M:", _fractions(NUMERATORS, DENOMINATORS), needed=True),
    HeaderLine("L:", frozenset({"1/8"}), needed=True),
    HeaderLine("%%form ", is_value=is_form),
    HeaderLine("%%section ", _numbers(MAX_SECTION_BARS)),
    HeaderLine("%%pickup ", _PICKUPS),
    HeaderLine("%%endings ", frozenset({"yes", "no"})),
    HeaderLine("%%lowest ", _PITCHES),
    HeaderLine("%%highest ", _PITCHES),
    HeaderLine("%%length ", _numbers(MAX_PLAYED_BARS)),
    HeaderLine("K:", frozenset(keys()), needed=True),
)


def header_text(meter: str, key: str, lines: Iterable[str] = ()) -> str:
    """A header: `meter`, `key` and the lines that steer, in their order, each with its newline."""
    every = ["X:1", f"M:{meter}", "L:1/8", f"K:{key}", *lines]
    return "".join(line + "\n" for line in sorted(every, key=_place))


def with_lines(header: str, lines: Iterable[str]) -> str:
    """The header with further lines, each in its place."""
    return "".join(line + "\n" for line in sorted([*header.splitlines(), *lines], key=_place))


def _place(line: str) -> int:
    """Where a line stands in a header. Raises ValueError for one that stands in none."""
    for place, kind in enumerate(LINES):
        if kind.whole(line):
            return place
    raise ValueError(f"{line!r} is no header line of the dialect")


def rhythm_name(text: str) -> str:
    """The rhythm that a tunebook's `R:` means, one of `RHYTHMS`, or ""."""
    return _named(text, RHYTHMS)


def rhythm_called(words: str) -> str:
    """The rhythm whose name of several words `words` are, such as `slip jig` or `highland flings`, or ""."""
    name = rhythm_name(words)
    spellings = RHYTHMS.get(name, ())
    return name if any(words in (each, f"{each}s") for each in spellings if " " in each) else ""


def origin_name(text: str) -> str:
    """The origin that a tunebook's `O:` means, one of `ORIGINS`, or ""."""
    return _named(text, ORIGINS)


def _named(text: str, names: dict[str, tuple[str, ...]]) -> str:
    words = " ".join(["", *re.sub(r"[\W_]+", " ", text.lower()).split(), ""])
    for name, spellings in names.items():
        if any(f" {spelling} " in words or f" {spelling}s " in words for spelling in spellings):
            return name
    return ""


def steering_lines(tune: Tune, origin: str = "") -> tuple[str, ...]:
    """The lines that are true of a tune of the dialect, beside R:, M:, L: and K:, in their order.

    A line is not there where nothing simple is true: sections of unequal length have no `%%section`. `origin`
    is where the tune is from when `O:` does not say.
    """
    sections = _played_sections(tune.bars)
    form = _form(sections)
    lengths = {section.length for section in sections}
    pitches = [pitch.midi for bar in tune.bars for event in bar.events for pitch in event.pitches]
    first = tune.bars[0]
    pickup = Fraction(first.ticks, TICKS) if first.short else 0
    values = {
        "O:": origin_name(tune.field_text("O")) or origin_name(origin),
        "%%form ": form if is_form(form) else "",
        "%%section ": str(*lengths) if len(lengths) == 1 else "",
        "%%pickup ": str(pickup),
        "%%endings ": "yes" if any(bar.ending for bar in tune.bars) else "no",
        "%%lowest ": pitch_name(min(pitches)) if pitches else "",
        "%%highest ": pitch_name(max(pitches)) if pitches else "",
        "%%length ": str(sum(section.length for section in sections)),
    }
    lines = (kind.begins + values[kind.begins] for kind in LINES if values.get(kind.begins))
    return tuple(line for line in lines if any(kind.whole(line) for kind in LINES))


@dataclass(frozen=True, slots=True)
class _Section:
    """A section as it is played once, its pickup aside: where it begins in the text, its notes as they are
    written, its bars."""

    begins: int
    music: tuple[object, ...]
    length: int


def _played_sections(bars: Sequence[Bar]) -> list[_Section]:
    """The sections in the order of play. A pickup before a repeat sign belongs to what follows."""
    begins = {0}
    for index, (bar, following) in enumerate(pairwise(bars)):
        if bar.ends_section(following) and not (index == 0 and bar.short):
            begins.add(index + 1)
    numbered = tuple(replace(bar, spot=(index, 0)) for index, bar in enumerate(bars))
    order = [bar.spot[0] for bar in play_order(numbered)]
    runs: list[list[int]] = []
    for before, index in zip([-1, *order], order, strict=False):
        if index in begins or (index <= before and bars[index].opening is not None) or not runs:
            runs.append([])
        runs[-1].append(index)
    return [_section([bars[i] for i in run], run[0]) for run in runs]


def _section(bars: Sequence[Bar], begins: int) -> _Section:
    pickup = len(bars) > 1 and bars[0].short
    whole = bars[1:] if pickup else bars
    events = (event for bar in whole for event in bar.events)
    music = tuple((event.pitches, event.written, event.tuplet, event.tie) for event in events)
    return _Section(begins + pickup, music, len(whole))


def _form(sections: Sequence[_Section]) -> str:
    """A letter a section: one that begins where another does, or has its music, bears its letter."""
    by_place: dict[int, str] = {}
    by_music: dict[tuple[object, ...], str] = {}
    form = ""
    for section in sections:
        letter = by_place.get(section.begins) or by_music.get(section.music)
        if letter is None:
            if len(set(form)) == len(_LETTERS):
                return ""
            letter = _LETTERS[len(set(form))]
        by_place[section.begins] = by_music[section.music] = letter
        form += letter
    return form
