"""The tokenizer: whole notes, no token across a bar line, every tune comes back."""

from __future__ import annotations

import json
import os
import subprocess
import venv
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from abcgen.cli import run
from abcgen.corpus import TunebookSource, build_corpus, find_sources, load_corpus
from abcgen.errors import CorpusError, OutputError, UsageError
from abcgen.notation.infill import FILL, HOLE, with_gap
from abcgen.tokenization import corpus as from_corpus
from abcgen.tokenization import train_from_corpus
from abcgen.tokenization.atoms import header_lines
from abcgen.tokenization.train import train_tokenizer

HEADER = "X:1\nR:jig\nM:6/8\nL:1/8\nK:Edor\n"
BODY = "|:E2E EFG|B2B BAG|E2E (3EFG A^c|1d>BA2:|2d/2B/2A3|]\n".replace(" ", "").replace(">", "3/2")
#: As much of a corpus's manifest as a tokenizer takes.
MANIFEST = {"rows_sha256": "0" * 64, "permission": "A. Piper | 1 May"}
SHIPPED = Path(__file__).parents[2] / "tokenizer"


@pytest.fixture(scope="module")
def trained(tunebook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tokenizer")
    build_corpus([TunebookSource(tunebook)], folder / "corpus", frozen=())
    train_from_corpus(load_corpus(folder / "corpus"), MANIFEST, folder / "out", 512)
    return folder / "out"


def test_permission_goes_on_into_recipe_and_card(trained: Path) -> None:
    assert yaml.safe_load((trained / "recipe.yaml").read_text())["permission"] == "A. Piper | 1 May"
    assert "permission of: A. Piper \\| 1 May\n" in (trained / "README.md").read_text()
    assert "permission" not in (SHIPPED / "README.md").read_text()


@pytest.mark.parametrize("place", ["shipped", "trained"])
def test_a_folder_that_plain_transformers_loads(place: str, trained: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(SHIPPED if place == "shipped" else trained)
    ids = tokenizer(HEADER + BODY)["input_ids"]
    assert ids[0] == tokenizer.bos_token_id
    assert tokenizer.decode(ids, skip_special_tokens=True) == HEADER + BODY
    pieces = tokenizer.convert_ids_to_tokens(ids[1:6])
    assert pieces == ["X:1\n", "R:jig\n", "M:6/8\n", "L:1/8\n", "K:Edor\n"]


@pytest.mark.parametrize("place", ["shipped", "trained"])
def test_no_token_crosses_a_bar_line_or_cuts_a_common_note(place: str, trained: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(SHIPPED if place == "shipped" else trained)
    music = [t for t in tokenizer.get_vocab() if ":" not in t[1:2] and not t.startswith("<")]
    joined = [t for t in music if ("|" in t or t.startswith(":")) and t.strip("|:]12") != ""]
    assert joined == []
    lengths_alone = [
        t for t in music if len(t) > 1 and t[0] in "/23456789" and any(c in "ABCDEFG" for c in t)
    ]
    assert lengths_alone == []


@pytest.mark.parametrize("place", ["shipped", "trained"])
def test_no_token_of_several_characters_begins_with_a_length_or_an_octave(place: str, trained: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(SHIPPED if place == "shipped" else trained)
    assert [token for token in tokenizer.get_vocab() if len(token) > 1 and token[0] in "0123456789/,'"] == []


def test_every_header_line_that_steers_and_every_mark_is_one_token(trained: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(trained)
    lines = header_lines()
    assert [line for line in lines if len(tokenizer(line, add_special_tokens=False)["input_ids"]) != 1] == []
    assert {line.split(" ")[0].split(":")[0] for line in lines} >= {"R", "O", "M", "K", "%%form", "%%lowest"}
    laid_out = "".join(with_gap(BODY, 1, 2))
    ids = tokenizer(HEADER + laid_out)["input_ids"]
    assert tokenizer.convert_ids_to_tokens(ids).count(HOLE) == 1
    assert tokenizer.convert_ids_to_tokens(ids).count(FILL) == 1
    assert tokenizer.decode(ids).removeprefix("<s>") == HEADER + laid_out


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_comes_back(text: str) -> None:
    tokenizer = Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
    assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False) == "<s>" + text


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_come_back(data: bytes) -> None:
    tokenizer = Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
    text = data.decode("latin-1")
    assert tokenizer.decode(tokenizer.encode(text, add_special_tokens=False).ids) == text


def test_a_vocabulary_of_characters_and_one_of_notes() -> None:
    bodies = ["|:CDEF^GA/2Bc|dcBA=G2F2:|\n"] * 20
    characters = train_tokenizer(bodies, 256, joined=False)
    assert len(characters.encode(bodies[0], add_special_tokens=False).ids) == len(bodies[0])
    notes = train_tokenizer(bodies, 4096, joined=False)
    assert notes.encode("^GA/2=G2|", add_special_tokens=False).tokens == ["^G", "A/2", "=G2", "|"]
    assert "CD" in train_tokenizer(bodies, 512).get_vocab()


def test_the_same_recipe_gives_the_same_files(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = trained.parent / "corpus"
    first, again = tmp_path / "first", tmp_path / "again"
    made = ["tokenizer", "train", "--corpus", str(corpus)]
    assert run([*made, "--out", str(first), "--vocabulary", "600"]) == 0
    assert run([*made, "--out", str(again), "--recipe", str(first / "recipe.yaml")]) == 0
    for path in first.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes(), path.name
    recipe = str(SHIPPED / "recipe.yaml")
    assert run([*made, "--out", str(tmp_path / "other"), "--recipe", recipe]) == 2
    assert "another corpus" in capsys.readouterr().err
    assert run([*made, "--out", str(tmp_path / "other"), "--recipe", str(corpus / "manifest.json")]) == 2
    assert "is no recipe" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


def test_a_corpus_too_small_for_its_vocabulary(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = ["tokenizer", "train", "--corpus", str(trained.parent / "corpus"), "--out", str(tmp_path / "t")]
    assert run([*made, "--vocabulary", "60000"]) == 2
    told = capsys.readouterr().err
    assert "too few for a vocabulary of 60000" in told
    assert not (tmp_path / "t").exists()
    most = told.split("--vocabulary ")[1].split(",")[0]
    assert run([*made, "--vocabulary", most]) == 0


@pytest.mark.slow
def test_the_newest_transformers_4_loads_the_tokenizer(tmp_path: Path) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    venv.create(tmp_path / "venv", with_pip=True)
    made = subprocess.run([python, "-m", "pip", "install", "-q", "transformers<5"], capture_output=True)
    if made.returncode and "ABCGEN_REQUIRE_REFEREES" not in os.environ:
        pytest.skip("transformers 4 cannot be installed here")
    assert not made.returncode, made.stderr
    code = (
        "import sys, transformers\n"
        "assert transformers.__version__.startswith('4.')\n"
        "tokenizer = transformers.AutoTokenizer.from_pretrained(sys.argv[1])\n"
        "ids = tokenizer(sys.argv[2])['input_ids']\n"
        "assert tokenizer.decode(ids, skip_special_tokens=True) == sys.argv[2]\n"
        "print(*ids)"
    )
    found = subprocess.run(
        [python, "-c", code, SHIPPED, HEADER + BODY], capture_output=True, text=True, cwd=tmp_path
    )
    assert found.returncode == 0, found.stderr
    here = AutoTokenizer.from_pretrained(SHIPPED)(HEADER + BODY)["input_ids"]
    assert [int(number) for number in found.stdout.split()] == here


@pytest.mark.slow
def test_the_shipped_tokenizer_is_that_of_its_recipe(tmp_path: Path) -> None:
    build_corpus(find_sources([]), tmp_path / "corpus", workers=2)
    made = ["tokenizer", "train", "--corpus", str(tmp_path / "corpus"), "--out", str(tmp_path / "again")]
    assert run([*made, "--recipe", str(SHIPPED / "recipe.yaml")]) == 0
    for name in ("tokenizer.json", "tokenizer_config.json", "recipe.yaml"):
        assert (tmp_path / "again" / name).read_bytes() == (SHIPPED / name).read_bytes(), name


def test_the_order_of_tunes_alone_decides(tunebook: Path) -> None:
    bodies = ["|:CDEF GABc|dcBA GFED:|\n".replace(" ", "")] * 20
    assert train_tokenizer(bodies, 512).to_str() == train_tokenizer(bodies, 512).to_str()


def test_a_tokenizer_that_loses_a_tune_is_refused(
    tunebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_corpus([TunebookSource(tunebook)], tmp_path / "corpus", frozen=())

    def lossy(bodies: list[str], vocabulary: int, *, joined: bool) -> Tokenizer:
        text = json.loads(train_tokenizer(bodies, vocabulary).to_str())
        text["normalizer"] = {"type": "Lowercase"}
        return Tokenizer.from_str(json.dumps(text))

    monkeypatch.setattr(from_corpus, "train_tokenizer", lossy)
    with pytest.raises(CorpusError, match="does not survive"):
        train_from_corpus(load_corpus(tmp_path / "corpus"), MANIFEST, tmp_path / "out", 512)
    assert not (tmp_path / "out").exists()


def test_bad_input(trained: Path, tmp_path: Path, tunebook: Path) -> None:
    with pytest.raises(UsageError, match="too small"):
        train_tokenizer(["CDEF|\n"], 260)
    with pytest.raises(CorpusError, match="no music"):
        train_tokenizer([])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    build_corpus([TunebookSource(tunebook)], tmp_path / "corpus", frozen=())
    with pytest.raises(OutputError, match=r"holds notes\.txt"):
        train_from_corpus(load_corpus(tmp_path / "corpus"), MANIFEST, tmp_path / "mine", 640, overwrite=True)


def test_rare_notes_are_no_part_of_joined_ones() -> None:
    rare = [f"^{letter}{length}" for letter in "CDEFGAB" for length in ("/4", "3/8", "5/2")]
    bodies = [f"|:{note}{note}{other}A2B2c2:|\n" for note in rare for other in rare]
    for vocabulary in (300, 400, 1024, 4096):
        tokenizer = train_tokenizer(bodies[:40], vocabulary)
        assert tokenizer.decode(tokenizer.encode(bodies[-1]).ids) == bodies[-1]
