from __future__ import annotations

import json

import pytest
import torch
from models.tiny import make_recurrent, make_tokenizer
from safetensors.torch import load_file, save_file

from abcgen.errors import ModelError
from abcgen.models import load_model, load_tokenizer


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "model"
    make_recurrent().save_pretrained(place)
    make_tokenizer().save_pretrained(place)
    return place


def test_it_gives_float32_weights_ready_to_be_used(folder):
    make_recurrent().to(torch.bfloat16).save_pretrained(folder)
    model, tokenizer = load_model(folder)
    assert model.dtype == torch.float32
    assert not model.training
    assert tokenizer("C")["input_ids"][0] == 1


def spoil_nothing_there(folder):
    for file in folder.iterdir():
        file.unlink()


def spoil_pickled(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def spoil_weights(folder):
    (folder / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")


def spoil_cut(folder):
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])


def spoil_config(folder):
    (folder / "config.json").write_text("{not json")


def spoil_type(folder):
    (folder / "config.json").write_text(json.dumps({"model_type": "nobody-knows-it"}))


def spoil_width(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"hidden_size": 25}))


def spoil_depth(folder):
    (folder / "config.json").write_text("[" * 200_000)


def spoil_shape(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"vocab_size": config["vocab_size"] + 8}))


def spoil_layers(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": -3}))


def spoil_numbers(folder):
    weights = load_file(folder / "model.safetensors")
    first = next(iter(weights))
    spoiled = weights | {first: weights[first] * float("nan")}
    save_file(spoiled, folder / "model.safetensors", {"format": "pt"})


def spoil_tokenizer(folder):
    (folder / "tokenizer.json").write_text("[]")


def spoil_no_tokenizer(folder):
    (folder / "tokenizer.json").unlink()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (spoil_nothing_there, "no config.json"),
        (spoil_pickled, "pickled"),
        (spoil_weights, "do not fit"),
        (spoil_cut, "cannot load the model"),
        (spoil_config, "not a model's configuration"),
        (spoil_type, "nobody-knows-it"),
        (spoil_width, "do not fit|cannot load"),
        (spoil_shape, r"do not fit its config.json: (model\.)?\w*\.weight"),
        (spoil_depth, "not a model's configuration"),
        (spoil_layers, "do not fit|cannot load"),
        (spoil_numbers, "are no numbers"),
        (spoil_tokenizer, "cannot load the tokenizer"),
        (spoil_no_tokenizer, "tokenizer.json is not there"),
    ],
)
def test_a_spoiled_folder_is_one_clear_line(folder, spoil, says, caplog, capfd):
    spoil(folder)
    with pytest.raises(ModelError, match=says) as caught:
        load_model(folder)
    assert not caplog.records
    assert not any(capfd.readouterr())
    assert "\n" not in str(caught.value)
    assert str(folder) in str(caught.value)


def test_a_path_that_is_no_folder(tmp_path):
    with pytest.raises(ModelError, match="it is not there"):
        load_model(tmp_path / "absent")
    (tmp_path / "file").write_text("x")
    with pytest.raises(ModelError, match="it is a file"):
        load_model(tmp_path / "file")


def test_a_run_folder_points_to_its_best_model(tmp_path):
    (tmp_path / "best").mkdir()
    (tmp_path / "best" / "config.json").write_text("{}")
    with pytest.raises(ModelError, match=r"did you mean .*best"):
        load_model(tmp_path)


def test_code_in_the_folder_is_never_run(folder):
    (folder / "recurrent.py").write_text("raise SystemExit('run')")
    model, _ = load_model(folder)
    assert type(model).__module__ == "abcgen.models.recurrent"


def test_a_crafted_tokenizer_that_panics_is_a_model_error(folder):
    crafted = json.loads((folder / "tokenizer.json").read_text())
    crafted["normalizer"] = {"type": "Precompiled", "precompiled_charsmap": "/////w=="}
    (folder / "tokenizer.json").write_text(json.dumps(crafted))
    with pytest.raises(ModelError, match="tokenizer"):
        load_tokenizer(folder)
