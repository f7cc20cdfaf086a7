"""How fast a tune is played: by its `Q:` where that is plain, else by its rhythm, else by its metre."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from abcgen.notation.tune import Tune, Voice

#: Quarter notes a minute at which musicians play these for listening, by the words of `R:`.
_BY_RHYTHM: tuple[tuple[str, int], ...] = (
    ("slip jig", 168),
    ("slipjig", 168),
    ("hop jig", 168),
    ("slide", 190),
    ("jig", 168),
    ("slow reel", 140),
    ("reel", 190),
    ("hornpipe", 160),
    ("strathspey", 130),
    ("barndance", 160),
    ("schottische", 150),
    ("polka", 130),
    ("mazurka", 140),
    ("waltz", 140),
    ("march", 110),
    ("slow air", 70),
    ("air", 90),
)
#: Quarter notes a minute within which a tempo is taken for one.
SLOWEST, FASTEST = 20, 600
_BEATS = re.compile(r"((?:\d{1,3}/\d{1,3}\s+){0,3}\d{1,3}/\d{1,3})\s*=\s*(\d{1,3})")
_WORDS = re.compile(r"\s*\"([^\"]*)\"\s*")
_OLD = re.compile(r"(?:C\s*=\s*)?(\d{1,3})")


class Beat(NamedTuple):
    """A tempo as it is said: so many beats a minute, each so long, in whole notes."""

    length: Fraction
    beats: Fraction

    @property
    def quarters(self) -> Fraction:
        return 4 * self.length * self.beats


class Tempos(NamedTuple):
    """How fast a tune is played: quarter notes a minute at first, and from moments on, in whole notes."""

    first: Fraction
    changes: tuple[tuple[Fraction, Fraction], ...] = ()

    def evened(self, moment: Fraction) -> Fraction:
        """When a moment would come if all of it were as fast as the beginning."""
        heard, now, tempo = Fraction(0), Fraction(0), self.first
        for onset, following in self.changes:
            if onset >= moment:
                break
            heard += (onset - now) * self.first / tempo
            now, tempo = onset, following
        return heard + (moment - now) * self.first / tempo


def tempos(tune: Tune, asked: Fraction | None, moved: Callable[[Fraction], Fraction]) -> Tempos:
    """Those of a tune with its bars in the order of play; if a first tempo is asked for, the others follow.

    `moved`: when a moment of the bars is heard.
    """
    first = quarters_per_minute(tune)
    changes: dict[Fraction, Fraction] = {}
    for voice in tune.voices:
        marks = tempo_marks(voice, tune.unit_length)
        now = Fraction(0)
        for number, bar in enumerate(voice.bars):
            for place, event in enumerate(bar.events):
                if now and (beat := marks.get((number, place))):
                    changes.setdefault(moved(now), beat.quarters * (asked or first) / first)
                now += event.duration
    return Tempos(asked or first, tuple(sorted(changes.items())))


def tempo_marks(voice: Voice, unit: Fraction) -> dict[tuple[int, int], Beat]:
    """The tempos that are said among the music of a voice: by bar, and the event after them.

    One that stands before a bar line is told of the next bar.
    """
    said = (
        (*((number, place) if place < len(bar.events) else (number + 1, 0)), beat_said(field.text, unit))
        for number, bar in enumerate(voice.bars)
        for place, field in bar.remarks
        if field.letter == "Q"
    )
    return {(number, place): beat for number, place, beat in said if beat is not None}


def quarters_per_minute(tune: Tune) -> Fraction:
    """Quarter notes a minute at the beginning: as said, else by rhythm or metre."""
    written = written_tempo(tune)
    return _by_rhythm(tune) if written is None else written.quarters


def written_tempo(tune: Tune) -> Beat | None:
    """The tempo by `Q:` with which it begins; None when there is none, or none that is plain."""
    marks = tempo_marks(tune.voices[0], tune.unit_length) if tune.voices else {}
    at_first = marks.get((0, 0))
    header = next((field.text for field in tune.fields if field.letter == "Q" and not field.body), "")
    return at_first or beat_said(header, tune.unit_length)


def tempo_text(text: str, unit: Fraction) -> tuple[str, str]:
    """The words of `Q:`, and its beats with their number, as `3/8=50`; "" for what it does not say."""
    words = " ".join(word.strip() for word in _WORDS.findall(text) if word.strip())
    beat, rest = beat_said(text, unit), _WORDS.sub(" ", text).strip()
    if beat is None:
        return words, ""
    return words, rest if _BEATS.fullmatch(rest) else f"{beat.length}={beat.beats}"


def beat_said(text: str, unit: Fraction) -> Beat | None:
    """What `Q:` says: `1/4=120`, `1/4 3/8=40` or the old `120`, which counts units; ABC 2.1, 3.1.8."""
    text = _WORDS.sub(" ", text).strip()
    if match := _BEATS.fullmatch(text):
        lengths = (length.split("/") for length in match[1].split())
        beat = sum((Fraction(int(top), int(bottom) or 1) for top, bottom in lengths), Fraction(0))
        tempo = Beat(beat, Fraction(match[2]))
    elif match := _OLD.fullmatch(text):
        tempo = Beat(unit, Fraction(int(match[1])))
    else:
        return None
    return tempo if SLOWEST <= tempo.quarters <= FASTEST else None


def _by_rhythm(tune: Tune) -> Fraction:
    rhythm = tune.rhythm.lower()
    semiquavers = tune.unit_length <= Fraction(1, 16) or tune.meter.bar_length == Fraction(1, 2)
    for word, tempo in _BY_RHYTHM:
        if word in rhythm:
            # A reel or hornpipe in 2/4 moves in sixteenth notes.
            halved = semiquavers and not tune.meter.compound and word in {"reel", "hornpipe"}
            return Fraction(tempo, 2 if halved else 1)
    if tune.meter.compound:
        return Fraction(165)
    return Fraction(100) if semiquavers else Fraction(140)
