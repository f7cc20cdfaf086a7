"""What is asked of a tune: header lines, a range, the beginning of the music; and where its first bar stands.

Which header lines may come beside what is asked, and what cannot be, is for `possible` to say.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from abcgen.errors import UsageError
from abcgen.notation.acceptor import sounds
from abcgen.notation.beginnings import ALL_PITCHES, TICKS, pitches_between
from abcgen.notation.dialect import MAX_BODY_CHARACTERS, SHORTEST
from abcgen.notation.form import Laid, Layout, parts_of
from abcgen.notation.places import Freely, Place, Sounds
from abcgen.notation.steering import LINES, NAMED_PITCHES
from abcgen.notation.tonality import tonic_of

#: Characters of a body at most, its newline among them.
ROOM = MAX_BODY_CHARACTERS


class Wishes(NamedTuple):
    """What is asked: whole header `lines`, the `pitches` that may sound (a bit each), whether `chords` may.

    `start` is the beginning of the body, in the spelling of the dialect; where it is `begun`, its notes are
    whole, and may be of any length, and `closings` are what the bar line after it may begin with, if any;
    else its last note may become longer. `final` says with which note the tune ends, of a chord the lowest:
    the "tonic", any "other", or "" for either; `last` is how long it is at least, in ticks. With `formed` a
    tune has a form and a number of bars a section: if none is asked, it is drawn. The lines of its range are
    there if one is asked for. `room` are the characters that a body may have, its newline among them. `key`,
    where it is asked with accidentals of its own, is what the music is spelled in, while models are told its
    tonic and mode alone. `meters` and `forms` are those that may be drawn, common ones where there are none.
    """

    lines: tuple[str, ...] = ()
    pitches: int = ALL_PITCHES
    chords: bool = True
    start: str = ""
    begun: bool = False
    closings: tuple[str, ...] = ()
    formed: bool = True
    room: int = ROOM
    final: str = ""
    last: int = 0
    key: str = ""
    meters: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()


class Known(NamedTuple):
    """The values of header lines that are asked for or there; "" where nothing is known."""

    rhythm: str = ""
    origin: str = ""
    meter: str = ""
    form: str = ""
    section: str = ""
    pickup: str = ""
    endings: str = ""
    lowest: str = ""
    highest: str = ""
    length: str = ""
    key: str = ""


_FIELDS = dict(
    zip((kind.begins for kind in LINES if kind.begins not in {"X:", "L:"}), Known._fields, strict=True)
)
#: The field of each of `LINES`, "" for those that always say the same.
NAMES = tuple(_FIELDS.get(kind.begins, "") for kind in LINES)
#: Lines that say something of the form.
OF_FORM = frozenset({"section", "pickup", "endings", "length"})


@lru_cache(maxsize=65536)
def known(lines: tuple[str, ...]) -> Known:
    """What header lines say, without their newlines. Raises UsageError for one that is none."""
    values = {}
    for line in lines:
        kind = next((kind for kind in LINES if kind.whole(line)), None)
        if kind is None:
            raise UsageError(f"{line!r} is no header line of the dialect")
        if kind.begins in _FIELDS:
            values[_FIELDS[kind.begins]] = line[len(kind.begins) :]
    return Known(**values)


def merged(one: Known, other: Known) -> Known:
    """What both say; `one` where both say something."""
    return Known(*(mine or its for mine, its in zip(one, other, strict=True)))


def is_formed(wishes: Wishes) -> bool:
    """Whether the tune will have a form."""
    asked = known(wishes.lines)
    return wishes.formed or any(getattr(asked, name) for name in OF_FORM)


def first_bar(wishes: Wishes, told: tuple[str, ...]) -> Place:
    """Where the first bar of a tune stands whose header has these lines, `M:` and `K:` among them."""
    return place_of(merged(known(wishes.lines), known(told)), wishes)


@lru_cache(maxsize=65536)
def place_of(here: Known, wishes: Wishes) -> Place:
    """Where the first bar stands of a tune of which all this is so; metre and key are known."""
    low = NAMED_PITCHES.get(here.lowest, 0)
    high = NAMED_PITCHES.get(here.highest, 127)
    pitches = wishes.pitches & pitches_between(low, high)
    tonic = tonic_of(here.key) if wishes.final else 0
    within: Sounds = sounds(here.meter, wishes.key or here.key, single=True)._replace(
        pitches=pitches,
        chords=wishes.chords,
        final=pitches & (~tonic if wishes.final == "other" else tonic),
        last=wishes.last,
    )
    if not here.form:
        return Freely(within, strict=True)
    section = here.section
    if here.length:
        section = str(int(here.length) // len(here.form))
    return Laid(layout_of(here.meter, here.form, section, here.pickup, here.endings)._replace(sounds=within))


@lru_cache(maxsize=4096)
def layout_of(meter: str, form: str, section: str, pickup: str, endings: str) -> Layout:
    """The layout that header lines tell of; "" where they tell nothing."""
    return Layout(
        sounds(meter, "C"),
        parts_of(form),
        int(section or 0),
        ticks_of(Fraction(pickup)) if pickup else -1,
        {"yes": True, "no": False}.get(endings),
    )


def ticks_of(length: Fraction) -> int:
    """A length in whole notes as ticks."""
    return int(length / SHORTEST * TICKS)
