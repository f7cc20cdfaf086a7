"""Batches, the optimiser and its schedule, one by one."""

from __future__ import annotations

import copy
import random
import signal

import pytest
import torch
from models.tiny import make_tokenizer

from abcgen.models import build_model
from abcgen.training.batches import epoch_batches, padding_waste, share_of
from abcgen.training.optimizer import learning_rate, make_optimizers, reseed, update_average
from abcgen.training.recipe import recipe_from
from abcgen.training.signals import StopSignal

LENGTHS = [random.Random(2).randint(30, 300) for _ in range(1500)]


def batches(**settings):
    return epoch_batches(LENGTHS, **{"seed": 0, "epoch": 0, "tokens_per_batch": 2048, **settings})


def test_an_epoch_is_every_tune_once_within_the_budget_and_hardly_any_padding():
    found = batches()
    assert sorted(index for batch in found for index in batch) == list(range(len(LENGTHS)))
    assert all(len(batch) * max(LENGTHS[index] for index in batch) <= 2048 for batch in found)
    assert padding_waste(LENGTHS, found) < 0.02


def test_the_order_is_a_function_of_seed_and_epoch():
    assert batches(epoch=3) == batches(epoch=3)
    for other in (batches(epoch=4), batches(epoch=3, seed=1)):
        assert other != batches(epoch=3)
        assert sorted(map(sorted, other)) != sorted(
            map(sorted, batches(epoch=3))
        )  # not the same batches shuffled


def test_processes_share_a_batch_without_loss():
    shares = [share_of(range(7), rank, 3) for rank in range(3)]
    assert sorted(index for share in shares for index in share) == list(range(7))


def test_matrices_decay_and_embeddings_norms_and_biases_do_not():
    recipe = recipe_from({"output_dir": "x", "weight_decay": 0.3})
    for kind, embedding in (("lfm2", "model.embed_tokens.weight"), ("lstm", "embedding.weight")):
        model = build_model(make_tokenizer(), kind, "tiny")
        names = {id(parameter): name for name, parameter in model.named_parameters()}
        (optimizer,) = make_optimizers(model, recipe)
        groups = optimizer.param_groups
        decayed = {names[id(p)] for group in groups for p in group["params"] if group["weight_decay"]}
        kept = {names[id(p)] for group in groups for p in group["params"] if not group["weight_decay"]}
        assert decayed | kept == set(names.values())
        assert embedding in kept
        assert all("norm" not in name and "bias" not in name for name in decayed)
        assert any("weight" in name for name in decayed)


@pytest.mark.parametrize("tied", [True, False])
def test_muon_moves_the_matrices_of_the_layers_and_adamw_all_else(tied):
    recipe = recipe_from({"output_dir": "x", "optim": "muon", "weight_decay": 0.3})
    model = build_model(make_tokenizer(), "lfm2", "tiny", tie_word_embeddings=tied)
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    muon, adam = make_optimizers(model, recipe)
    assert (type(muon), type(adam)) == (torch.optim.Muon, torch.optim.AdamW)
    moved, others = (
        [names[id(p)] for group in each.param_groups for p in group["params"]] for each in (muon, adam)
    )
    assert sorted([*moved, *others]) == sorted(names.values())
    ends = ("_proj.weight", "w1.weight", "w2.weight", "w3.weight")
    assert set(moved) == {name for name in names.values() if name.endswith(ends)}
    assert any(name.endswith("conv.conv.weight") for name in others)


def test_the_schedule_warms_up_and_comes_down():
    recipe = recipe_from({"output_dir": "x", "learning_rate": 1.0, "warmup_steps": 0.1})
    rates = [learning_rate(recipe, step, 100) for step in range(100)]
    assert rates[0] == pytest.approx(1 / 11)
    assert rates[:10] == sorted(rates[:10])
    assert rates[10] == 1.0
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[55] == pytest.approx(0.5)
    assert 0 < rates[-1] < 0.001
    counted = recipe_from({"output_dir": "x", "learning_rate": 1.0, "warmup_steps": 20})
    assert learning_rate(counted, 19, 100) < learning_rate(counted, 20, 100) == 1.0


def test_the_average_follows_and_forgets():
    model = torch.nn.Linear(1, 1, bias=False)
    average = copy.deepcopy(model)
    torch.nn.init.zeros_(average.weight)
    torch.nn.init.ones_(model.weight)
    mean, weights = list(average.parameters()), list(model.parameters())
    update_average(mean, weights, 0.5, 1000)
    assert average.weight.item() == pytest.approx(0.5)
    update_average(mean, weights, 0.999, 1)  # early: (1 + 1) / (10 + 1) is kept
    assert average.weight.item() == pytest.approx(0.5 * 2 / 11 + 9 / 11)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_first_signal_is_noted_a_second_ends_it_and_the_handlers_are_put_back(number):
    before = signal.getsignal(number)
    with StopSignal() as stop:
        handler = signal.getsignal(number)
        assert handler not in (before, signal.SIG_DFL)
        assert stop.received == 0
        signal.raise_signal(number)
        assert stop.received == number
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) == before


def test_chance_is_a_function_of_seed_step_and_process():
    def draw(*where):
        reseed(*where)
        return torch.rand(2).tolist()

    assert draw(1, 2, 0) == draw(1, 2, 0)
    places = [(0, 0, 0), (0, 1, 0), (1, 0, 0), (0, 0, 1)]
    assert len({tuple(draw(*place)) for place in places}) == 4
