"""The whole way, from the command line: corpus, tokenizer, two models, evaluation, tunes, scores."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

RECIPE = """\
output_dir: {folder}
corpus: corpus
tokenizer: tokenizer
model:
  architecture: {architecture}
  size: tiny
max_steps: 6
eval_steps: 3
logging_steps: 1
tokens_per_batch: 2048
learning_rate: 1.0e-3
seed: 1
"""


def abcgen(*arguments: str, cwd: Path, code: int = 0) -> str:
    """Run the command line in its own process; gives stdout and stderr together."""
    done = subprocess.run(
        [sys.executable, "-m", "abcgen", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def test_from_a_tunebook_to_a_printed_tune(tunebook: Path, tmp_path: Path) -> None:
    said = abcgen("corpus", "build", "--source", str(tunebook), "--out", "corpus", cwd=tmp_path)
    assert "largest likeness" in said
    abcgen("tokenizer", "train", "--corpus", "corpus", "--out", "tokenizer", cwd=tmp_path)
    for architecture in ("lfm2", "lstm"):
        recipe = tmp_path / f"{architecture}.yaml"
        recipe.write_text(RECIPE.format(folder=architecture, architecture=architecture))
        abcgen("train", recipe.name, cwd=tmp_path)
        for name in ("best/model.safetensors", "best/tokenizer.json", "log.jsonl", "curves.png"):
            assert (tmp_path / architecture / name).is_file()
    said = abcgen(
        "evaluate", "lfm2/best", "lstm/best", "--corpus", "corpus", "--ngram", "6", "--json", cwd=tmp_path
    )
    assert "lfm2" in said
    for architecture in ("lfm2", "lstm"):  # hardly trained, and valid all the same
        model = f"{architecture}/best"
        abcgen(
            "generate", "--model", model, "-n", "3", "--to", "abc", "--out", architecture + "s", cwd=tmp_path
        )
        abcgen("check", architecture + "s", cwd=tmp_path)
    said = abcgen("generate", "-n", "2", "--seed", "7", "--rhythm", "reel", "--out", "tunes", cwd=tmp_path)
    assert "2 tunes in" in said
    written = sorted(path.name for path in (tmp_path / "tunes").iterdir())
    kinds = ("abc", "mid", "musicxml", "pdf", "svg")
    assert written == sorted(
        ["index.html", "report.jsonl", *(f"tune-7-{i}.{kind}" for i in (1, 2) for kind in kinds)]
    )
    abcgen("check", "tunes", cwd=tmp_path)
    abcgen("render", "tunes/tune-7-1.abc", "--to", "midi,png", "--out", "again", cwd=tmp_path)
    suffixes = {path.suffix for path in (tmp_path / "again").iterdir()}
    assert suffixes == {".mid", ".png"}
    taken = abcgen("generate", "-n", "2", "--seed", "7", "--out", "tunes", cwd=tmp_path, code=2)
    assert "already there" in taken


def test_check_reports_for_people_and_machines(tmp_path: Path) -> None:
    (tmp_path / "bad.abc").write_text("X:1\nT:Bad\nM:6/8\nL:1/8\nK:D\nDEF GABc|DEF GAB|]\n")
    said = abcgen("check", "bad.abc", cwd=tmp_path, code=1)
    assert "bad.abc:6:1 bar-length: this bar lasts 7/8, M: says 6/8" in said
    assert "\n    ^^^^^^^^\n" in said
    record = json.loads(abcgen("check", "--json", "bad.abc", cwd=tmp_path, code=1).splitlines()[0])
    assert (record["ok"], record["x"], record["problems"][0]["code"]) == (False, 1, "bar-length")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "missing.abc"], "missing.abc is not there"),
        (["check", "empty"], "holds no .abc file"),
        (["check", "binary.abc"], "binary file"),
        (["check", "words.abc"], "holds no tune"),
        (["render", "missing.abc", "--out", "o"], "is not there"),
        (["render", "good.abc", "--to", "gif", "--out", "o"], "gif"),
        (["generate", "--key", "H"], "unknown key"),
        (["generate", "--meter", "six"], "unknown metre"),
        (["generate", "--rhythm", "jigg"], "did you mean jig"),
        (["generate", "--temperature", "-1"], "temperature"),
        (["generate", "--temperature", "nan"], "temperature"),
        (["generate", "-n", "0"], "ask for 1 to"),
        (["generate", "--model", "empty"], "not a model folder"),
        (["generate", "--out", "good.abc/tunes"], "cannot write"),
        (["corpus", "build", "--source", "empty", "--out", "c"], "holds no .abc file"),
        (["tokenizer", "train", "--corpus", "empty", "--out", "t"], "is no corpus"),
        (["train", "missing.yaml"], "missing.yaml"),
        (["evaluate", "empty", "--corpus", "empty"], "empty"),
        (["nonsense"], "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_is_one_clear_line(tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "binary.abc").write_bytes(b"\0\1\2")
    (tmp_path / "words.abc").write_text("no tune here\n")
    (tmp_path / "good.abc").write_text("X:1\nT:Good\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|]\n")
    before = sorted(tmp_path.rglob("*"))
    said = abcgen(*arguments, cwd=tmp_path, code=2)
    assert words in said
    assert len([line for line in said.splitlines() if "error" in line.lower()]) == 1
    assert sorted(tmp_path.rglob("*")) == before
