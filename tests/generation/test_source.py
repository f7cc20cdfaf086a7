"""Tunes from models: valid, what was asked for, the same for the same seed, whatever draws them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import GenerationConfig, LogitsProcessorList

from abcgen.corpus.index import INDEX, CorpusIndex
from abcgen.errors import ModelError, UsageError
from abcgen.generation import Controls, Sampling, TuneProcessor, TuneSource
from abcgen.models import build_model
from abcgen.notation import parse_tune, to_dialect, write_abc
from abcgen.resources import embedded_model


def texts(loaded: tuple[Any, Any], n: int, controls: Controls = Controls(), seed: int = 3) -> list[str]:  # noqa: B008
    return [found.text for found in TuneSource(*loaded, controls, seed=seed).tunes(n)]


def test_tunes_are_valid_and_what_was_asked(loaded: tuple[Any, Any]) -> None:
    source = TuneSource(*loaded, Controls("jig", "6/8", "E dorian", form="AABB", bars=8), seed=5)
    found = list(source.tunes(3))
    for number, generated in enumerate(found, start=1):
        tune = parse_tune(write_abc(generated.tune))
        assert tune.problems == ()
        assert (tune.rhythm, tune.meter.plain(), tune.key.plain()) == ("jig", "6/8", "Edor")
        assert "%%" not in write_abc(generated.tune)
        assert generated.number == number
    assert source.report.tunes == 3
    assert "3 tunes in" in source.report.line()
    titles = [source.title(one) for one in found]
    assert len(set(titles)) == 3
    assert titles == [source.title(one) for one in found]


def test_same_seed_same_tunes_whatever_the_number(loaded: tuple[Any, Any]) -> None:
    three = texts(loaded, 3)
    assert texts(loaded, 3) == three
    assert texts(loaded, 1) == three[:1]
    assert texts(loaded, 1, seed=4) != three[:1]
    assert len(set(three)) == 3
    later = [found.text for found in TuneSource(*loaded, seed=3).tunes(2, first=1)]
    assert later == three[1:]


def test_a_folder_is_opened_without_transformers_code_of_models(loaded: tuple[Any, Any]) -> None:
    index = CorpusIndex.load(embedded_model() / INDEX)
    expected = [found.text for found in TuneSource(*loaded, seed=3, index=index).tunes(2)]
    assert [found.text for found in TuneSource.open(embedded_model(), seed=3).tunes(2)] == expected
    script = (
        "import sys; from abcgen.generation import TuneSource; from abcgen.resources import embedded_model;"
        "next(TuneSource.open(embedded_model(), seed=3).tunes(1));"
        "print([name for name in ('transformers', 'music21', 'datasets', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_other_models_are_opened_too(loaded: tuple[Any, Any], tmp_path: Path) -> None:
    model = build_model(loaded[1], "gru", "tiny", seed=3)
    model.save_pretrained(tmp_path)
    loaded[1].save_pretrained(tmp_path)
    (found,) = TuneSource.open(tmp_path, Controls(form="AB", bars=4)).tunes(1)
    assert found.tune.problems == ()


@pytest.mark.parametrize("kind", ["more tokens", "no numbers", "no such folder", "no JSON", "pickled"])
def test_a_folder_that_is_no_model(loaded: tuple[Any, Any], kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(embedded_model(), folder)
    if kind == "more tokens":
        state = {name: weight.clone() for name, weight in load_file(folder / "model.safetensors").items()}
        state["model.embed_tokens.weight"] = state["model.embed_tokens.weight"][:500].clone()
        save_file(state, folder / "model.safetensors")
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, "vocab_size": 500}))
    elif kind == "no numbers":
        state = {name: weight.clone() for name, weight in load_file(folder / "model.safetensors").items()}
        state["model.embedding_norm.weight"][0] = torch.nan
        save_file(state, folder / "model.safetensors")
    elif kind == "no such folder":
        folder = tmp_path / "none"
    elif kind == "no JSON":
        (folder / "config.json").write_text("{")
    else:
        (folder / "model.safetensors").rename(folder / "model.bin")
    with pytest.raises(ModelError):
        TuneSource.open(folder)


def test_tunes_come_in_order_though_short_ones_end_first(ignorant: tuple[Any, Any]) -> None:
    source = TuneSource(*ignorant, Controls(form="AB", bars=4, meter="2/4"), seed=1)
    found = list(source.tunes(70))  # more than go through the model together
    assert [generated.number for generated in found] == list(range(1, 71))
    alone = TuneSource(*ignorant, Controls(form="AB", bars=4, meter="2/4"), seed=1)
    assert [next(alone.tunes(1, first=number)).text for number in (0, 64, 69)] == [
        found[number].text for number in (0, 64, 69)
    ]


def test_bars_come_as_they_are_written(loaded: tuple[Any, Any]) -> None:
    source = TuneSource(*loaded, Controls("reel", form="AABA", bars=4), seed=2)
    (whole,) = source.tunes(1)
    pieces = list(source.bars())
    assert "".join(pieces) == whole.text
    assert pieces[0].endswith("\n")
    assert len(pieces) == 1 + len(parse_tune(whole.text).bars)


@pytest.mark.parametrize("architecture", ["lfm2", "gru"])
def test_plain_generate_draws_the_same(loaded: tuple[Any, Any], architecture: str) -> None:
    model, tokenizer = loaded
    if architecture != "lfm2":
        model = build_model(tokenizer, architecture, "tiny", seed=2)
    source = TuneSource(model, tokenizer, Controls(form="AB", bars=4), seed=9)
    expected = [found.text for found in source.tunes(2)]
    drawn = []
    for number in range(2):
        processor = TuneProcessor(source.rules, [number], seed=9)
        prompt = torch.tensor([[tokenizer.bos_token_id]])
        written = model.generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            logits_processor=LogitsProcessorList([processor]),
            do_sample=False,
            max_new_tokens=1500,
        )
        drawn.append(tokenizer.decode(written[0], skip_special_tokens=True))
    assert drawn == expected


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


@pytest.mark.parametrize("temperature", [0.0, 1e-9, 1.0, 5.0])
@pytest.mark.parametrize("which", ["loaded", "ignorant"])
def test_any_temperature_gives_tunes(which: str, temperature: float, request: pytest.FixtureRequest) -> None:
    source = TuneSource(*request.getfixturevalue(which), Controls(), Sampling(temperature, top_p=1.0), seed=1)
    assert all(found.tune.problems == () for found in source.tunes(2))


@pytest.mark.parametrize("key", ["D ^g", "D exp ^f", "A _b"])
def test_accidentals_beside_the_key_are_in_what_is_handed_out(loaded: tuple[Any, Any], key: str) -> None:
    (found,) = TuneSource(*loaded, Controls("jig", "6/8", key), seed=1).tunes(1)
    assert parse_tune(write_abc(found.tune)).key.plain() == key


def test_the_music_is_what_it_is_in_the_key_with_its_accidentals(ignorant: tuple[Any, Any]) -> None:
    """A G that is sharp in the key is no G: of a narrow range none is left, and no chord has a note twice."""
    asked = Controls(meter="2/4", key="Glyd ^g", range="Bb2..F4", form="AB", bars=2)
    for found in TuneSource(*ignorant, asked, Sampling(5.0), seed=3).tunes(8):
        tune = parse_tune(write_abc(found.tune))
        to_dialect(tune)
        heard = {pitch.midi for bar in tune.bars for event in bar.events for pitch in event.pitches}
        assert 46 <= min(heard) <= max(heard) <= 65


def test_a_metre_without_a_token_is_spelled(loaded: tuple[Any, Any]) -> None:
    (found,) = TuneSource(*loaded, Controls(meter="17/16", form="AB", bars=4), seed=1).tunes(1)
    assert found.tune.meter.plain() == "17/16"
    assert found.tune.problems == ()


def test_numbers_that_no_tune_has(loaded: tuple[Any, Any]) -> None:
    source = TuneSource(*loaded)
    for first in (-1, 2**40, 2**40 - 1):
        with pytest.raises(UsageError, match=r"cannot be asked for; their numbers are 0 to 2\^40 - 1"):
            next(source.tunes(2, first))
    with pytest.raises(UsageError, match="tunes -1 to -1 cannot be"):
        next(source.bars(-1))
    assert next(source.tunes(1, 2**40 - 1)).number == 2**40


@pytest.mark.parametrize("wish", [{"endings": "no"}, {"bars": "8"}, {"length": 2.5}])
def test_wishes_of_another_kind_are_refused(wish: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Controls(**wish)
