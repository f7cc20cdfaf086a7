"""One bar of the dialect, character by character: what may follow, so that the bar can be closed as it must.

    bar   = event {event}
    event = ["(" p [":" q ":" r]] (pitch | "z" | "[" pitch {pitch} "]") [length] ["-"]
    pitch = [accidental] letter {octave mark}

What a bar must keep to is its `Frame`; which bars follow each other is for `places` and `form` to say. From
every state the bar can be closed.
"""

from __future__ import annotations

from functools import lru_cache

from abcgen.notation.beginnings import (
    TICKS,
    Spelled,
    Tuplet,
    fitting_tuplets,
    lengths,
    midi_of,
    pitches_between,
    shortest_of_tuplet,
    spellings,
    tuplet_fits,
)
from abcgen.notation.dialect import MAX_CHORD
from abcgen.notation.frame import (
    CHARACTERS,
    NO_PITCHES,
    PLAIN,
    BarState,
    Chord,
    Frame,
    bar_lines,
    finals,
    goes_on,
    leaves_way,
    lines_at,
    lowest,
    may_be_named,
    reserve,
    tie_may_lead_over,
)


def new_bar(frame: Frame, altered: str = "", tied: tuple[int, ...] = NO_PITCHES) -> BarState:
    """The beginning of a bar; `altered` and `tied` come over its bar line with a tie."""
    if frame.copied:
        return BarState(frame, "copy", frame.copied)
    return BarState(frame, altered=altered if tied else "", tied=tied, avoided=frame.avoided)


def step(bar: BarState, char: str) -> BarState | None:
    """The state after one more character of the bar or of its bar line; None where that may not stand.

    A bar line is whole when nothing more of it may follow (see `closed_by`).
    """
    found = _STEPS[bar.place](bar, char)
    if not bar.avoided or found is None or found.place == "line":
        return found
    left = tuple(text[1:] for text in bar.avoided if text[:1] == char)
    found = found._replace(avoided=left)
    return found if not left or _escapes(found) else None


@lru_cache(maxsize=65536)
def _escapes(bar: BarState) -> bool:
    """Whether the bar, so far a beginning of a text that it may not have, can still be closed as another."""
    return any(step(bar, char) is not None for char in CHARACTERS)


# -- bar lines -------------------------------------------------------------------------------------


def _line_begins(bar: BarState, char: str) -> BarState | None:
    """The first character of a bar line."""
    if any(line[0] == char for line in bar_lines(bar)):
        return bar._replace(place="line", part=char)
    return None


def _line(bar: BarState, char: str) -> BarState | None:
    """A further character of a bar line."""
    part = bar.part + char
    return bar._replace(part=part) if any(line.startswith(part) for line in bar_lines(bar)) else None


# -- between events --------------------------------------------------------------------------------


def _music(bar: BarState, char: str) -> BarState | None:
    """A character with which an event, a tuplet or a bar line begins."""
    if char in "|:":
        return _line_begins(bar, char)
    if bar.tuplet is None and bar.room < max(TICKS, reserve(bar.frame)):
        return None
    if char == "(":
        return _tuplet(bar._replace(place="tuplet"), char) if bar.tuplet is None else None
    if char == "[":
        chord = bar._replace(place="chord", part="", chord=Chord(must=bar.tied))
        chords = bar.frame.chords and bar.frame.pitches.bit_count() > 1
        return chord if chords and reach(chord) else None
    if char == "z":
        return bar._replace(place="length", part="z") if not (bar.tied or _must_be_final(bar)) else None
    return _pitch(bar._replace(place="pitch", part=""), char) if len(bar.tied) <= 1 else None


def _copy(bar: BarState, char: str) -> BarState | None:
    """A character of what must be written; the bar is full when all of it is."""
    if bar.part[0] != char:
        return None
    if len(bar.part) > 1:
        return bar._replace(part=bar.part[1:])
    return bar._replace(place="music", part="", used=bar.frame.most, events=True)


# -- pitches ---------------------------------------------------------------------------------------


def reach(bar: BarState) -> int:
    """The pitches that may come next, a bit each."""
    chord, allowed = bar.chord, bar.frame.pitches
    if chord is None and bar.tied:
        return 1 << midi_of(bar.tied[0])
    if chord is not None:
        if chord.pitches:
            allowed &= pitches_between(midi_of(chord.pitches[-1]) + 1, 127)
        else:
            allowed &= ~(1 << (allowed.bit_length() - 1))  # another must follow
    if not (chord and chord.pitches) and _must_be_final(bar):
        allowed &= finals(bar)
    if chord is None:
        return allowed
    if not chord.must:
        return allowed
    if MAX_CHORD - len(chord.pitches) <= len(chord.must):
        return 1 << midi_of(chord.must[0])
    return allowed & pitches_between(0, midi_of(chord.must[0]))


def _spelled(bar: BarState) -> Spelled | None:
    """The pitch that has been read, if it is whole and may come."""
    spelled = spellings(bar.frame.signature, bar.altered).whole.get(bar.part)
    return spelled if spelled is not None and may_be_named(bar, reach(bar)) >> spelled.named & 1 else None


