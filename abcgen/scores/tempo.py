"""How fast a tune is played: by its `Q:` where that is plain, else by its rhythm, else by its metre."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from abcgen.notation.tune import Tune

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
SLOWEST, FASTEST = 20, 400
_BEATS = re.compile(r"(?:\"[^\"]*\"\s*)?(\d{1,3})/(\d{1,3})\s*=\s*(\d{1,3})(?:\s*\"[^\"]*\")?")
_OLD = re.compile(r"(?:C\s*=\s*)?(\d{1,3})")


class Beat(NamedTuple):
    """A tempo as it is said: so many beats a minute, each so long, in whole notes."""

    length: Fraction
    beats: Fraction

    @property
    def quarters(self) -> Fraction:
        return 4 * self.length * self.beats


def quarters_per_minute(tune: Tune) -> Fraction:
    """Quarter notes a minute. `Q:` may be `1/4=120`, `3/8=100` or the old `120`; ABC 2.1, 3.1.8."""
    written = written_tempo(tune)
    return _by_rhythm(tune) if written is None else written.quarters


def written_tempo(tune: Tune) -> Beat | None:
    """The tempo by `Q:`; None when there is none, or none that is plain."""
    text = tune.field_text("Q").strip()
    if match := _BEATS.fullmatch(text):
        top, bottom, count = map(int, match.groups())
        tempo = Beat(Fraction(top, bottom or 1), Fraction(count))
    elif match := _OLD.fullmatch(text):
        tempo = Beat(tune.unit_length, Fraction(int(match[1])))
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
