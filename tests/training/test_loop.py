"""Whole runs, small: what they leave, that they resume to the last bit, and what they refuse."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
import weakref
from importlib.util import find_spec
from pathlib import Path

import datasets
import pytest
import torch
import yaml
from accelerate import Accelerator
from models.tiny import make_tokenizer, make_workplace
from safetensors.torch import load_file

from abcgen.corpus.index import INDEX, CorpusIndex
from abcgen.errors import CheckpointError, CorpusError, ModelError, OutputError, UsageError
from abcgen.evaluation import body_bits, body_bytes
from abcgen.evaluation.rows import load_rows
from abcgen.models import load_model
from abcgen.models.places import read_manifests
from abcgen.training import loop
from abcgen.training.command import Wishes, run_command
from abcgen.training.loop import train
from abcgen.training.recipe import recipe_from

STOPPING = (signal.SIGINT, signal.SIGTERM)


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


def test_nothing_holds_the_model_any_more_when_processes_part(place, tmp_path, monkeypatch):
    """Else the last of it is freed after its group of processes, which can wait for ever."""
    models, held = [], []
    prepare, end = loop.prepare_run, Accelerator.end_training

    def prepared(recipe, data):
        run = prepare(recipe, data)
        models.append(weakref.ref(run.model))
        return run

    def ended(accelerator):
        held.append([model for model in models if model() is not None])
        end(accelerator)

    monkeypatch.setattr(loop, "prepare_run", prepared)
    monkeypatch.setattr(Accelerator, "end_training", ended)
    train(make_recipe(place, tmp_path / "run", max_steps=2))
    assert held == [[]]


def files_of(folder):
    """Every tensor file of the newest checkpoint, as bytes; and what its state says of the run."""
    newest = sorted((Path(folder) / "checkpoints").glob("step-*"))[-1]
    progress = json.loads((newest / "state.json").read_text())["progress"]
    del progress["elapsed"]
    return {file.name: file.read_bytes() for file in newest.glob("*.safetensors")} | {"progress": progress}


@pytest.fixture
def spared():
    """Signals that nobody noted, instead of the end of these tests."""
    came = []
    before = {number: signal.signal(number, lambda *_: came.append(1)) for number in STOPPING}
    yield came
    for number, handler in before.items():
        signal.signal(number, handler)


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


@pytest.mark.parametrize(
    ("kind", "optim"), [("lstm", "adamw_torch"), ("lfm2", "adamw_torch"), ("lfm2", "muon")]
)
def test_a_stopped_run_ends_in_the_same_bits_as_one_that_was_not(kind, optim, place, tmp_path, monkeypatch):
    model = {"architecture": kind, "size": "tiny", "dropout": 0.2}
    settings = {"model": model, "max_steps": 20, "bf16": kind == "lfm2", "optim": optim}
    train(make_recipe(place, tmp_path / "one", **settings))
    with monkeypatch.context() as patch:
        patch.setattr(loop, "StopSignal", StopAt)
        stopped = train(make_recipe(place, tmp_path / "two", **settings))
    assert (stopped.step, stopped.signal) == (7, signal.SIGINT)
    assert CorpusIndex.load(stopped.model / INDEX).tunes
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
    assert all("torch" in record["machine"] for record in log if "bpb" in record)


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
    assert CorpusIndex.load(whole.model / INDEX).tunes == len(load_rows(place["corpus"], ("train",))["train"])


def test_averaged_weights_are_what_is_kept(whole):
    newest = sorted((whole.output_dir / "checkpoints").glob("step-*"))[-1]
    kept = load_file(whole.model / "model.safetensors")
    assert whole.best_step == 12
    average, raw = load_file(newest / "average.safetensors"), load_file(newest / "model.safetensors")
    assert kept["projection.weight"].equal(average["projection.weight"])
    assert not kept["projection.weight"].equal(raw["projection.weight"])


@pytest.mark.parametrize("name", ["_checkpoint", "_show"])
def test_a_run_that_dies_beside_its_first_checkpoint_is_gone_on_from(name, place, tmp_path, monkeypatch):
    def die(run):
        raise KeyboardInterrupt

    whole = train(make_recipe(place, tmp_path / "whole", max_steps=5))
    with monkeypatch.context() as patch:
        patch.setattr(loop, name, die)
        with pytest.raises(KeyboardInterrupt):
            train(make_recipe(place, tmp_path / "run", max_steps=5))
    assert not (tmp_path / "run" / "best").exists()
    done = train(make_recipe(place, tmp_path / "run", max_steps=5), resume=name == "_show")
    for part in ("best/model.safetensors", "curves.png"):
        assert (done.output_dir / part).read_bytes() == (whole.output_dir / part).read_bytes()


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
    with pytest.raises(CheckpointError, match=r"another recipe: weight_decay 0.1, now 0.2"):
        train(make_recipe(place, whole.output_dir, weight_decay=0.2), resume=True)
    (tmp_path / "place").mkdir()
    other = make_workplace(tmp_path / "place", train=47)
    with pytest.raises(CheckpointError, match="another corpus"):
        train(make_recipe({**place, "corpus": other["corpus"]}, whole.output_dir), resume=True)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        tokenizer = Path(other["tokenizer"]) / name
        before = tokenizer.read_text()
        tokenizer.write_text(before + "\n")
        with pytest.raises(CheckpointError, match="another tokenizer"):
            train(make_recipe({**place, "tokenizer": other["tokenizer"]}, whole.output_dir), resume=True)
        tokenizer.write_text(before)


@pytest.mark.parametrize("column", ["steering", "cluster"])
def test_what_decides_the_variations_of_a_tune_belongs_to_the_corpus(column, whole, place, tmp_path):
    corpus = datasets.load_from_disk(place["corpus"])
    corpus["train"] = corpus["train"].add_column(column, ["%%form AB"] * len(corpus["train"]))
    corpus.save_to_disk(str(tmp_path / "corpus"))
    with pytest.raises(CheckpointError, match="another corpus"):
        train(make_recipe({**place, "corpus": str(tmp_path / "corpus")}, whole.output_dir), resume=True)


def test_a_checkpoint_past_the_end_of_its_epoch_is_refused(place, tmp_path, monkeypatch):
    train(make_recipe(place, tmp_path / "run", max_steps=6))
    cut = loop.epoch_batches
    monkeypatch.setattr(loop, "epoch_batches", lambda *given, **named: cut(*given, **named)[:1])
    load = loop.load_checkpoint

    def in_the_middle(*given):
        tensors, progress = load(*given)
        progress.step, progress.position = 5, 3
        return tensors, progress

    monkeypatch.setattr(loop, "load_checkpoint", in_the_middle)
    with pytest.raises(CheckpointError, match="the checkpoint is past that"):
        train(make_recipe(place, tmp_path / "run", max_steps=6), resume=True)


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


@pytest.mark.parametrize(("keep", "kept"), [(1, [11]), (2, [10, 11])])
def test_a_fresh_checkpoint_outlives_a_damaged_one_of_a_later_step(keep, kept, place, tmp_path, monkeypatch):
    train(make_recipe(place, tmp_path / "run"))
    checkpoints = tmp_path / "run" / "checkpoints"
    flip_a_bit(checkpoints / "step-00000012" / "model.safetensors")
    with monkeypatch.context() as patch:
        patch.setattr(StopAt, "step", 1)
        patch.setattr(loop, "StopSignal", StopAt)
        stopped = train(make_recipe(place, tmp_path / "run", save_total_limit=keep), resume=True)
    assert stopped.step == 11
    assert [int(entry.name[5:]) for entry in sorted(checkpoints.iterdir())] == kept
    assert train(make_recipe(place, tmp_path / "run"), resume=True).step == 12


def test_what_a_killed_process_left_is_cleared_away(place, tmp_path):
    checkpoints = tmp_path / "run" / "checkpoints"
    leftover = checkpoints / ".step-00000005.abc.tmp"
    leftover.mkdir(parents=True)
    (leftover / "model.safetensors").write_bytes(b"half")
    train(make_recipe(place, tmp_path / "run", max_steps=2), resume=True)
    assert not leftover.exists()


def test_a_loss_that_is_no_number_stops_the_run_and_names_the_step(place, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "learning_rate", lambda recipe, step, total: 1e30)
    with pytest.raises(
        ModelError, match=r"at step [2-9] \(batch \d+ of epoch \d+\); begin again with a lower"
    ):
        train(make_recipe(place, tmp_path / "run"))


def test_a_run_that_came_to_nothing_leaves_the_folder_to_the_mended_one(place, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(loop, "learning_rate", lambda recipe, step, total: 1e30)
        with pytest.raises(ModelError):
            train(make_recipe(place, tmp_path / "run", logging_steps=1))
    assert (tmp_path / "run" / "log.jsonl").stat().st_size
    done = train(make_recipe(place, tmp_path / "run", learning_rate=1e-3, max_steps=2, logging_steps=1))
    assert done.step == 2
    log = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert [record["step"] for record in log] == [1, 2, 2]


def test_a_loss_that_is_no_number_leaves_the_checkpoint_before_it(place, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "learning_rate", lambda recipe, step, total: 1e30 if step > 4 else 1e-3)
    with pytest.raises(ModelError, match=r"the last good checkpoint, .*step-00000005: --resume --set learn"):
        train(make_recipe(place, tmp_path / "run"))
    assert [entry.name for entry in (tmp_path / "run" / "checkpoints").iterdir()] == ["step-00000005"]
    with pytest.raises(OutputError, match="holds a run already"):
        train(make_recipe(place, tmp_path / "run"))
    monkeypatch.undo()
    assert train(make_recipe(place, tmp_path / "run", learning_rate=1e-4), resume=True).step == 12


def test_weights_that_validation_finds_to_be_no_numbers_are_told_with_the_step(place, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "learning_rate", lambda recipe, step, total: 1e30 if step == 2 else 1e-3)
    told = r"validation: .*no numbers at step 3 \(batch 3 of epoch 1\); go on from the last .*step-00000002:"
    with pytest.raises(ModelError, match=told):
        train(make_recipe(place, tmp_path / "run", eval_steps=1, ema_decay=0, optim="adamw_torch"))


def test_a_validation_tune_beyond_the_context_is_told_before_the_first_step(place, tmp_path):
    corpus = datasets.load_from_disk(place["corpus"])
    rows = corpus["validation"].to_list()
    rows[0]["body"] = rows[0]["body"].replace("|:", "|:" + "CDEFGABc|" * 400)
    corpus["validation"] = datasets.Dataset.from_list(rows)
    corpus.save_to_disk(str(tmp_path / "corpus"))
    model = {"architecture": "lfm2", "size": "tiny", "dropout": 0.0}
    with pytest.raises(ModelError, match=r"a tune of .*corpus has \d+ tokens and the model's context holds"):
        train(make_recipe({**place, "corpus": str(tmp_path / "corpus")}, tmp_path / "run", model=model))
    assert not (tmp_path / "run").exists()


def test_a_full_disk_is_told_and_the_last_checkpoint_stays(place, tmp_path):
    (tmp_path / "recipe.yaml").write_text(make_recipe(place, tmp_path / "run", max_steps=4).as_yaml())
    code = (
        "import sys; from abcgen.training import report; from safetensors import SafetensorError\n"
        "from transformers import PreTrainedModel\n"
        "def full(self, place): raise SafetensorError('No space left on device')\n"
        "PreTrainedModel.save_pretrained = full\n"
        "from abcgen.cli import main; main(['train', sys.argv[1]])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "recipe.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "abcgen: error: cannot write" in done.stderr
    assert "Traceback" not in done.stderr
    assert [entry.name for entry in (tmp_path / "run" / "checkpoints").iterdir()] == ["step-00000004"]


def test_a_loss_far_above_blind_chance_stops_the_run(place, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "_EXPLODED", 0.1)
    with pytest.raises(ModelError, match=r"the loss is 3\.\d+ .* at step 1 \(batch 1 of epoch 1\)"):
        train(make_recipe(place, tmp_path / "run"))


def test_pieces_of_a_batch_are_as_good_as_the_whole(place, tmp_path):
    settings = {"model": {"architecture": "lstm", "size": "tiny", "dropout": 0.0}, "logging_steps": 1}
    losses = []
    for pieces in (1, 3):
        run = make_recipe(place, tmp_path / str(pieces), gradient_accumulation_steps=pieces, **settings)
        log = (train(run).output_dir / "log.jsonl").read_text().splitlines()
        losses.append([json.loads(line)["loss"] for line in log if '"loss"' in line])
    assert losses[0] == pytest.approx(losses[1], abs=1e-4)


def test_a_run_that_gets_no_better_ends_and_resumes_to_its_end(place, tmp_path):
    recipe = make_recipe(
        place,
        tmp_path / "run",
        learning_rate=1e-9,
        ema_decay=0,
        max_steps=200,
        eval_steps=2,
        early_stopping_patience=3,
    )
    done = train(recipe)
    assert done.step - done.best_step == 6
    assert done.step < 200
    assert done.signal == 0
    again = train(recipe, resume=True)
    assert (again.step, again.best_step, again.best_bpb) == (done.step, done.best_step, done.best_bpb)


def test_a_folder_is_held_by_one_run_at_a_time(place, tmp_path):
    def second(step, model, tokenizer):
        with pytest.raises(OutputError, match="another process is training in"):
            train(make_recipe(place, tmp_path / "run", max_steps=2), resume=True)

    assert train(make_recipe(place, tmp_path / "run", max_steps=2), on_evaluation=second).step == 2


def test_a_run_goes_on_from_the_weights_of_a_model_and_remembers_its_tunes(whole, place, tmp_path):
    (tmp_path / "place").mkdir()
    mine = make_workplace(tmp_path / "place", train=5, validation=2, seed=7)
    settings = {"max_steps": 2, "ema_decay": 0, "learning_rate": 1e-12, "logging_steps": 1}
    start = {"name_or_path": str(whole.model), "dropout": 0.0}
    manifest = {"rows_sha256": "0", "sources": [{"name": "of mine"}]}
    (Path(mine["corpus"]) / "manifest.json").write_text(json.dumps(manifest))
    done = train(
        make_recipe({**mine, **place, "corpus": mine["corpus"]}, tmp_path / "run", model=start, **settings)
    )
    old, new = load_file(whole.model / "model.safetensors"), load_file(done.model / "model.safetensors")
    for name, weight in old.items():
        assert torch.allclose(new[name], weight, atol=1e-6)
    assert json.loads((done.model / "config.json").read_text())["hidden_dropout"] == 0.0
    ids = (done.model / "train_hashes.txt").read_text().split()
    assert set((whole.model / "train_hashes.txt").read_text().split()) < set(ids)
    assert CorpusIndex.load(done.model / INDEX).tunes == 5 + CorpusIndex.load(whole.model / INDEX).tunes
    assert read_manifests(whole.model) == []  # its corpus says nothing of itself
    assert read_manifests(done.model) == [manifest]
    other = tmp_path / "other"
    make_tokenizer().save_pretrained(other)
    (other / "tokenizer.json").write_text((other / "tokenizer.json").read_text() + "\n")
    with pytest.raises(ModelError, match="was trained with another tokenizer than"):
        train(make_recipe({**place, "tokenizer": str(other)}, tmp_path / "third", model=start))


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ({"size": "huge"}, "no lfm2 of size 'huge'; there are tiny"),
        ({"architecture": "gpt"}, "no architecture 'gpt'; there are lfm2, lstm, gru, rnn"),
        pytest.param(
            {"size": "tiny", "attn_implementation": "flash_attention_2"},
            "flash_attention_2 is not to be had here: ",
            marks=pytest.mark.skipif(bool(find_spec("flash_attn")), reason="flash-attn is installed"),
        ),
    ],
)
def test_a_model_that_cannot_be_made_is_one_line_and_leaves_no_folder(model, says, place, tmp_path):
    with pytest.raises(UsageError, match=says) as caught:
        train(make_recipe(place, tmp_path / "run", model=model, bf16=True))
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "run").exists()


@pytest.mark.skipif(torch.accelerator.is_available(), reason="would join the processes")
def test_processes_that_would_each_train_alone_are_refused(place, tmp_path, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("LOCAL_RANK", "0")
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    with pytest.raises(UsageError, match="2 processes were started, and on this device each would train"):
        train(make_recipe(place, tmp_path / "run"))
    assert not (tmp_path / "run").exists()


def test_resuming_where_nothing_is_or_where_the_log_is_anothers_is_refused(place, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "log.jsonl").write_text('{"my": 1}\n')
    with pytest.raises(CheckpointError, match="nothing to resume here"):
        train(make_recipe(place, tmp_path / "mine"), resume=True)
    assert [entry.name for entry in (tmp_path / "mine").iterdir()] == ["log.jsonl"]
    train(make_recipe(place, tmp_path / "run", max_steps=2))
    (tmp_path / "run" / "log.jsonl").write_text("5\n")
    with pytest.raises(CheckpointError, match=r"log.jsonl:1: not a line"):
        train(make_recipe(place, tmp_path / "run", max_steps=2), resume=True)
    assert (tmp_path / "run" / "log.jsonl").read_text() == "5\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_after_the_step_it_came_in(number, place, tmp_path, spared):
    def come(step, model, tokenizer):
        signal.raise_signal(number)

    stopped = train(make_recipe(place, tmp_path / "run"), on_evaluation=come)
    assert (stopped.step, stopped.signal) == (5, number)
    assert spared == []


def test_the_command_to_go_on_with_can_be_pasted(place, tmp_path, monkeypatch):
    recipe = tmp_path / "my recipe.yaml"
    recipe.write_text(make_recipe(place, tmp_path / "a run; $HOME").as_yaml())
    monkeypatch.setattr(loop, "StopSignal", StopAt)
    told = []
    overrides = ("model.size='tiny'", "eval_steps=100")
    assert run_command(recipe, Wishes(overrides=overrides), say=told.append) == 128 + signal.SIGINT
    words = shlex.split(told[-1].partition("go on with: ")[2])
    settings = ["--set", "model.size='tiny'", "--set", "eval_steps=100"]
    assert words == ["abcgen", "train", str(recipe), *settings, "--resume"]


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


def bodiless(splits):
    return {name: split.remove_columns("body") for name, split in splits.items()}


def numbered(splits):
    return {
        name: split.map(lambda row: {"body": len(row["body"])}, remove_columns="body")
        for name, split in splits.items()
    }


def unvalidated(splits):
    return {name: split for name, split in splits.items() if name != "validation"}


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (bodiless, "no column '?body"),
        (numbered, "row 1 of 'train' in .*: the body is not text"),
        (unvalidated, "split '?validation"),
    ],
)
def test_a_corpus_that_lacks_something_is_one_line(spoil, says, place, tmp_path):
    splits = spoil(datasets.load_from_disk(place["corpus"]))
    datasets.DatasetDict(splits).save_to_disk(str(tmp_path / "corpus"))
    with pytest.raises(CorpusError, match=says):
        train(make_recipe({**place, "corpus": str(tmp_path / "corpus")}, tmp_path / "run"))
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