def _more(bar: BarState) -> bool:
    """Whether another note may join the open chord."""
    chord = bar.chord
    return chord is not None and len(chord.pitches) < MAX_CHORD and bool(may_be_named(bar, reach(bar)))


def _may_close(chord: Chord) -> bool:
    """Ties of all its notes are spelled as one, outside."""
    return len(chord.pitches) > 1 and not chord.must and chord.tied != chord.pitches


def _pitch(bar: BarState, char: str) -> BarState | None:
    """A character of a pitch, or the first one after it."""
    part = bar.part + char
    becomes = spellings(bar.frame.signature, bar.altered).begun.get(part, 0)
    if becomes & may_be_named(bar, reach(bar)):
        return bar._replace(part=part)
    spelled = _spelled(bar)
    if spelled is None:
        return None
    found = _pitch_read(bar, spelled)
    if found.chord is None:
        return _length(found, char)
    joined = _joined(found, found.chord, spelled, tie=char == "-")
    return joined if joined is None or char == "-" else _chord(joined, char)


def _pitch_read(bar: BarState, spelled: Spelled) -> BarState:
    """A pitch is whole: its accidental counts, its length comes, or the rest of its chord."""
    altered = bar.altered
    if spelled.accidental and spelled.step not in altered:
        altered = "".join(sorted(altered + spelled.step))
    if bar.chord is not None:
        return bar._replace(place="chord", altered=altered, part="")
    return bar._replace(place="length", altered=altered, part=str(spelled.named))


def _joined(bar: BarState, chord: Chord, spelled: Spelled, *, tie: bool) -> BarState | None:
    """A note joins the chord."""
    leads_here = chord.must and midi_of(chord.must[0]) == spelled.midi
    must = chord.must[1:] if leads_here else chord.must
    tied = (*chord.tied, spelled.named) if tie else chord.tied
    joined = Chord((*chord.pitches, spelled.named), tied, must)
    found = bar._replace(chord=joined)
    alive = (_more(found) or _may_close(joined)) and not (tie and not _can_become(found, ""))
    return found if alive else None


def _chord(bar: BarState, char: str) -> BarState | None:
    """A character within a chord: the next note, or its end."""
    chord = bar.chord
    if chord is None:
        return None
    if char == "]":
        return bar._replace(place="length", part="]") if _may_close(chord) else None
    return _pitch(bar._replace(place="pitch", part=""), char) if _more(bar) else None


# -- lengths ---------------------------------------------------------------------------------------


def _fits(bar: BarState, ticks: int) -> bool:
    """Whether the bar has room for an event of this written length, and for what it is tied to."""
    if bar.tuplet is None:
        if ticks * TICKS > bar.room:
            return False
    else:
        p, q, left, written = bar.tuplet
        if bar.frame.single and ticks % shortest_of_tuplet(p, q):
            return False
        room = bar.room - reserve(bar.frame)
        if not tuplet_fits(Tuplet(p, q, left - 1, written + ticks), room, bar.frame.single):
            return False
    tied = bar.chord.tied if bar.chord is not None else NO_PITCHES
    if not tied and not bar.frame.final:
        return True
    if not tied and bar.tuplet is None:
        return leaves_way(bar.frame, bar.used + ticks * TICKS, _is_final(bar, ticks))
    done = _after_event(bar, ticks)._replace(tied=tied)
    if tied and done.room < TICKS and not bar.frame.tie_altered:
        return False  # whether accidentals go along hangs on the rest of the chord
    return goes_on(done) and (not tied or _room_for_tied(done))


def may_last(bar: BarState, least: int) -> bool:
    """Whether what is being read, if its length is what comes next, may be so long at least."""
    read = pitch_read(bar) if bar.place == "pitch" and bar.chord is None else bar
    if read is None or read.place != "length":
        return True
    begun = lengths(single=bar.frame.single)[1].get(read.length, ())
    return any(ticks >= least and _fits(read, ticks) for ticks in begun)


def _can_become(bar: BarState, length: str) -> bool:
    """Whether the text of a length can go on to one that fits; mostly the least of them tells."""
    begun = lengths(single=bar.frame.single)[1].get(length, ())
    tied = bar.chord is not None and bool(bar.chord.tied)
    least = not tied and bar.tuplet is None and not reserve(bar.frame)
    return any(_fits(bar, ticks) for ticks in (begun[:1] if least else begun))


def _length(bar: BarState, char: str) -> BarState | None:
    """A character of a length, a tie, or the first character after the event."""
    if char in "0123456789/":
        length = bar.length + char
        return bar._replace(length=length) if _can_become(bar, length) else None
    over = ended(bar)
    if over is None:
        return None
    return tied_on(bar, over) if char == "-" else _music(over, char)


