"""Which header lines may come, given what is asked and what is there: the rest of the header is free.

    asked     a header line, a range, the beginning of the music
    drawn     every line that is not asked for; some may be left out

A line may come when a tune can be that has it, all lines before it, and all that is asked. What asks for the
impossible is refused with the reason, before anything is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product

from abcgen.errors import UsageError
from abcgen.notation.acceptor import begin_body, step
from abcgen.notation.beginnings import ALL_PITCHES, TICKS, pitches_between
from abcgen.notation.begun import begun
from abcgen.notation.form import SHORT_STEP, Laid, Layout, is_possible
from abcgen.notation.key import parse_key
from abcgen.notation.meter import parse_meter
from abcgen.notation.places import Place
from abcgen.notation.start import goes_on
from abcgen.notation.steering import LINES, MAX_SECTION_BARS, NAMED_PITCHES, pitch_name
from abcgen.notation.steering import keys as every_key
from abcgen.notation.tonality import octaves_of, tonic_chord, tonic_chords, tonic_of
from abcgen.notation.wishes import (
    NAMES,
    OF_FORM,
    Known,
    Wishes,
    is_formed,
    known,
    layout_of,
    merged,
    place_of,
    ticks_of,
)

_SIMPLE = ("4/4", "2/2", "2/4", "4/2", "2/8", "4/8", "8/8", "1/4")
_THREE = ("3/4", "3/8", "3/2")
#: The metres of each rhythm; a rhythm that is not here has any.
METERS_OF: dict[str, tuple[str, ...]] = {
    "slip jig": ("9/8", "9/4"),
    "slide": ("12/8", "6/8"),
    "jig": ("6/8", "9/8", "12/8", "6/4"),
    "hornpipe": ("4/4", "2/4"),  # in any other abc2midi calls it an error
    "strathspey": _SIMPLE,
    "reel": _SIMPLE,
    "polka": _SIMPLE,
    "waltz": (*_THREE, "6/8"),
    "schottische": _SIMPLE,
    "minuet": _THREE,
    "clog": _SIMPLE,
    "fling": _SIMPLE,
    "barndance": _SIMPLE,
    "mazurka": _THREE,
}
#: A key of each signature.
SIGNATURES = ("C", "G", "D", "A", "E", "B", "F#", "C#", "F", "Bb", "Eb", "Ab", "Db", "Gb", "Cb")
#: Forms of which one goes with whatever can be.
_COMMON = ("AABB", "AB", "AAB", "A", "AA", "AABBCC", "ABC", "ABCD", "AABBCCDD", "AABBCCDDEEFFGGHH")
#: Metres of which one goes with nearly every start.
_METERS = ("4/4", "6/8", "2/4", "3/4", "9/8", "2/2", "3/2", "12/8", "3/8", "6/4", "5/4", "7/8", "5/8", "4/2")
#: Lines that bear on each other.
_BEAR_ON = (
    ("rhythm", "meter", "form", "section", "pickup", "endings", "length"),
    ("lowest", "highest", "key"),
)


# -- which lines may come --------------------------------------------------------------------------


def next_kinds(wishes: Wishes, told: tuple[str, ...]) -> tuple[int, ...]:
    """Which of `LINES` may come next, by their places, as far as the lines that are due say it."""
    place = place_of_line(told[-1]) + 1 if told else 0
    asked, formed = known(wishes.lines), is_formed(wishes)
    ranged = wishes.pitches != ALL_PITCHES or bool(asked.lowest or asked.highest)
    return _until_due(asked, formed, ranged, place)


@lru_cache(maxsize=1024)
def _until_due(asked: Known, formed: bool, ranged: bool, place: int) -> tuple[int, ...]:
    """The kinds from `place` to the first that may not be left out."""
    found = []
    for kind in range(place, len(LINES)):
        name = NAMES[kind]
        if name in {"lowest", "highest"} and not ranged:
            continue
        found.append(kind)
        due = name in {"form", "section"} if formed else False
        if LINES[kind].needed or not name or getattr(asked, name) or due or name in {"lowest", "highest"}:
            break
    return tuple(found)


def what_counts(wishes: Wishes, told: tuple[str, ...], place: int) -> Known:
    """What of the lines that are `told` and asked for bears on the values of the next."""
    here = merged(known(told), known(wishes.lines))
    return here if wishes.start else _part_of(here, NAMES[place])


@lru_cache(maxsize=65536)
def _part_of(here: Known, name: str) -> Known:
    fields = next((group for group in _BEAR_ON if name in group), ())
    return Known(**{field: getattr(here, field) for field in fields})


def may_be(wishes: Wishes, here: Known, place: int, values: Iterable[str]) -> list[str]:
    """Which of the values the line at `place` may have when all this is so."""
    name = NAMES[place]
    if not name:
        return list(values)
    wanted = getattr(known(wishes.lines), name)
    if wanted:
        return [value for value in values if value == wanted]
    if name in OF_FORM and not here.form:
        return []
    if name == "length":  # of so many one is left, and the rest need not be laid out to see it
        length = str(len(here.form) * int(here.section or 0))
        values = [value for value in values if value == length]
    return [value for value in values if can_be(here._replace(**{name: value}), wishes)]


@lru_cache(maxsize=8192)
def place_of_line(line: str) -> int:
    """The place of a line's kind among `LINES`."""
    return next(place for place, kind in enumerate(LINES) if kind.whole(line))


