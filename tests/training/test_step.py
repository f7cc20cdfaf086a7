"""What one step computes, against the same worked out by hand on a batch of a few tunes."""

from __future__ import annotations

import json
import math

import pytest
import torch
from models.tiny import make_rows, make_tokenizer, make_workplace
from safetensors.torch import load_file

from abcgen.models import build_model
from abcgen.training import loop
from abcgen.training.loop import train
from abcgen.training.recipe import recipe_from

TUNES = 5


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return make_workplace(tmp_path_factory.mktemp("place"), train=TUNES, validation=2, test=2)


def make_recipe(place, folder, kind="lfm2", *, dropout=0.0, attention="sdpa", **settings):
    """A run of whole batches: the budget holds every tune, so what makes up a batch is plain."""
    model = {"architecture": kind, "size": "tiny", "dropout": dropout, "attn_implementation": attention}
    values = {
        **place,
        "output_dir": str(folder),
        "model": model,
        "max_steps": 1,
        "tokens_per_batch": 1_000_000,
        "eval_steps": 1_000,
        "logging_steps": 1,
    }
    return recipe_from(values | settings)


def logged(folder, name):
    records = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    return [record[name] for record in records if name in record]


def mean_loss(model):
    """Nats a token of the tunes trained on, one tune and one token at a time: all but the begin mark."""
    nats, count = torch.zeros(()), 0
    for row in make_rows(TUNES, 1):
        ids = make_tokenizer()(row["header"] + row["body"])["input_ids"]
        logs = model(input_ids=torch.tensor([ids])).logits[0].log_softmax(-1)
        for place in range(1, len(ids)):
            nats = nats - logs[place - 1, ids[place]]
            count += 1
    return nats / count


@pytest.mark.parametrize("kind", ["lfm2", "lstm"])
def test_three_steps_are_those_of_a_loop_written_by_hand(kind, place, tmp_path):
    settings = {
        "max_steps": 3,
        "learning_rate": 1e-3,
        "weight_decay": 0.0,
        "max_grad_norm": 0.1,
        "lr_scheduler_type": "constant",
        "warmup_steps": 0,
        "seed": 4,
    }
    train(make_recipe(place, tmp_path / "run", kind, **settings))
    model = build_model(make_tokenizer(), kind, "tiny", seed=4)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=0.0)
    losses, norms = [], []
    for _ in range(3):
        optimizer.zero_grad()
        loss = mean_loss(model)
        loss.backward()
        losses.append(loss.item())
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), 0.1).item())
        optimizer.step()
    assert min(norms) > 0.1  # clipping had something to do
    assert logged(tmp_path / "run", "loss") == pytest.approx(losses, rel=1e-5)
    assert logged(tmp_path / "run", "grad_norm") == pytest.approx(norms, rel=1e-3)


@pytest.mark.parametrize("kind", ["lfm2", "lstm"])
def test_dropout_is_on_while_training_and_again_after_an_evaluation(kind, place, tmp_path):
    settings = {"max_steps": 2, "eval_steps": 1, "learning_rate": 1e-12}
    train(make_recipe(place, tmp_path / "run", kind, dropout=0.5, **settings))
    with torch.no_grad():
        still = mean_loss(build_model(make_tokenizer(), kind, "tiny").train(False)).item()
    first, second = logged(tmp_path / "run", "loss")
    for loss in (first, second):
        assert 1e-5 < abs(loss - still) < 0.5
    assert abs(first - second) > 1e-6  # each step drops other units


def test_bf16_is_used_when_asked_for(place, tmp_path):
    train(make_recipe(place, tmp_path / "run", bf16=True))
    with torch.no_grad():
        exact = mean_loss(build_model(make_tokenizer(), "lfm2", "tiny")).item()
    (loss,) = logged(tmp_path / "run", "loss")
    assert 1e-6 < abs(loss - exact) < 0.02


@pytest.mark.parametrize("name", ["eager", "sdpa"])
def test_attention_is_computed_as_the_recipe_says(name, place, tmp_path):
    seen = []
    train(
        make_recipe(place, tmp_path / "run", attention=name),
        on_evaluation=lambda step, model, tokenizer: seen.append(model.config._attn_implementation),
    )
    assert seen == [name]


def test_the_best_is_kept_and_not_the_latest(place, tmp_path, monkeypatch):
    scores, weights = iter([3.0, 2.0, 2.5]), {}
    monkeypatch.setattr(loop, "bits_per_byte", lambda bits, sizes: next(scores))

    def note(step, model, tokenizer):
        weights[step] = model.get_input_embeddings().weight.detach().clone()

    settings = {"max_steps": 3, "eval_steps": 1, "learning_rate": 1e-2}
    done = train(make_recipe(place, tmp_path / "run", "lstm", **settings), on_evaluation=note)
    assert (done.best_step, done.best_bpb) == (2, 2.0)
    kept = load_file(done.model / "model.safetensors")["embedding.weight"]
    assert [step for step, weight in weights.items() if weight.equal(kept)] == [2]


def test_the_loss_logged_is_the_mean_of_the_steps_since(place, tmp_path):
    for every in (1, 4):
        train(make_recipe(place, tmp_path / str(every), "lstm", max_steps=4, logging_steps=every))
    losses = logged(tmp_path / "1", "loss")
    assert logged(tmp_path / "4", "loss") == pytest.approx([math.fsum(losses) / 4], rel=1e-9)
