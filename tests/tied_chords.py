"""Tunes of little but chords and ties, from a small range: where notes are nearest to each other."""

from __future__ import annotations

import random

from abcgen.notation.acceptor import begin_body, is_whole, sounds, step
from abcgen.notation.finish import rest_of_tune
from abcgen.notation.form import Laid, Layout, parts_of
from abcgen.notation.frame import CHARACTERS

#: How likely a character is where it may come; others 1.
_LIKELY = {
    "-": 12.0,
    "[": 12.0,
    "]": 2.0,
    "z": 0.2,
    "/": 0.3,
    "(": 0.6,
    "^": 2.0,
    "_": 2.0,
    "4": 0.3,
    "8": 0.1,
}


def tied_chords(rng: random.Random, characters: int) -> str:
    """Such a tune, finished as soon as can be after so many characters."""
    key, low = rng.choice(["C", "G#mix", "Gm", "F#phr", "Eb", "D"]), rng.randrange(55, 65)
    heard = sounds("4/4", key, single=True)._replace(pitches=(1 << low + rng.randrange(4, 10)) - (1 << low))
    state, body = begin_body(Laid(Layout(heard, parts_of("AB"), 4, 0))), ""
    while not is_whole(state) and len(body) < characters:
        following = [(char, after) for char in CHARACTERS if (after := step(state, char)) is not None]
        assert following, f"nothing may follow {body!r} in {key}"
        char, state = rng.choices(following, [_LIKELY.get(char, 1.0) for char, _ in following])[0]
        body += char
    return f"X:1\nT:Tied\nM:4/4\nL:1/8\nK:{key}\n{body}{'' if is_whole(state) else rest_of_tune(state)}"
