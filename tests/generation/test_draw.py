"""Tunes drawn from the embedded model: valid, what was asked for, and the same for the same seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from transformers import GenerationConfig

from abcgen.errors import GenerationError, ScoreError, UsageError
from abcgen.generation import Controls, Sampling, TuneSource
from abcgen.generation.draw import judge
from abcgen.generation.sampling import GumbelProcessor, HeaderProcessor, gumbel, header_slots, processors
from abcgen.models import load_model
from abcgen.notation import Tune, parse_tune, write_abc
from abcgen.resources import embedded_model
from abcgen.scores import check

GOOD = "X:1\nR:jig\nM:6/8\nL:1/8\nK:Edor\n|:B|E2EEFG|B2BBAG|FEDFED|E3E2:|\n"


@pytest.fixture(scope="module")
def loaded() -> tuple[Any, Any]:
    return load_model(embedded_model())


def texts(loaded: tuple[Any, Any], n: int, controls: Controls = Controls(), seed: int = 3) -> list[str]:  # noqa: B008
    return [write_abc(found.tune) for found in TuneSource(*loaded, controls, seed=seed).tunes(n)]


def test_tunes_are_valid_and_what_was_asked(loaded: tuple[Any, Any]) -> None:
    source = TuneSource(*loaded, Controls("jig", "6/8", "E dorian"), seed=5)
    found = list(source.tunes(3))
    for generated in found:
        tune = parse_tune(write_abc(generated.tune))
        assert tune.problems == ()
        assert (tune.rhythm, tune.meter.plain(), tune.key.plain()) == ("jig", "6/8", "Edor")
    assert source.report.tunes == 3
    assert source.report.draws == sum(generated.draws for generated in found)
    assert source.report.draws - 3 == sum(source.report.reasons.values())


def test_same_seed_same_tunes_whatever_the_number(loaded: tuple[Any, Any]) -> None:
    three = texts(loaded, 3)
    assert texts(loaded, 3) == three
    assert texts(loaded, 1) == three[:1]
    assert texts(loaded, 1, seed=4) != three[:1]
    assert len(set(three)) == 3


def test_settings_that_came_with_a_model_do_not_steer_our_draws(loaded: tuple[Any, Any]) -> None:
    expected = texts(loaded, 1)
    own = loaded[0].generation_config
    loaded[0].generation_config = GenerationConfig(max_length=30, do_sample=True, bad_words_ids=[[2]])
    try:
        assert texts(loaded, 1) == expected
        assert loaded[0].generation_config.max_length == 30
    finally:
        loaded[0].generation_config = own


def test_plain_generate_writes_a_whole_tune(loaded: tuple[Any, Any]) -> None:
    model, tokenizer = loaded
    prompt = tokenizer("X:1\nR:jig\nM:6/8\nL:1/8\nK:D\n", return_tensors="pt")
    torch.manual_seed(1)
    written = model.generate(**prompt)[0]
    assert written[-1] == tokenizer.eos_token_id
    assert len(written) > 40


def test_an_unusual_key_is_spelled_where_it_has_no_token(loaded: tuple[Any, Any]) -> None:
    source = TuneSource(*loaded, Controls(meter="4/4", key="D ^g"), seed=1)
    draws = list(source.raw(2))
    assert all(draw.text.startswith("X:1\n") and "\nK:D ^g\n" in draw.text for draw in draws)


def test_greedy_either_gives_a_valid_tune_or_says_so(loaded: tuple[Any, Any]) -> None:
    source = TuneSource(*loaded, Controls("jig", "6/8", "D"), Sampling(temperature=0))
    try:
        assert next(source.tunes(1)).tune.problems == ()
    except GenerationError as error:
        assert "greedy" in str(error)


def test_a_model_that_cannot_write_tunes_is_given_up_on(loaded: tuple[Any, Any]) -> None:
    source = TuneSource(*loaded, Controls(), Sampling(temperature=5, top_p=1, max_draws=2, max_tokens=60))
    with pytest.raises(GenerationError, match="none of 2 draws was valid"):
        list(source.tunes(1))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (GOOD, ""),
        (GOOD.replace("B2BBAG", "B2BBAGA"), "bar-length"),
        (GOOD.replace("B2BBAG", "B2BBA"), "bar-length"),
        (GOOD.replace(":|", ""), "bad-repeat"),
        (GOOD.replace("|:B|", "|:"), "pickup-length"),
        (GOOD.replace("E2E", "E2 E"), "not-canonical"),
        (GOOD.replace("6/8", "3/4"), "not-what-was-asked"),
        (GOOD.replace("Edor", "D"), "not-what-was-asked"),
        (GOOD.replace("B2BBAG|FEDFED|", ""), "too-short"),
    ],
)
def test_judgement(text: str, reason: str) -> None:
    assert judge(text, Controls("jig", "6/8", "Edor")).reason == reason


def test_music21_has_its_say() -> None:
    assert judge(GOOD, Controls(), score_check=lambda _: "one note less").reason == "music21"


def test_the_header_is_forced_in_its_order(loaded: tuple[Any, Any]) -> None:
    tokenizer = loaded[1]

    def token(text: str) -> int:
        return int(tokenizer.convert_tokens_to_ids(text))

    header = HeaderProcessor(header_slots(tokenizer, Controls(key="Edor")), 2, [])
    first = header.allowed([])
    assert first is not None
    assert {token("R:jig\n"), token("M:6/8\n")} <= first
    assert token("K:D\n") not in first
    assert header.allowed([token("R:jig\n")]) == {
        i for i in first if tokenizer.convert_ids_to_tokens(i)[0] == "M"
    }
    assert header.allowed([token("M:6/8\n")]) == {token("L:1/8\n")}
    assert header.allowed([token("M:6/8\n"), token("L:1/8\n")]) == {token("K:Edor\n")}
    assert header.allowed([token("M:6/8\n"), token("L:1/8\n"), token("K:Edor\n")]) is None


def test_noise_hangs_on_key_and_step_alone() -> None:
    one = gumbel((7, 1 << 20), 5, 100)
    assert np.array_equal(one, gumbel((7, 1 << 20), 5, 100))
    assert not np.array_equal(one, gumbel((7, 1 << 20), 6, 100))
    assert not np.array_equal(one, gumbel((8, 1 << 20), 5, 100))
    assert np.isfinite(one).all()


def test_argmax_over_the_noise_draws_the_distribution() -> None:
    logits = torch.tensor([2.0, 1.0, 0.0, -1.0])
    drawn = [int((logits.numpy() + gumbel((1, i), 0, 4)).argmax()) for i in range(4000)]
    shares = np.bincount(drawn, minlength=4) / 4000
    assert np.abs(shares - logits.softmax(0).numpy()).max() < 0.03


def test_temperature_and_top_p_reach_the_draw() -> None:
    scores = torch.tensor([[2.0, 1.5, 0.0, -3.0]])
    ids = torch.zeros((1, 3), dtype=torch.int64)
    header, noise = HeaderProcessor([], 3, []), GumbelProcessor(1, [(0, 0)], 3)

    def changed(**settings: float) -> torch.Tensor:
        chain = processors([header], noise, Sampling(**settings))  # type: ignore[arg-type]
        without_noise = [step for step in chain if not isinstance(step, GumbelProcessor)]
        out = scores
        for step in without_noise:
            out = step(ids, out)
        return out[0]

    assert changed(temperature=1.0, top_p=1.0).tolist() == scores[0].tolist()
    assert changed(temperature=0.5, top_p=1.0).tolist() == (scores[0] * 2).tolist()
    kept = torch.isfinite(changed(temperature=1.0, top_p=0.6)).tolist()
    assert kept == [True, True, False, False]
    assert torch.isfinite(changed(temperature=1e-320, top_p=1.0)).all()
    assert len(processors([header], noise, Sampling(temperature=0.0))) == 1


def test_music21_is_asked_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judgement that draws go through, not one that is handed in."""

    def refuse(tune: Tune) -> bytes:
        raise ScoreError("one note less")

    monkeypatch.setattr(check, "to_midi", refuse)
    assert judge(GOOD, Controls()).reason == "music21"


def test_the_report_counts_tunes_drawn_again(loaded: tuple[Any, Any]) -> None:
    source = TuneSource(*loaded, Controls(key="Edor"), seed=2)
    found = list(source.tunes(6))
    assert source.report.redrawn == sum(generated.draws > 1 for generated in found)
    assert 0 < source.report.redrawn < 6


def test_a_metre_that_the_model_does_not_know_is_refused_at_once(loaded: tuple[Any, Any]) -> None:
    with pytest.raises(UsageError, match=r"knows no metre 17/16; it knows .*6/8"):
        TuneSource(*loaded, Controls(meter="17/16"))


@pytest.mark.parametrize("key", ["D ^g", "D exp ^f", "A _b"])
def test_accidentals_beside_the_key_are_in_what_is_handed_out(loaded: tuple[Any, Any], key: str) -> None:
    (found,) = TuneSource(*loaded, Controls("jig", "6/8", key), seed=1).tunes(1)
    assert parse_tune(write_abc(found.tune)).key.plain() == key
