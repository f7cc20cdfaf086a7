"""A tune of a given form: what may be written is one, all of them may be written, none is left unfinished."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from abcgen.notation import bar as bars
from abcgen.notation.acceptor import (
    State,
    begin_body,
    continuations,
    fault_at,
    is_whole,
    read,
    sounds,
    step,
)
from abcgen.notation.bar import new_bar
from abcgen.notation.beginnings import TICKS, pitches_between
from abcgen.notation.dialect import to_dialect
from abcgen.notation.finish import rest_of_tune
from abcgen.notation.form import Laid, Layout, is_possible, parts_of
from abcgen.notation.frame import BarState, Frame
from abcgen.notation.key import parse_key
from abcgen.notation.parser import parse_tune
from abcgen.notation.places import Freely, Sounds
from abcgen.notation.steering import header_text, steering_lines
from abcgen.notation.tonality import tonic_of
from abcgen.notation.tune import Tune

BODY = "ABCDEFGabcdefg,'^_=z[]()0123456789/:|-\n"
METERS = ["2/4", "6/8", "3/8", "4/4", "1/16", "2/16", "7/8", "12/8"]
KEYS = ["G", "Dmix", "none", "HP", "F#", "Bbm"]
FORMS = ["A", "AA", "AAB", "ABA", "AABB", "AABA", "ABAC", "ABCB", "AABBA", "AAABB", "ABBAA", "ABCAB"]


def random_layout(rng: random.Random) -> tuple[str, str, str, Layout]:
    """A layout, and the metre, the key and the form that it is of."""
    meter, key, form = rng.choice(METERS), rng.choice(KEYS), rng.choice(FORMS)
    heard = sounds(meter, key, single=True)
    if rng.random() < 0.7:
        highest = rng.choice([62, 63, 64, 70, 86])
        heard = heard._replace(pitches=pitches_between(62, highest), chords=rng.random() < 0.3)
    heard = heard._replace(final=heard.pitches & rng.choice([0, octaves_of(2), ~octaves_of(2)]))
    return (
        meter,
        key,
        form,
        Layout(
            heard,
            parts_of(form),
            bars=rng.choice([0, 1, 2, 4]),
            pickup=rng.choice([-1, -1, 0, 8 * TICKS, 4 * TICKS]),
            endings=rng.choice([None, None, True, False]),
        ),
    )


def octaves_of(pitch_class: int) -> int:
    return sum(1 << midi for midi in range(pitch_class, 128, 12))


def lowest_at_the_end(tune: Tune) -> int:
    """The MIDI number of the lowest note of the last event; -1 for a rest."""
    return min((pitch.midi for pitch in tune.bars[-1].events[-1].pitches), default=-1)


def walked(rng: random.Random, start: State) -> str:
    """A body of random characters that may follow, finished somewhere."""
    state, text, wanted, narrow = start, "", rng.choice([0, 10, 60, 150]), rng.random() < 0.3
    while not is_whole(state):
        choices = continuations(state, BODY)
        assert choices, f"nothing may follow {text!r} of {start}"
        if narrow:  # so that sections tend to be the same
            choices = [char for char in choices if char in "zd|:]"] or choices
        char = rng.choice(choices)
        text, following = text + char, step(state, char)
        assert following is not None
        state = following
        if len(text) > wanted and not is_whole(state):
            rest = rest_of_tune(state)
            finished = read(state, rest)
            assert finished is not None
            assert is_whole(finished)
            return text + rest
    return text


@pytest.mark.parametrize("count", [60, pytest.param(1500, marks=pytest.mark.slow)])
def test_what_is_written_is_what_was_asked_for(count: int) -> None:
    rng = random.Random(8)
    found = 0
    while found < count:
        meter, key, form, layout = random_layout(rng)
        if layout.pickup >= layout.sounds.bar or not is_possible(layout):
            continue
        found += 1
        text = header_text(meter, key) + walked(rng, begin_body(Laid(layout)))
        tune = parse_tune(text)
        assert tune.problems == (), text
        assert to_dialect(tune).text == text
        assert fault_at(text, strict=True) is None, text
        lines = steering_lines(tune)
        assert f"%%form {form}" in lines, (text, layout)
        assert not layout.bars or f"%%section {layout.bars}" in lines, (text, layout)
        if layout.endings is not None:
            assert f"%%endings {'yes' if layout.endings else 'no'}" in lines, (text, layout)
        if layout.pickup >= 0:
            assert ("%%pickup 0" in lines) == (layout.pickup == 0), (text, layout)
        heard = {pitch.midi for bar in tune.bars for event in bar.events for pitch in event.pitches}
        assert all(layout.sounds.pitches >> midi & 1 for midi in heard)
        if layout.sounds.final:
            assert layout.sounds.final >> lowest_at_the_end(tune) & 1, (text, layout)


def language(state: State, characters: str, longest: int, text: str = "") -> Iterator[str]:
    """Every whole text of at most so many characters."""
    if is_whole(state):
        yield text
    elif len(text) < longest:
        for char in characters:
            following = step(state, char)
            if following is not None:
                yield from language(following, characters, longest, text + char)


def sections_written(body: str) -> int:
    """How many sections stand in the text, a pickup before a repeat sign being none."""
    found = [text for text in re.split(r"\|\||::|\|:|:\|(?!2)|\|\]|\n", body) if text]
    return len(found) - bool(re.match(r"[^|:]+\|:", body))


@pytest.mark.parametrize(
    ("form", "longest"),
    [("AA", 13), ("ABA", 14), ("AAB", 13), ("AABB", 14), pytest.param("AABB", 17, marks=pytest.mark.slow)],
)
def test_all_tunes_of_a_form_and_no_others_can_be_written(form: str, longest: int) -> None:
    """In bars of an eighth, of notes and rests of an eighth and a sixteenth."""
    heard = sounds("1/8", "C", single=True)._replace(pitches=pitches_between(60, 60))
    signs = "zC/|:]12\n"
    written = set(language(begin_body(Laid(Layout(heard, parts_of(form)))), signs, longest))
    wanted = set()
    for body in language(begin_body(Freely(heard, strict=True)), signs, longest):
        lines = steering_lines(parse_tune(header_text("1/8", "C") + body))
        if f"%%form {form}" in lines and sections_written(body) == len(parts_of(form)):
            wanted.add(body)
    assert len(wanted) > 10
    assert written == wanted


@pytest.mark.parametrize(
    ("form", "signs", "longest"),
    [
        ("AA", "CD/|:]\n", 13),
        ("ABA", "CD/|:]\n", 13),
        ("", "zC/(2D|]\n", 12),
        ("", "C/2(z|]\n", 15),
        pytest.param("AABB", "CD/|:]\n", 16, marks=pytest.mark.slow),
    ],
)
def test_of_all_tunes_those_end_well_that_end_on_a_final(form: str, signs: str, longest: int) -> None:
    """In bars of an eighth, of C, D, rests and a tuplet of two."""
    heard = sounds("1/8", "C", single=True)._replace(pitches=(1 << 60) + (1 << 62))
    homing = heard._replace(final=1 << 60)

    def bodies(within: Sounds) -> set[str]:
        place = Laid(Layout(within, parts_of(form))) if form else Freely(within, strict=True)
        return set(language(begin_body(place), signs, longest))

    def end(body: str) -> int:
        return lowest_at_the_end(parse_tune(header_text("1/8", "C") + body))

    every = bodies(heard)
    homing_bodies = bodies(homing)
    assert homing_bodies == {body for body in every if end(body) == 60} != set()
    lasting = {body for body in homing_bodies if not re.search(r"\(2[^|]*\W+$|/2\W+$", body)}
    assert form or longest < 15 or len(lasting) < len(homing_bodies)
    assert bodies(homing._replace(last=8 * TICKS)) == lasting != set()


def test_a_bar_that_may_not_be_closed_as_it_is_keeps_room_for_its_last_note() -> None:
    """Were the first G a half note, the bar would be another's, or have room for less than the last note."""
    ends = frozenset({"|]\n"})
    frame = Frame(
        parse_key("G").alters,
        compound=False,
        most=48 * TICKS,
        closings=((32 * TICKS, ends), (48 * TICKS, ends)),
        single=True,
        avoided=("G4",),
        final=tonic_of("G"),
        ends=ends,
        last=24 * TICKS,
    )

    def reads(text: str) -> bool:
        bar: BarState | None = new_bar(frame)
        for char in text:
            bar = bars.step(bar, char) if bar is not None else None
        return bar is not None

    assert reads("A")
    assert reads("A/2G")
    assert not reads("G4")
    assert reads("AG3|]\n")
    assert reads("G3G3|]\n")
    assert not reads("A4G")
