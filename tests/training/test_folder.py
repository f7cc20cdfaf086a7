"""What may be written into, what may be resumed, and what is left alone."""

from __future__ import annotations

import pytest

from abcgen.errors import CheckpointError, OutputError
from abcgen.training.folder import clear_leftovers, refuse_folder
from abcgen.training.recipe import recipe_from
from abcgen.training.report import append_log, read_log

OURS = recipe_from({"output_dir": "runs/a"}).as_yaml()
RECORD = {"step": 3, "epoch": 0, "loss": 2.0, "elapsed": 0.1}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "run").mkdir()
    return tmp_path / "run"


def leave(folder):
    """What a run leaves that died before its first checkpoint."""
    (folder / "recipe.yaml").write_text(OURS)
    append_log(folder / "log.jsonl", RECORD)
    (folder / "checkpoints" / ".step-00000005.x1y2.tmp").mkdir(parents=True)
    (folder / ".log.jsonl.x1y2z3_4.tmp").write_text("")


@pytest.mark.parametrize("resume", [False, True])
def test_a_folder_where_nothing_of_value_is_will_do(folder, resume):
    refuse_folder(folder / "absent", resume=resume)
    refuse_folder(folder, resume=resume)
    leave(folder)
    refuse_folder(folder, resume=resume)


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("name", [".recipe.yaml.x1y2z3_4.tmp", ".log.jsonl.x1y2z3_4.tmp"])
def test_half_a_file_is_nothing_of_value(name, resume, folder):
    (folder / name).write_text("")
    refuse_folder(folder, resume=resume)


def test_what_was_left_half_written_goes_and_all_else_stays(folder):
    leave(folder)
    (folder / ".best.x1y2z3_4.tmp").mkdir()
    (folder / ".best.x1y2z3_4.old").mkdir()
    (folder / ".best.x1y2z3_4.old" / "config.json").write_text("{}")
    (folder / ".notes.txt.x1y2z3_4.tmp").write_text("mine")
    (folder / ".curves.png.x1y2z3_4.tmp").write_text("")
    clear_leftovers(folder)
    left = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    assert left == [
        ".notes.txt.x1y2z3_4.tmp",
        "best",
        "best/config.json",
        "checkpoints",
        "log.jsonl",
        "recipe.yaml",
    ]


def foreign_file(folder):
    (folder / "notes.txt").write_text("mine")


def foreign_recipe(folder):
    (folder / "recipe.yaml").write_text("flour: 500 g\n")


def recipe_by_hand(folder):
    (folder / "recipe.yaml").write_text("# my best one\noutput_dir: runs/a\n")


def binary_recipe(folder):
    (folder / "recipe.yaml").write_bytes(b"\0\1")


def foreign_log(folder):
    leave(folder)
    (folder / "log.jsonl").write_text('{"my": 1}\n')


def log_alone(folder):
    append_log(folder / "log.jsonl", RECORD)


def best_model(folder):
    leave(folder)
    (folder / "best").mkdir()


def foreign_checkpoints(folder):
    (folder / "checkpoints" / "mine").mkdir(parents=True)


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (foreign_file, "notes.txt"),
        (foreign_recipe, "recipe.yaml"),
        (recipe_by_hand, "recipe.yaml"),
        (binary_recipe, "recipe.yaml"),
        (foreign_log, "log.jsonl"),
        (log_alone, "log.jsonl"),
        (best_model, "best"),
        (foreign_checkpoints, "checkpoints"),
    ],
)
def test_what_a_run_did_not_leave_is_left_alone(folder, spoil, name):
    spoil(folder)
    with pytest.raises(CheckpointError, match=f"nothing to resume here: .* no checkpoint, but {name}"):
        refuse_folder(folder, resume=True)
    with pytest.raises(OutputError, match=f"holds {name} already: give another folder"):
        refuse_folder(folder, resume=False)


def test_a_checkpoint_is_gone_on_from_and_never_begun_over(folder):
    (folder / "checkpoints" / "step-00000005").mkdir(parents=True)
    refuse_folder(folder, resume=True)
    with pytest.raises(OutputError, match=r"holds a run already: go on with --resume"):
        refuse_folder(folder, resume=False)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    for resume in (False, True):
        with pytest.raises(OutputError, match="is a file"):
            refuse_folder(tmp_path / "file", resume=resume)


@pytest.mark.parametrize("text", ['{"my": 1}', "5", "[]", "some words", '{"step": "x", "epoch": 0}', "\n"])
@pytest.mark.parametrize("end", ["\n", ""])
def test_a_log_with_a_foreign_line_is_refused_and_the_line_named(folder, text, end):
    (folder / "checkpoints" / "step-00000005").mkdir(parents=True)
    append_log(folder / "log.jsonl", RECORD)
    with (folder / "log.jsonl").open("a") as log:
        log.write(text + end)
    with pytest.raises(CheckpointError, match=r"log.jsonl:2: not a line of a run's log"):
        refuse_folder(folder, resume=True)


@pytest.mark.parametrize("tail", ["", "{", '{"ste', '{"step": 4, "epo'])
def test_a_line_that_was_never_finished_is_passed_over(folder, tail):
    append_log(folder / "log.jsonl", RECORD)
    with (folder / "log.jsonl").open("a") as log:
        log.write(tail)
    assert read_log(folder / "log.jsonl") == [RECORD]
