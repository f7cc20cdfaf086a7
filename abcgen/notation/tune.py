"""A tune as frozen values: what `parse_book` gives and every other room takes.

Time is exact: lengths are `Fraction`s of a whole note. Nothing here reads or writes text.

    Book ─ tunes ─ Tune ─ voices ─ Voice ─ bars ─ Bar ─ events ─ Note | Chord | Rest
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from operator import attrgetter

from abcgen.notation.key import Key
from abcgen.notation.meter import TICKS, Meter
from abcgen.notation.problems import Problem

STEPS = "CDEFGAB"
_SEMITONES = (0, 2, 4, 5, 7, 9, 11)


def ticks_of(length: Fraction) -> int:
    """A length in whole notes as ticks. Raises ValueError when it is no whole number of them."""
    ticks, rest = divmod(length.numerator * TICKS, length.denominator)
    if rest:
        raise ValueError(f"{length} of a whole note is finer than 1/{TICKS}")
    return ticks


@dataclass(frozen=True, slots=True)
class Pitch:
    """A sounding pitch: letter, semitones of alteration, octave (middle C is C4)."""

    step: str
    alter: int
    octave: int

    @property
    def midi(self) -> int:
        """The MIDI number; middle C is 60."""
        return 12 * (self.octave + 1) + _SEMITONES[STEPS.index(self.step)] + self.alter

    @property
    def diatonic(self) -> int:
        """Staff steps above C0, whatever the alteration."""
        return 7 * self.octave + STEPS.index(self.step)


@dataclass(frozen=True, slots=True)
class Tuplet:
    """`p` notes in the time of `q`, for the next `r` notes. `index` is a note's place, from 0."""

    p: int
    q: int
    r: int
    index: int

    @property
    def ratio(self) -> Fraction:
        return Fraction(self.q, self.p)


@dataclass(frozen=True, slots=True)
class Marks:
    """What hangs on a note beside its pitch and length; none of it changes the time.

    `lyrics` holds a syllable a verse: "la", "la-" where the word goes on, "_" where the one before is
    held, "" for none. `beamed` says that no space stands between this event and the one before; it is a
    matter of spelling and does not count when marks are compared.
    """

    grace: tuple[Note, ...] = ()
    acciaccatura: bool = False
    decorations: tuple[str, ...] = ()
    chord_symbol: str = ""
    annotations: tuple[str, ...] = ()
    slurs_opened: int = 0
    slurs_closed: int = 0
    lyrics: tuple[str, ...] = ()
    beamed: bool = field(default=False, compare=False)


NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class Note:
    """One note. `duration` sounds (tuplet and broken rhythm applied), `written` leaves out the tuplet.

    `accidental` is what was written before the letter, in semitones, or None; a matter of spelling, it
    does not count when notes are compared. `tie` leads on to the next note. `ticks` is `duration` as an
    integer, for adding up.
    """

    pitch: Pitch
    duration: Fraction
    written: Fraction
    accidental: int | None = field(default=None, compare=False)
    tie: bool = False
    tuplet: Tuplet | None = None
    marks: Marks = NO_MARKS
    ticks: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ticks", ticks_of(self.duration))

    @property
    def notes(self) -> tuple[Note, ...]:
        return (self,)

    @property
    def pitches(self) -> tuple[Pitch, ...]:
        return (self.pitch,)


@dataclass(frozen=True, slots=True)
class Chord:
    """Notes struck together, in written order. Its length is that of its first note (ABC 2.1, 4.17)."""

    notes: tuple[Note, ...]
    duration: Fraction
    written: Fraction
    tuplet: Tuplet | None = None
    marks: Marks = NO_MARKS
    ticks: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ticks", ticks_of(self.duration))

    @property
    def tie(self) -> bool:
        return any(note.tie for note in self.notes)

    @property
    def pitches(self) -> tuple[Pitch, ...]:
        return tuple(note.pitch for note in self.notes)


@dataclass(frozen=True, slots=True)
class Rest:
    """Silence; `visible` is False for `x`. `bars` is not 0 for a rest of whole bars (`Z4`)."""

    duration: Fraction
    written: Fraction
    visible: bool = True
    bars: int = 0
    tuplet: Tuplet | None = None
    marks: Marks = NO_MARKS
    ticks: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ticks", ticks_of(self.duration))

    @property
    def tie(self) -> bool:
        return False

    @property
    def notes(self) -> tuple[Note, ...]:
        return ()

    @property
    def pitches(self) -> tuple[Pitch, ...]:
        return ()


Event = Note | Chord | Rest


def carried(layer: Sequence[Event]) -> dict[tuple[str, int], int]:
    """The alterations, by letter and octave, that ties carry over the bar line at the end of a layer."""
    notes = layer[-1].notes if layer else ()
    return {(n.pitch.step, n.pitch.octave): n.pitch.alter for n in notes if n.tie}


@dataclass(frozen=True, slots=True)
class Field:
    """An information field: `R:jig` has letter "R" and text "jig". A directive has the letter "%".

    Escapes and entities are read where a field holds text. `body` tells a field that stands after K:.
    """

    letter: str
    text: str
    body: bool = False
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class BarLine:
    """A bar line. `style` is "single", "double", "final" (`|]`), "initial" (`[|`), "dotted", or "none".

    `ends` and `starts` count the repeat dots on the left and on the right: `:|` ends one repeat,
    `|:` starts one, `::` does both.
    """

    style: str = "single"
    ends: int = 0
    starts: int = 0

    @property
    def repeat(self) -> bool:
        return bool(self.ends or self.starts)

    @property
    def section(self) -> bool:
        """Whether a section of the tune may end or begin here."""
        return self.repeat or self.style in {"double", "final", "initial"}


