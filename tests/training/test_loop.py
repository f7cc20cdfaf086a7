"""Whole runs, small: what they leave, that they resume to the last bit, and what they refuse."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from models.tiny import make_workplace
from safetensors.torch import load_file

from abcgen.errors import CheckpointError, CorpusError, ModelError, OutputError
from abcgen.evaluation import body_bits, body_bytes
from abcgen.evaluation.rows import load_rows
from abcgen.models import load_model
from abcgen.training import loop
from abcgen.training.loop import train
from abcgen.training.recipe import recipe_from


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return make_workplace(tmp_path_factory.mktemp("place"))


def make_recipe(place, folder, **settings):
    values = {
        **place,
        "output_dir": str(folder),
        "model": {"architecture": "lstm", "size": "tiny", "dropout": 0.2},
        "max_steps": 12,
        "tokens_per_batch": 512,
        "learning_rate": 5e-3,
        "eval_steps": 5,
        "logging_steps": 4,
        "ema_decay": 0.9,
        **settings,
    }
    return recipe_from(values)


def files_of(folder):
    """Every tensor file of the newest checkpoint, as bytes; and what its state says of the run."""
    newest = sorted((Path(folder) / "checkpoints").glob("step-*"))[-1]
    progress = json.loads((newest / "state.json").read_text())["progress"]
    del progress["elapsed"]
    return {file.name: file.read_bytes() for file in newest.glob("*.safetensors")} | {"progress": progress}


class StopAt(loop.StopSignal):
    """A Ctrl-C that comes in the middle of a certain step."""

    step = 7

    def __init__(self):
        super().__init__()
        self.asked = 0

    @property
    def received(self):
        self.asked += 1
        return signal.SIGINT if self.asked >= self.step else 0

    @received.setter
    def received(self, value):
        pass


@pytest.fixture(scope="module")
def whole(place, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "run"
    return train(make_recipe(place, folder))


@pytest.mark.parametrize("kind", ["lstm", "gpt_neox"])
def test_a_stopped_run_ends_in_the_same_bits_as_one_that_was_not(kind, place, tmp_path, monkeypatch):
    model = {"architecture": kind, "size": "tiny", "dropout": 0.2}
    settings = {"model": model, "max_steps": 20, "bf16": kind == "gpt_neox"}
    train(make_recipe(place, tmp_path / "one", **settings))
    with monkeypatch.context() as patch:
        patch.setattr(loop, "StopSignal", StopAt)
        stopped = train(make_recipe(place, tmp_path / "two", **settings))
    assert (stopped.step, stopped.signal) == (7, signal.SIGINT)
    done = train(make_recipe(place, tmp_path / "two", **settings), resume=True)
    assert (done.step, done.signal) == (20, 0)
    assert files_of(tmp_path / "two") == files_of(tmp_path / "one")
    logs = [(tmp_path / name / "log.jsonl").read_text().splitlines() for name in ("one", "two")]
    for first, second in zip(*logs, strict=True):
        volatile = {"elapsed": 0, "tokens_per_second": 0}
        assert json.loads(first) | volatile == json.loads(second) | volatile


def test_a_run_learns_and_leaves_a_model_that_measures_as_it_said(whole, place):
    rows = load_rows(place["corpus"], ("train", "validation"))
    model, tokenizer = load_model(whole.model)
    bits = body_bits(model, tokenizer, rows["validation"]).sum()
    assert bits / body_bytes(rows["validation"]).sum() == pytest.approx(whole.best_bpb, rel=1e-6)
    log = [json.loads(line) for line in (whole.output_dir / "log.jsonl").read_text().splitlines()]
    scores = {record["step"]: record["bpb"] for record in log if "bpb" in record}
    assert list(scores) == [5, 10, 12]
    assert scores[whole.best_step] == min(scores.values()) == whole.best_bpb
    assert scores[12] < scores[5]
    losses = [record for record in log if "loss" in record]
    assert [record["step"] for record in losses] == [4, 8, 12]
    assert losses[-1]["loss"] < losses[0]["loss"]
    assert {"lr", "tokens_per_second", "elapsed", "epoch"} <= losses[0].keys()


def test_the_best_folder_is_complete(whole, place):
    rows = load_rows(place["corpus"], ("train", "validation"))
    ids = sorted(row["id"] for split in rows.values() for row in split)
    assert (whole.model / "train_hashes.txt").read_text().split() == ids
    assert recipe_from(yaml.safe_load((whole.model / "recipe.yaml").read_text())).max_steps == 12
    names = {file.name for file in whole.model.iterdir()}
    assert {"config.json", "generation_config.json", "model.safetensors", "tokenizer.json"} <= names
    assert (whole.model / "tokenizer.json").read_bytes() == (
        Path(place["tokenizer"]) / "tokenizer.json"
    ).read_bytes()
    assert (whole.output_dir / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_averaged_weights_are_what_is_kept(whole):
    newest = sorted((whole.output_dir / "checkpoints").glob("step-*"))[-1]
    kept = load_file(whole.model / "model.safetensors")
    assert whole.best_step == 12
    average, raw = load_file(newest / "average.safetensors"), load_file(newest / "model.safetensors")
    assert kept["projection.weight"].equal(average["projection.weight"])
    assert not kept["projection.weight"].equal(raw["projection.weight"])


def test_two_checkpoints_are_kept_and_nothing_is_pickled(whole):
    folder = whole.output_dir / "checkpoints"
    assert [place.name for place in sorted(folder.iterdir())] == ["step-00000010", "step-00000012"]
    assert {file.suffix for file in folder.rglob("*.*") if file.is_file()} == {".safetensors", ".json"}


def test_a_folder_with_a_run_is_refused_and_a_finished_run_resumes_to_itself(whole, place):
    recipe = make_recipe(place, whole.output_dir)
    with pytest.raises(OutputError, match=r"holds a run already.*--resume"):
        train(recipe)
    before = files_of(whole.output_dir)
    again = train(recipe, resume=True)
    assert (again.step, again.best_bpb) == (whole.step, whole.best_bpb)
    assert files_of(whole.output_dir) == before


def test_another_recipe_corpus_or_tokenizer_is_refused(whole, place, tmp_path):
    with pytest.raises(CheckpointError, match=r"another recipe: learning_rate 0.005, now 0.001"):
        train(make_recipe(place, whole.output_dir, learning_rate=1e-3), resume=True)
    (tmp_path / "place").mkdir()
    other = make_workplace(tmp_path / "place", train=47)
    with pytest.raises(CheckpointError, match="another corpus"):
        train(make_recipe({**place, "corpus": other["corpus"]}, whole.output_dir), resume=True)
    tokenizer = Path(other["tokenizer"]) / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text() + "\n")
    with pytest.raises(CheckpointError, match="another tokenizer"):
        train(make_recipe({**place, "tokenizer": other["tokenizer"]}, whole.output_dir), resume=True)


def flip_a_bit(file):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))


def test_a_damaged_checkpoint_falls_back_to_the_one_before_and_then_is_refused(place, tmp_path, capsys):
    recipe = make_recipe(place, tmp_path / "run")
    train(recipe)
    expected = files_of(tmp_path / "run")
    first, second = sorted((tmp_path / "run" / "checkpoints").glob("step-*"))
    flip_a_bit(second / "optimizer.safetensors")
    done = train(recipe, resume=True)
    assert "optimizer.safetensors is not the one" in capsys.readouterr().out
    assert done.step == 12
    assert files_of(tmp_path / "run") == expected
    flip_a_bit(first / "model.safetensors")
    (second / "sums.json").unlink()
    with pytest.raises(CheckpointError, match=r"no whole checkpoint is left: .*sums.json is not there"):
        train(recipe, resume=True)


def test_what_a_killed_process_left_is_cleared_away(place, tmp_path):
    checkpoints = tmp_path / "run" / "checkpoints"
    leftover = checkpoints / ".step-00000005.abc.tmp"
    leftover.mkdir(parents=True)
    (leftover / "model.safetensors").write_bytes(b"half")
    train(make_recipe(place, tmp_path / "run", max_steps=2), resume=True)
    assert not leftover.exists()


def test_a_loss_that_is_no_number_stops_the_run_and_names_the_step(place, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "learning_rate", lambda recipe, step, total: 1e30)
    with pytest.raises(ModelError, match=r"at step [2-9].*lower learning_rate"):
        train(make_recipe(place, tmp_path / "run"))


def test_callers_see_every_evaluation_and_their_figures_are_logged(place, tmp_path):
    seen = []

    def judge(step, model, tokenizer):
        seen.append((step, model.training, tokenizer.eos_token))
        return {"valid": 0.5}

    train(make_recipe(place, tmp_path / "run", max_steps=6), on_evaluation=judge)
    assert seen == [(5, False, "</s>"), (6, False, "</s>")]
    assert (tmp_path / "run" / "log.jsonl").read_text().count('"valid": 0.5') == 2


def test_no_corpus_and_no_tokenizer(place, tmp_path):
    with pytest.raises(CorpusError, match="is no corpus"):
        train(make_recipe({**place, "corpus": "absent"}, tmp_path / "run"))
    with pytest.raises(ModelError, match="no tokenizer"):
        train(make_recipe({**place, "tokenizer": "absent"}, tmp_path / "run"))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow)],
)
def test_a_signal_leaves_a_checkpoint_a_word_and_its_code(number, code, place, tmp_path):
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(make_recipe(place, tmp_path / "run", max_steps=100_000, eval_steps=100_000).as_yaml())
    command = [sys.executable, "-m", "abcgen.training", str(recipe)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    log, patience = tmp_path / "run" / "log.jsonl", time.monotonic() + 60
    while not (log.is_file() and log.stat().st_size) and time.monotonic() < patience:
        time.sleep(0.05)
    os.kill(process.pid, number)
    told, _ = process.communicate(timeout=60)
    assert process.returncode == code
    assert f"go on with: abcgen train {recipe} --resume" in told
    assert len(list((tmp_path / "run" / "checkpoints").glob("step-*"))) == 1