def tied_on(bar: BarState, over: BarState) -> BarState | None:
    """After an event of which the length is there, with which `over` is the bar: the same with it tied on."""
    if bar.part == "z" or (bar.chord is not None and bar.chord.tied):
        return None
    tied = (int(bar.part),) if bar.chord is None else bar.chord.pitches
    done = over._replace(tied=tied)
    return done if _room_for_tied(done) else None


def _room_for_tied(bar: BarState) -> bool:
    """Whether the event that a tie leads to has room in this bar, or may begin the next."""
    if bar.tuplet is not None or bar.room >= TICKS:
        return not bar.frame.final or _leads_to_tied(bar)
    return bar.room == 0 and tie_may_lead_over(bar) and PLAIN in lines_at(bar.frame, bar.used)


def _after_event(bar: BarState, ticks: int) -> BarState:
    """An event is there: the bar is fuller, a tuplet one note nearer to its end."""
    found = bar._replace(
        place="music",
        part="",
        length="",
        events=True,
        chord=None,
        tied=NO_PITCHES,
        final=bool(bar.frame.final) and _is_final(bar, ticks),
        before=lowest(bar) if bar.frame.last and bar.part != "z" else bar.before,
    )
    if bar.tuplet is None:
        return found._replace(used=bar.used + ticks * TICKS)
    p, q, left, written = bar.tuplet
    if left > 1:
        return found._replace(tuplet=Tuplet(p, q, left - 1, written + ticks))
    return found._replace(used=bar.used + q * (written + ticks) * TICKS // p, tuplet=None)


# -- the last note ---------------------------------------------------------------------------------


def _is_final(bar: BarState, ticks: int) -> bool:
    """Whether the event that is being read is one with which the tune may end, when it lasts so long."""
    if bar.part == "z" or (bar.frame.last and (bar.tuplet is not None or ticks * TICKS < bar.frame.last)):
        return False
    return bool(finals(bar) >> lowest(bar) & 1)


def _must_be_final(bar: BarState) -> bool:
    """Whether no event may come but a final note: whatever its length, it fills the bar."""
    return bool(bar.frame.final) and not _rest_fits(bar.frame, bar.used, bar.tuplet)


@lru_cache(maxsize=65536)
def _rest_fits(frame: Frame, used: int, tuplet: Tuplet | None) -> bool:
    """Whether there is a rest after which the bar can go on, or be closed."""
    return _can_become(BarState(frame, "length", "z", used=used, tuplet=tuplet), "")


def _leads_to_tied(bar: BarState) -> bool:
    """Whether the pitches that a tie leads to may come, by themselves."""
    chord = Chord(bar.tied) if len(bar.tied) > 1 else None
    event = bar._replace(place="length", part=str(bar.tied[0]), length="", chord=chord, tied=NO_PITCHES)
    return _can_become(event, "")


# -- tuplets ---------------------------------------------------------------------------------------


def _tuplets(bar: BarState) -> tuple[dict[str, Tuplet], frozenset[str]]:
    """The tuplets that may begin here, and all that their signs begin with."""
    room = bar.room - reserve(bar.frame)
    whole, beginnings = fitting_tuplets(bar.frame.compound, room, bar.frame.single)
    if not (bar.frame.final and bar.tied):
        return whole, beginnings
    whole = {text: tuplet for text, tuplet in whole.items() if _leads_to_tied(bar._replace(tuplet=tuplet))}
    return whole, frozenset(text[:end] for text in whole for end in range(1, len(text) + 1))


def _tuplet(bar: BarState, char: str) -> BarState | None:
    """A character of a tuplet's sign, or the first one after it."""
    beginnings = _tuplets(bar)[1]
    part = bar.part + char
    if part in beginnings:
        return bar._replace(part=part)
    over = ended(bar)
    return None if over is None else _music(over, char)


# -- what is over ----------------------------------------------------------------------------------


def pitch_read(bar: BarState) -> BarState | None:
    """After a pitch that is whole: its length comes, or the rest of its chord; None if it is not."""
    spelled = _spelled(bar)
    if spelled is None:
        return None
    found = _pitch_read(bar, spelled)
    return found if found.chord is None else _joined(found, found.chord, spelled, tie=False)


def ended(bar: BarState) -> BarState | None:
    """The state between events, or between the notes of a chord, if what is being read ends here.

    None where it cannot: it is not whole, or has no room.
    """
    if bar.place == "pitch":
        found = pitch_read(bar)
        return ended(found) if found is not None and found.chord is None else found
    if bar.place == "length":
        ticks = lengths(single=bar.frame.single)[0].get(bar.length)
        if ticks is None or not _fits(bar, ticks):
            return None
        tied = bar.chord.tied if bar.chord is not None else NO_PITCHES
        return _after_event(bar, ticks)._replace(tied=tied)
    if bar.place == "tuplet":
        tuplet = _tuplets(bar)[0].get(bar.part)
        return None if tuplet is None else bar._replace(place="music", part="", tuplet=tuplet)
    return bar


_STEPS = {
    "copy": _copy,
    "music": _music,
    "pitch": _pitch,
    "chord": _chord,
    "length": _length,
    "tuplet": _tuplet,
    "line": _line,
}
