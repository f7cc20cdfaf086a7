"""`abcgen tokenizer inspect` shows every tune whole, cut where the tokenizer cuts it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abcgen.cli import run
from abcgen.resources import embedded_model
from abcgen.tokenization.cut import cut, open_tokenizer

TUNES = "X:1\nT:In\nR:jig\nM:6/8\nL:1/8\nK:Edor\n|:E2E EFG|B2B BAG|FED FED|E3 E3:|\n\n"
OUTSIDE = "X:2\nT:Out\nM:none\nL:1/8\nK:C\n^c'3/2 (3abc|]\n"


def inspected(path: Path, text: str, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    path.write_text(text, "utf-8")
    assert run(["tokenizer", "inspect", str(path), *options]) == 0
    return capsys.readouterr().out


def test_a_tune_in_tokens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = inspected(tmp_path / "t.abc", TUNES, capsys).splitlines()
    assert said[0] == "X:1 In"
    assert said[1] == "X:1\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}"
    assert said[2].isdigit()
    assert "1 tunes, " in said[-1]
    assert "0 of 18 notes cut" in said[-1]


def test_tokens_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = inspected(tmp_path / "t.abc", TUNES + OUTSIDE, capsys, "--json")
    inside, outside = map(json.loads, said.splitlines())
    assert (inside["x"], inside["in_dialect"], outside["in_dialect"]) == (1, True, False)
    assert "".join(inside["tokens"]) == "X:1\nR:jig\nM:6/8\nL:1/8\nK:Edor\n|:E2EEFG|B2BBAG|FEDFED|E3E3:|\n"
    assert len(inside["tokens"]) == len(inside["ids"])
    assert "".join(outside["tokens"]) == OUTSIDE


def test_notes_that_are_cut_are_counted() -> None:
    found = cut(open_tokenizer(embedded_model()), "X:1\nK:C\n^^C31/64|]\n", 8)
    assert (found.notes, found.notes_cut) == (1, int("^^C31/64" not in found.pieces))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=100))
def test_pieces_joined_are_the_text(text: str) -> None:
    found = cut(open_tokenizer(embedded_model()), text)
    assert "".join(found.pieces) == text


def test_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "none.abc").write_text("no tune\n")
    assert run(["tokenizer", "inspect", str(tmp_path / "none.abc")]) == 2
    (tmp_path / "t.abc").write_text(TUNES)
    assert run(["tokenizer", "inspect", str(tmp_path / "t.abc"), "--tokenizer", str(tmp_path)]) == 2
    (tmp_path / "tokenizer.json").write_text('{"broken": 1}')
    assert run(["tokenizer", "inspect", str(tmp_path / "t.abc"), "--tokenizer", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("abcgen: error:") == 3


def broken(folder: Path, **changes: object) -> Path:
    """The shipped tokenizer with parts of its file replaced."""
    values = json.loads((embedded_model() / "tokenizer.json").read_text("utf-8"))
    folder.mkdir()
    (folder / "tokenizer.json").write_text(json.dumps({**values, **changes}), "utf-8")
    return folder


def test_a_crafted_tokenizer_is_one_line_or_does_no_harm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = inspected(tmp_path / "t.abc", TUNES, capsys)
    short = {"direction": "Right", "max_length": 5, "strategy": "LongestFirst", "stride": 9}
    wide = {"strategy": {"Fixed": 500}, "direction": "Left", "pad_to_multiple_of": None}
    padding = {**wide, "pad_id": 0, "pad_type_id": 0, "pad_token": "<pad>"}
    for name, changes in {"short": {"truncation": short}, "wide": {"padding": padding}}.items():
        folder = broken(tmp_path / name, **changes)
        assert inspected(tmp_path / "t.abc", TUNES, capsys, "--tokenizer", str(folder)) == whole
    words = {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "<unk>"}
    folder = broken(tmp_path / "words", model=words, added_tokens=[], post_processor=None)
    assert run(["tokenizer", "inspect", str(tmp_path / "t.abc"), "--tokenizer", str(folder)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("abcgen: error: ")
    assert said.count("\n") == 1
