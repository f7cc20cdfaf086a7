"""The mask of a bar lets through those tokens, and those alone, whose characters the acceptor takes."""

from __future__ import annotations

import random
import sys
from typing import Any

import numpy as np
import pytest

from abcgen.errors import ModelError
from abcgen.generation import Vocabulary, masks
from abcgen.generation.masks import BarMasks, Node, told_pitch
from abcgen.notation import bar as bars
from abcgen.notation.acceptor import sounds
from abcgen.notation.beginnings import TICKS
from abcgen.notation.form import Laid, Layout, parts_of
from abcgen.notation.frame import CHARACTERS, BarState
from abcgen.notation.key import parse_key
from abcgen.notation.tonality import tonic_of


def walked(bar: BarState, text: str | None) -> BarState | None:
    """The state after the characters of a token, if they may come, and leave music and bar line apart."""
    if not text:
        return None
    lines = bar.place == "line"
    for char in text:
        found = bars.step(bar, char)
        if found is None:
            return None
        bar = found
    return bar if lines or bar.place != "line" or text[0] in "|:" else None


def expected(bar: BarState, vocabulary: Vocabulary) -> list[bool]:
    return [walked(bar, text) is not None for text in vocabulary.texts]


def tokenizer_of(texts: list[str]) -> Any:
    """A tokenizer with these tokens; the first two are the marks of a text."""
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    words = {text: token for token, text in enumerate(texts)}
    backend = Tokenizer(models.WordLevel(words, unk_token=texts[1]))
    return PreTrainedTokenizerFast(tokenizer_object=backend, bos_token=texts[0], eos_token=texts[1])


def nodes(vocabulary: Vocabulary, seed: int, count: int) -> list[tuple[BarMasks, Node, BarState]]:
    """Nodes of bars that a random writer comes to, and what the acceptor says of the same characters."""
    rng = random.Random(seed)
    found: list[tuple[BarMasks, Node, BarState]] = []
    while len(found) < count:
        made = BarMasks(vocabulary)
        meter, key = rng.choice(["6/8", "4/4", "7/8", "3/4"]), rng.choice(["D", "Gm", "F#phr", "Hp"])
        pitches = rng.choice([(1 << 88) - (1 << 55), sum(1 << midi for midi in (62, 64, 66, 69, 74))])
        final = pitches & rng.choice([0, tonic_of("D"), ~tonic_of("D")])
        heard = sounds(meter, key, single=True)._replace(
            pitches=pitches,
            chords=rng.random() < 0.8,
            final=final,
            last=rng.choice([0, 8, 16, 24]) * TICKS,
        )
        place = Laid(Layout(heard, parts_of("AB"), 2)).opened("")
        for _ in range(4):
            bar = bars.new_bar(place.frame())
            node = made.node(bar)
            text = pitch = ""
            while node.line is None or rng.random() < 0.1:
                found.append((made, node, bar))
                tokens = np.flatnonzero(made.mask(node)).tolist()
                if not tokens:
                    assert node.line, node.bar
                    break
                token = rng.choice(tokens)
                step, after = made.step(node, token, pitch), walked(bar, vocabulary.texts[token])
                assert step is not None
                assert after is not None
                (node, pitch), bar = step, after
                assert told_pitch(node.bar, pitch) == bar
                text += vocabulary.texts[token] or ""
            place = place.after(node.line or "", node.bar.used, text.rstrip("|:]12\n"))
            if (node.line or "\n").endswith("\n"):
                break
    return found


@pytest.mark.parametrize("seed", [1, 2, pytest.param(3, marks=pytest.mark.slow)])
def test_a_mask_is_what_the_acceptor_takes(vocabulary: Vocabulary, seed: int) -> None:
    places, finals = set(), 0
    for made, node, bar in nodes(vocabulary, seed, 400 if seed < 3 else 5000):
        assert made.mask(node).tolist() == expected(bar, vocabulary), bar
        places.add(bar.place)
        finals += bar.frame.final > 0
    assert finals > 50
    assert places >= {"music", "pitch", "length", "chord", "tuplet", "line"}


def test_ties_within_tokens() -> None:
    """Such a token may tie its note over the bar line, which hangs on more than what fills the bar."""
    pieces = ["A2-", "A,2", "2-", "-A", "A/2-A/2", "[CE]-", "z2", "(3ABc", ":|"]
    texts = ["<s>", "</s>", "K:C\n", *CHARACTERS, *pieces]
    vocabulary = Vocabulary(tokenizer_of(texts))
    tied = [token for token, text in enumerate(texts) if "-" in text and len(text) > 1]
    came = 0
    for made, node, bar in nodes(vocabulary, 4, 2000):
        mask = made.mask(node)
        assert mask.tolist() == expected(bar, vocabulary), bar
        came += mask[tied].any() and bar.room == 2 * 8 * TICKS  # of these one may fill the bar
    assert came


def test_a_bar_may_not_be_what_it_must_not_be(vocabulary: Vocabulary) -> None:
    frame = Laid(Layout(sounds("2/4", "D", single=True), parts_of("AB"), 2)).opened("").frame()
    made = BarMasks(vocabulary)
    node = made.node(bars.new_bar(frame._replace(avoided=("z4",))))
    assert made.mask(node).tolist() == expected(node.bar, vocabulary)


def test_memory_is_bounded(vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masks, "MOST_NODES", 50)
    frame = Laid(Layout(sounds("4/4", "D", single=True), parts_of("AB"), 2)).opened("").frame()
    made = BarMasks(vocabulary)
    node = made.node(bars.new_bar(frame))
    for token in np.flatnonzero(made.mask(node)).tolist():
        following = made.step(node, token, "")
        assert following is not None
        assert made.mask(following[0]).any()
        assert len(made._nodes) <= 52


def test_what_is_remembered_of_two_nodes_keeps_them(vocabulary: Vocabulary) -> None:
    """Else one that is gone could lend its address, and its mask, to another."""
    made = BarMasks(vocabulary)
    frame = Laid(Layout(sounds("2/4", "D", single=True), parts_of("AB"), 2)).opened("").frame()
    one, other = (
        made.node(bars.new_bar(frame._replace(signature=parse_key(key).alters))) for key in ("D", "Gm")
    )
    made._forget()
    held = sys.getrefcount(one), sys.getrefcount(other)
    assert made.either(one, other).tolist() == (made.mask(one) | made.mask(other)).tolist()
    assert sys.getrefcount(one) > held[0]
    assert sys.getrefcount(other) > held[1]


def test_a_tokenizer_without_header_lines_cannot_steer() -> None:
    with pytest.raises(ModelError, match="no tokens for header lines"):
        Vocabulary(tokenizer_of(["<s>", "</s>", "A"]))
