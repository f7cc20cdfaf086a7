"""Runs side by side, the tunes drawn while one goes on, and going on from a model with tunes of one's own."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest
import yaml
from models.tiny import make_workplace

from abcgen.cli import run
from abcgen.errors import CorpusError, InputError, MissingExtraError
from abcgen.notation import parse_book
from abcgen.training import trackers
from abcgen.training.command import Wishes, run_command
from abcgen.training.finetune import corpus_of
from abcgen.training.loop import train
from abcgen.training.recipe import recipe_from
from abcgen.training.runs import as_table, find_runs
from abcgen.training.watching import sampler


def recipe_of(place, folder, **settings):
    values = {
        **place,
        "output_dir": str(folder),
        "model": {"architecture": "lstm", "size": "tiny", "dropout": 0.0},
        "max_steps": 4,
        "tokens_per_batch": 512,
        "eval_steps": 2,
        "logging_steps": 2,
    }
    return recipe_from({**values, **settings})


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return make_workplace(tmp_path_factory.mktemp("place"))


@pytest.fixture(scope="module")
def two(place, tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    train(recipe_of(place, folder / "short"))
    train(recipe_of(place, folder / "deeper" / "long", max_steps=8))
    return folder


def test_runs_are_listed_the_best_first_with_their_figures(two):
    found = find_runs(two)
    assert [each.folder.name for each in found] == ["long", "short"]
    assert [each.step for each in found] == [8, 4]
    assert found[0].best == min(found[0].scores, key=lambda score: score[1])
    assert {each.state for each in found} == {"finished"}
    lines = as_table(found).splitlines()
    assert lines[1].split()[:4] == [str(two / "deeper" / "long"), "lstm", "tiny", "8"]
    with pytest.raises(InputError, match="holds no run"):
        find_runs(two / "short" / "best")


def test_a_run_that_goes_on_is_told_from_one_that_stopped(place, tmp_path):
    states = []
    train(
        recipe_of(place, tmp_path / "run", max_steps=2),
        on_evaluation=lambda *_: states.extend(each.state for each in find_runs(tmp_path)),
    )
    assert states == ["training"]


def test_the_command_lists_draws_and_keeps_a_picture_that_is_there(two, tmp_path, capsys):
    picture = tmp_path / "curves.png"
    assert run(["runs", str(two), "--plot", str(picture)]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert run(["runs", str(two), "--plot", str(picture)]) == 2
    assert run(["runs", str(two), "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert [each["step"] for each in told] == [8, 4]
    assert run(["runs", str(tmp_path / "absent")]) == 2


def test_tunes_are_drawn_at_every_evaluation_and_judged(place, tmp_path):
    headers = ["X:1\nM:6/8\nL:1/8\nK:D\n", "X:1\nM:4/4\nL:1/8\nK:G\n"]
    look = sampler(tmp_path / "run", headers, seed=3)
    train(recipe_of(place, tmp_path / "run"), on_evaluation=look)
    for step in (2, 4):
        text = (tmp_path / "run" / "samples" / f"step-{step:08d}.abc").read_text()
        assert [tune.reference for tune in parse_book(text).tunes] == [1, 2]
    log = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert [record["valid"] for record in log if "bpb" in record] == [0.0, 0.0]


def test_a_tracker_that_is_not_installed_says_what_to_install(place, tmp_path, monkeypatch):
    monkeypatch.setattr(trackers, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'abcgen\[trackio\]'"):
        train(recipe_of(place, tmp_path / "run", report_to="trackio"))
    assert not (tmp_path / "run").exists()


def tunebook(count):
    keys = ("C", "D", "E", "F", "G", "A", "B")
    tunes = []
    for number in range(count):
        scale = "CDEFGABcdefg"
        notes = "".join(scale[(number * 5 + place * (2 + number % 5)) % 12] for place in range(64))
        bars = [notes[at : at + 8] for at in range(0, 64, 8)]
        tunes.append(f"X:{number + 1}\nT:Mine {number}\nR:reel\nM:4/4\nL:1/8\nK:{keys[number % 7]}\n")
        tunes[-1] += "|:" + "|".join(bars[:4]) + ":|\n|:" + "|".join(bars[4:]) + ":|\n"
    return "\n".join(tunes)


def test_abc_becomes_a_corpus_once_and_not_when_it_has_changed(tmp_path):
    book, told = tmp_path / "mine.abc", []
    book.write_text(tunebook(30))
    built = corpus_of(book, tmp_path / "built", told.append)
    assert built == tmp_path / "built"
    assert len(told) == 1
    assert corpus_of(book, built, told.append) == corpus_of(built, tmp_path / "x", told.append) == built
    assert len(told) == 1
    book.write_text(tunebook(31))
    with pytest.raises(CorpusError, match="has changed since"):
        corpus_of(book, built, told.append)


def test_going_on_from_a_model_tells_what_it_learned_and_what_it_forgot(place, tmp_path):
    first = train(recipe_of(place, tmp_path / "first", max_steps=30, learning_rate=5e-3))
    book, told = tmp_path / "mine.abc", []
    book.write_text(tunebook(40))
    recipe = tmp_path / "recipe.yaml"
    values = recipe_of(place, tmp_path / "x", max_steps=30, learning_rate=5e-3).as_dict()
    recipe.write_text(yaml.safe_dump({**values, "model": {"dropout": 0.1}}))
    wishes = Wishes(start=str(first.model), corpus=str(book), out=f"{tmp_path / 'mine'}/")
    with pytest.raises(CorpusError, match="nowhere"):
        run_command(recipe, replace(wishes, old_corpus=str(tmp_path / "nowhere")), say=told.append)
    assert not told  # it is refused before anything is trained
    assert run_command(recipe, wishes, say=told.append) == 0
    new, old = told[-2:]
    assert new.startswith(f"new tunes ({tmp_path / 'mine-corpus'})")
    assert "change -" in new  # fewer bits than before
    assert old.startswith(f"old tunes ({place['corpus']})")
    assert "before" in old
    shutil.rmtree(tmp_path / "mine")
    (first.model / "recipe.yaml").unlink()
    assert run_command(recipe, wishes, say=told.append) == 0
    assert told[-1].startswith("old tunes: not measured")


def test_the_command_wants_a_recipe_or_a_model(capsys):
    assert run(["train"]) == 2
    assert run(["train", "x.yaml", "--old-corpus", "y"]) == 2
    err = capsys.readouterr().err
    assert "a recipe is missing" in err
    assert "--old-corpus goes with --from" in err
