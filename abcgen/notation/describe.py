"""What a tune is, told by its notes: key, form, range, density. Judges nothing, and knows no file.

Form and rhythm are readings, not facts: sections are letters, the same where most of their bars are alike;
a rhythm that is not named is guessed from the metre.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from abcgen.notation.instruments import playable_on, sounding_pitches
from abcgen.notation.meter import TICKS, Meter
from abcgen.notation.sounding import sound_ticks
from abcgen.notation.steering import rhythm_name
from abcgen.notation.tune import Bar, Pitch, Tune, Voice
from abcgen.notation.unfold import play_order

#: Sections are one letter when this share of their bars is equal.
ALIKE = 0.6
#: A tune without any inner section line is read in sections of so many bars.
SECTION_BARS = 8
#: A tune of more sections has no form that anybody would name.
MAX_SECTIONS = 64
#: Share of dotted pairs from which a tune in 4/4 is a hornpipe.
_DOTTED = 0.25
_RHYTHM_OF = {"6/8": "jig", "9/8": "slip jig", "12/8": "slide", "3/4": "waltz", "2/4": "polka", "2/2": "reel"}


@dataclass(frozen=True, slots=True)
class Description:
    """A tune in figures. What `R:` says is the rhythm, guessed where it says nothing.

    Notes are (MIDI pitch, onset, duration) in quarter notes, a tuple a voice.
    """

    reference: int
    title: str
    key: str
    tonic: str
    mode: str
    meter: str
    rhythm: str
    rhythm_named: bool
    form: str
    section_bars: tuple[int, ...]
    lowest: int | None
    highest: int | None
    instruments: tuple[str, ...]
    notes: tuple[tuple[tuple[int, Fraction, Fraction], ...], ...]
    notes_per_bar: float
    notes_per_quarter: float


def describe(tune: Tune, *, unfold: bool = False) -> Description:
    """The description of a tune; with `unfold` its notes are those played, repeats expanded."""
    played = tune.unfolded() if unfold else tune
    notes = tuple(_notes(voice) for voice in played.voices)
    pitches = sounding_pitches(tune)
    form, section_bars = form_of(tune.bars)
    ticks = sum(bar.ticks for bar in tune.bars)
    sounding = len(_notes(tune.voices[0])) if tune.voices else 0
    named = rhythm_name(tune.rhythm) or tune.rhythm.strip().lower()
    return Description(
        tune.reference,
        tune.title,
        tune.key.plain(),
        tune.key.tonic,
        tune.key.mode if tune.key.tonic else "",
        tune.meter.plain(),
        named or guessed_rhythm(tune),
        bool(named),
        form,
        section_bars,
        min(pitches, default=None),
        max(pitches, default=None),
        playable_on(tune) if pitches else (),
        notes,
        round(sounding / len(tune.bars), 3) if tune.bars else 0.0,
        round(sounding / (4 * ticks / TICKS), 3) if ticks else 0.0,
    )


def _notes(voice: Voice) -> tuple[tuple[int, Fraction, Fraction], ...]:
    return tuple(
        (midi, Fraction(4 * onset, TICKS), Fraction(4 * ticks, TICKS))
        for onset, midi, ticks in sound_ticks(voice.bars, voice.transpose)
    )


def form_of(bars: tuple[Bar, ...]) -> tuple[str, tuple[int, ...]]:
    """The form as played, as in "AABB", and how many whole bars each letter has."""
    sections = _sections(bars)
    if not 0 < len(sections) <= MAX_SECTIONS:
        return "", ()
    letters: list[int] = []
    firsts: list[tuple[Bar, ...]] = []
    for section in sections:
        same = next((i for i, first in enumerate(firsts) if _likeness(first, section) >= ALIKE), len(firsts))
        if same == len(firsts):
            firsts.append(section)
        letters.append(same)
    # A pickup that stands before the repeat sign is not played again.
    begins = {
        id(section[section[0].short and len(section) > 1]): letters[i] for i, section in enumerate(sections)
    }
    order = [begins[id(bar)] for bar in play_order(bars) if id(bar) in begins]
    names = "".join(chr(ord("A") + n) if n < 26 else "?" for n in order)
    return names, tuple(_whole_bars(section) for section in firsts)


def _sections(bars: tuple[Bar, ...]) -> list[tuple[Bar, ...]]:
    """Bars cut at section lines and parts; endings stay with what they end."""
    found: list[tuple[Bar, ...]] = []
    begin = 0
    for index, bar in enumerate(bars):
        following = bars[index + 1] if index + 1 < len(bars) else None
        lone_pickup = index == begin and bar.short and following is not None and not following.part
        if bar.ends_section(following) and not lone_pickup:
            found.append(bars[begin : index + 1])
            begin = index + 1
    if len(found) == 1 and len(bars) >= 2 * SECTION_BARS and not _is_repeated(bars):
        return _cut_evenly(bars)
    return found


def _is_repeated(bars: tuple[Bar, ...]) -> bool:
    return any(bar.closing is not None and bar.closing.ends for bar in bars)


def _cut_evenly(bars: tuple[Bar, ...]) -> list[tuple[Bar, ...]]:
    """A tune written out without inner section lines, in eights; a pickup belongs to the first."""
    starts = [0, *range(bars[0].short + SECTION_BARS, len(bars), SECTION_BARS)]
    if len(bars) - starts[-1] < SECTION_BARS // 2:
        starts.pop()
    return [bars[i:j] for i, j in zip(starts, [*starts[1:], len(bars)], strict=True)]


def _likeness(one: Sequence[Bar], two: Sequence[Bar]) -> float:
    """The share of bars that are the same notes at the same place."""
    same = sum(_sound(a) == _sound(b) for a, b in zip(one, two, strict=False))
    return same / max(len(one), len(two))


def _sound(bar: Bar) -> list[tuple[tuple[Pitch, ...], int]]:
    return [(event.pitches, event.ticks) for event in bar.events]


def _whole_bars(section: Sequence[Bar]) -> int:
    """How many bars a section lasts when played once: endings after the first left out, pickups made up."""
    ticks = 0
    skipping = False
    for bar in section:
        if bar.ending:
            skipping = 1 not in bar.ending
        if not skipping:
            ticks += bar.ticks
    length = section[0].meter.bar_ticks
    return round(ticks / length) if length else len(section)


def guessed_rhythm(tune: Tune) -> str:
    """The kind of tune that its metre suggests, "" where it suggests none."""
    if tune.meter.plain() != "4/4":
        return _RHYTHM_OF.get(tune.meter.plain(), "")
    return "hornpipe" if _dotted_share(tune, tune.meter) >= _DOTTED else "reel"


def _dotted_share(tune: Tune, meter: Meter) -> float:
    """The share of quarters that begin with a dotted pair, 3 to 1."""
    pairs = quarters = 0
    for bar in tune.bars:
        quarters += meter.numerator
        for one, two in zip(bar.events, bar.events[1:], strict=False):
            pairs += one.ticks == 3 * two.ticks and one.ticks + two.ticks == TICKS // 4
    return pairs / quarters if quarters else 0.0