#: Line and column in the file, from 1.
Spot = tuple[int, int]
NOWHERE: Spot = (0, 0)


_ticks = attrgetter("ticks")


@dataclass(frozen=True, slots=True)
class Bar:
    """The music between two bar lines. `opening` is None where a tune begins without a bar line.

    `ending` holds the numbers of the ending that begins with this bar, `part` the label of the part
    that does (`P:`). `meter` and `key` are those in force when it begins; `keys` are the changes inside
    it, each with the index of the event before which it stands, and so are `remarks`, the fields that change
    no note: `[Q:1/4=90]`, `T:`, `%%`. `overlays` are further layers of events that begin with the bar (`&`).
    `closing` is None where the music stops without a bar line.
    Where it stands: `spot` of its first event, `opened_at` of its opening bar line, `spots` of its events.
    """

    events: tuple[Event, ...]
    meter: Meter
    key: Key
    opening: BarLine | None = None
    closing: BarLine | None = None
    ending: tuple[int, ...] = ()
    part: str = ""
    keys: tuple[tuple[int, Key], ...] = ()
    overlays: tuple[tuple[Event, ...], ...] = ()
    remarks: tuple[tuple[int, Field], ...] = ()
    spot: Spot = field(default=NOWHERE, compare=False)
    opened_at: Spot = field(default=NOWHERE, compare=False)
    spots: tuple[Spot, ...] = field(default=(), compare=False, repr=False)
    ticks: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ticks", sum(map(_ticks, self.events)))

    @property
    def duration(self) -> Fraction:
        return Fraction(self.ticks, TICKS)

    @property
    def short(self) -> bool:
        """Whether it lasts less than its metre says; never in free metre."""
        expected = self.meter.bar_ticks
        return expected is not None and self.ticks < expected

    def ends_section(self, following: Bar | None) -> bool:
        """Whether a section of the tune ends with it; `following` is the next bar, None at the end.

        Endings stay with what they end.
        """
        if following is None or following.part:
            return True
        return self.closing is not None and self.closing.section and not following.ending


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of a tune; most tunes have one, called "1". `properties` stand after its name in `V:`,
    `octave` is the shift of its notes among them, `transpose` the semitones by which it sounds off them."""

    name: str
    bars: tuple[Bar, ...]
    properties: str = ""
    octave: int = 0
    transpose: int = 0


@dataclass(frozen=True, slots=True)
class Tune:
    """A tune. `fields` are those that nothing else here says: not X:, T:, M:, L:, K:, V:, w:, s:, U: and m:.

    Fields among the music stand in their bars, as `remarks`; those after it are here.

    `source` is its own text, header and all, `line` where that begins in the file.

    `problems` holds everything found while reading and checking it; the tune is valid when none of
    them is an error.
    """

    reference: int
    titles: tuple[str, ...]
    meter: Meter
    unit_length: Fraction
    key: Key
    voices: tuple[Voice, ...]
    fields: tuple[Field, ...] = ()
    problems: tuple[Problem, ...] = field(default=(), compare=False)
    source: str = field(default="", compare=False, repr=False)
    line: int = field(default=1, compare=False)

    @property
    def title(self) -> str:
        return self.titles[0] if self.titles else ""

    @property
    def rhythm(self) -> str:
        """`R:`, as written; "" when there is none."""
        return self.field_text("R")

    @property
    def bars(self) -> tuple[Bar, ...]:
        """The bars of the first voice."""
        return self.voices[0].bars if self.voices else ()

    @property
    def first_number(self) -> int:
        """The number of the first bar, as people count: 0 for a pickup, else 1."""
        return 0 if self.bars and self.bars[0].short else 1

    @property
    def valid(self) -> bool:
        return not any(problem.is_error for problem in self.problems)

    def unfolded(self) -> Tune:
        """The tune as played: repeats, endings and parts written out, none of their signs left in it.

        Raises NotationError when it would be longer than `unfold.MAX_UNFOLDED_BARS`.
        """
        from abcgen.notation.unfold import unfold_tune  # it stands on this module

        return unfold_tune(self)

    def field_text(self, letter: str) -> str:
        """The text of the first field with this letter, or ""."""
        return next(self.field_texts(letter), "")

    def field_texts(self, letter: str) -> Iterator[str]:
        """The texts of the fields with this letter, those among the music too."""
        yield from (f.text for f in self.fields if f.letter == letter and not f.body)
        for bar in (bar for voice in self.voices for bar in voice.bars if bar.remarks):
            yield from (f.text for _, f in bar.remarks if f.letter == letter)
        yield from (f.text for f in self.fields if f.letter == letter and f.body)


@dataclass(frozen=True, slots=True)
class Book:
    """Every tune of a file, and the problems that belong to none of them."""

    tunes: tuple[Tune, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """The file's problems and those of its tunes, in the order of the lines."""
        every = [*self.problems, *(p for tune in self.tunes for p in tune.problems)]
        return tuple(sorted(every, key=lambda p: (p.line, p.column)))