# -- and why not -----------------------------------------------------------------------------------


def can_be(here: Known, wishes: Wishes) -> bool:
    """Whether there is a tune of which all this is so."""
    return not _why_no_header(here, wishes) and _can_begin(here, wishes)


def _why_not(here: Known, wishes: Wishes) -> str:
    """Why no tune can be so, or ""."""
    why = _why_no_header(here, wishes)
    return why or ("" if _can_begin(here, wishes) else _why_not_begun(here, wishes))


def _why_no_header(here: Known, wishes: Wishes) -> str:
    """The same, whatever the music begins with."""
    return (
        _why_not_rhythm(here.rhythm, here.meter)
        or _why_no_form(here._replace(origin="", key="", lowest="", highest=""), wishes)
        or _why_not_range(here.lowest, here.highest, here.key, wishes.pitches)
        or _why_not_final(here.key, wishes.final)
    )


@lru_cache(maxsize=4096)
def _why_not_rhythm(rhythm: str, meter: str) -> str:
    meters = METERS_OF.get(rhythm)
    if not meters or not meter or meter in meters:
        return ""
    return f"a {rhythm} is in {', '.join(meters[:3])}, not in {meter}"


def _why_no_form(here: Known, wishes: Wishes) -> str:
    """Why no tune has what of its form is known, in whatever metre and form may still come."""
    meters = [here.meter] if here.meter else METERS_OF.get(here.rhythm, ("",))

    def why(forms: tuple[str, ...]) -> str:
        """The last reason, if there is one in every metre and form."""
        found = ""
        for meter, form in product(meters, forms):
            found = _why_not_form(meter, form, *here[4:7], here.length, wishes.room)
            if not found:
                break
        return found

    reason = why((here.form,))
    if reason or here.form or not is_formed(wishes) or not why(_COMMON):
        return reason
    lines = [line for line in wishes.lines if line.startswith("%%")]
    return f"no form {'goes with ' + ' and '.join(lines) if lines else f'fits into {wishes.room} characters'}"


@lru_cache(maxsize=65536)
def _why_not_form(
    meter: str, form: str, section: str, pickup: str, endings: str, length: str, room: int
) -> str:
    """Why no tune has this form, with so many bars, this pickup, these endings."""
    if pickup and pickup != "0":
        bars_of = [_length_of(each) for each in ([meter] if meter else _METERS)]
        short = ticks_of(Fraction(pickup))
        if short >= ticks_of(max(bars_of)):
            return f"a pickup of {pickup} is no less than a bar of {meter or 'any metre that is drawn'}"
        if short % SHORT_STEP:
            return f"a pickup of {pickup} is no multiple of 1/16"
    if not form:
        return ""
    bars = int(section or 0)
    if length:
        bars, rest = divmod(int(length), len(form))
        if rest or not 1 <= bars <= MAX_SECTION_BARS:
            return f"{length} bars do not make {len(form)} sections of equal length ({form})"
        if section and int(section) != bars:
            return f"{len(form)} sections ({form}) of {section} bars are {len(form) * int(section)}"
    for each in [meter] if meter else ["4/4", "3/4", "6/8", "2/4", "12/8"]:
        layout = layout_of(each, form, str(bars) if bars else "", pickup, endings)
        if is_possible(layout) and _has_room(layout, room):
            return ""
    return _why_no_layout(meter, form, bars, pickup, endings, room)


