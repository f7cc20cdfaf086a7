"""The tokenizer: whole notes, no token across a bar line, every tune comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from abcgen.corpus import TunebookSource, build_corpus, load_corpus
from abcgen.errors import CorpusError, OutputError, UsageError
from abcgen.tokenization import corpus as from_corpus
from abcgen.tokenization import train_from_corpus
from abcgen.tokenization.train import train_tokenizer

HEADER = "X:1\nR:jig\nM:6/8\nL:1/8\nK:Edor\n"
BODY = "|:E2E EFG|B2B BAG|E2E (3EFG A^c|1d>BA2:|2d/2B/2A3|]\n".replace(" ", "").replace(">", "3/2")
SHIPPED = Path(__file__).parents[2] / "tokenizer"


@pytest.fixture(scope="module")
def trained(tunebook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tokenizer")
    build_corpus([TunebookSource(tunebook)], folder / "corpus", frozen=())
    train_from_corpus(load_corpus(folder / "corpus"), "0" * 64, folder / "out", 512)
    return folder / "out"


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
        train_from_corpus(load_corpus(tmp_path / "corpus"), "0" * 64, tmp_path / "out", 512)
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
        train_from_corpus(load_corpus(tmp_path / "corpus"), "0" * 64, tmp_path / "mine", 640, overwrite=True)