def _why_no_layout(meter: str, form: str, bars: int, pickup: str, endings: str, room: int) -> str:
    """The reason in words for a form that cannot be."""
    layout = layout_of(meter or "4/4", form, str(bars) if bars else "", "", "")
    what = f"{form} with {bars} bars a section" if bars else form
    if not is_possible(layout):
        return f"{what} is less than four written bars"
    if not _has_room(layout, room):
        return f"{what} has no room within {room} characters"
    if endings == "yes" and not any(part.repeated and not part.copied for part in layout.parts):
        return f"endings belong to a section that is played twice in a row, as in AABB; {form} has none"
    if endings == "yes" and bars == 1:
        return "a section of one bar has no endings"
    said = [f"a pickup of {pickup}"] if pickup else []
    said += [{"yes": "endings", "no": "no endings"}[endings]] if endings else []
    return f"the short bars of {what} do not add up with {' and '.join(said)}"


def _length_of(meter: str) -> Fraction:
    read_meter = parse_meter(meter)
    return Fraction(read_meter.numerator, read_meter.denominator)


def _has_room(layout: Layout, room: int) -> bool:
    """Whether there is room for a note on each eighth."""
    eighths = max(1, layout.sounds.bar // (8 * TICKS))
    return max(len(layout.parts) * (layout.bars or 1) * (eighths + 1), Laid(layout).need()) <= room


@lru_cache(maxsize=65536)
def _why_not_range(lowest: str, highest: str, key: str, pitches: int) -> str:
    """Why no tune in the key has a range within these."""
    low = NAMED_PITCHES.get(lowest, 0)
    high = NAMED_PITCHES.get(highest, 127)
    if not pitches:
        return "there is no note that may be played"
    if lowest and not pitches >> low & 1:
        return f"{lowest} may not be the lowest note"
    if highest and not pitches >> high & 1:
        return f"{highest} may not be the highest note"
    within = pitches & pitches_between(low, high)
    classes = sum(1 << step for step in range(12) if within & octaves_of(step))
    if any(chord & ~classes == 0 for chord in ((tonic_chord(key),) if key else tonic_chords())):
        return ""
    names = pitch_name((within & -within).bit_length() - 1), pitch_name(within.bit_length() - 1)
    said = f"between {names[0]} and {names[1]}" if within else f"between {lowest} and {highest}"
    return f"the tonic's chord of {key} cannot be played {said}" if key else f"no key has its chord {said}"


@lru_cache(maxsize=256)
def _why_not_final(key: str, final: str) -> str:
    return f"a tune with K:{key} has no tonic to end on" if final and key and not tonic_of(key) else ""


def _can_begin(here: Known, wishes: Wishes) -> bool:
    """Whether there is music of which all this is so, that begins with the start that is asked for."""
    return not wishes.start or _goes_with_start(here._replace(origin=""), wishes)


@lru_cache(maxsize=65536)
def _goes_with_start(here: Known, wishes: Wishes) -> bool:
    """The same, where one is asked for."""
    is_drawn = is_formed(wishes) and not here.form
    forms = wishes.forms or _COMMON if is_drawn else (here.form,)
    return any(
        _begins(free, wishes) and any(_begins(whole._replace(form=form), wishes) for form in forms)
        for free, whole in _with_meter_and_key(here, wishes)
    )


def _why_not_begun(here: Known, wishes: Wishes) -> str:
    """Why no music begins with the start that is asked for."""
    shown = wishes.start if len(wishes.start) <= 40 else f"{wishes.start[:40]}…"
    key = wishes.key or here.key
    told = [f"in {' '.join(filter(None, (here.meter, key)))}"] if here.meter or key else []
    told += [f"of the form {here.form}"] if here.form else []
    told += [f"of {here.section} bars a section"] if here.section else []
    told += [f"of {here.length} bars"] if here.length else []
    return f"no tune {' '.join([*told, 'begins'])} with {shown}{_where_it_stops(here, wishes)}"


def _with_meter_and_key(here: Known, wishes: Wishes) -> Iterator[tuple[Known, Known]]:
    """What is known, with every metre and key that may still come: of no form, and as it is.

    Of the keys one of each signature will do, and any where the start hangs on none.
    """
    if here.meter:
        meters: Sequence[str] = (here.meter,)
    else:
        drawn = wishes.meters or _METERS
        meters = [meter for meter in METERS_OF.get(here.rhythm, drawn) if meter in drawn]
    keys = (here.key,) if here.key else _keys(here.lowest, here.highest, wishes)
    for meter, key in product(meters, keys):
        whole = here._replace(rhythm="", origin="", meter=meter, key=key)
        yield whole._replace(form="", section="", pickup="", endings="", length=""), whole


@lru_cache(maxsize=1024)
def _keys(lowest: str, highest: str, wishes: Wishes) -> tuple[str, ...]:
    """A key of each signature in which there is a tune, of so much of its range as is known."""
    if not (lowest or highest or wishes.final or wishes.pitches != ALL_PITCHES):
        return SIGNATURES if set("^_=") & set(wishes.start) else SIGNATURES[:1]
    found: dict[tuple[int, ...], str] = {}
    for key in every_key():
        why = _why_not_range(lowest, highest, key, wishes.pitches) or _why_not_final(key, wishes.final)
        if not why:
            found.setdefault(parse_key(key).alters, key)
    return tuple(found.values())


def _where_it_stops(here: Known, wishes: Wishes) -> str:
    """The first character of the start that may not come, wherever most of it may, in words."""
    if wishes.begun:
        return ""
    furthest = 0
    for free, _ in _with_meter_and_key(here, wishes):
        state = begin_body(place_of(free, wishes))
        for column, char in enumerate(wishes.start, start=1):
            following = step(state, char)
            if following is None:
                break
            state, furthest = following, max(column, furthest)
        else:
            if goes_on(state, wishes.start):
                return "" if here.form else ": it goes with no form"
    if furthest < len(wishes.start):
        return f": {wishes.start[furthest]!r} at column {furthest + 1} may not come there"
    return ": its last note may not come there"


@lru_cache(maxsize=65536)
def _begins(here: Known, wishes: Wishes) -> bool:
    """Whether a tune of which all this is so begins with the start that is asked for."""
    if wishes.formed and here.form and not (here.section or here.length):
        most = min(MAX_SECTION_BARS, wishes.start.count("|") + 2)  # in all that are longer it lies alike
        sections = (here._replace(section=str(bars)) for bars in range(1, most + 1))
        return any(_begins(section, wishes) for section in sections)
    if _why_not_form(*here[2:7], here.length, wishes.room):
        return False
    first = place_of(here, wishes)
    if not wishes.begun:
        return _has_room_for_start(first, wishes)
    found = begun(first, wishes.start, wishes.closings)
    if isinstance(found, int) or found.state.place is None or found.over:
        return False
    return found.taken + found.state.place.need() <= wishes.room


def _has_room_for_start(first: Place, wishes: Wishes) -> bool:
    """Whether a tune can begin with the start, and come to its end after each character of it."""
    state, times = begin_body(first), 1 + first.copies()
    for taken, char in enumerate(wishes.start, start=1):
        following = step(state, char)
        if following is None:
            return False
        state = following
        if state.place is not None and taken * times + state.place.need() > wishes.room:
            return False
    return goes_on(state, wishes.start)


def refuse_impossible(wishes: Wishes) -> None:
    """Raise UsageError with the reason when no tune can be what is asked for."""
    why = _why_not(known(wishes.lines), wishes)
    if why:
        raise UsageError(f"this cannot be: {why}")
