"""An epoch's tunes follow from seed and number; what is varied is a tune of the dialect still."""

from __future__ import annotations

from pathlib import Path

import pytest
from transformers import PreTrainedTokenizerBase

from abcgen.corpus import TunebookSource, build_corpus, load_corpus
from abcgen.evaluation.rows import load_rows
from abcgen.models.loading import load_tokenizer
from abcgen.notation import parse_tune
from abcgen.notation.acceptor import accepts
from abcgen.notation.infill import FILL, filled
from abcgen.notation.tradition import KEYS
from abcgen.tokenization import train_from_corpus
from abcgen.training.variants import Row, Variants, Variation


@pytest.fixture(scope="module")
def folder(tunebook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("variants")
    build_corpus([TunebookSource(tunebook)], folder / "corpus", frozen=())
    train_from_corpus(load_corpus(folder / "corpus"), {"rows_sha256": "0" * 64}, folder / "tokenizer", 512)
    return folder


@pytest.fixture
def rows(folder: Path) -> list[Row]:
    return load_rows(folder / "corpus", ["train"])["train"]


@pytest.fixture
def tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    return load_tokenizer(folder / "tokenizer")


def test_without_variation_every_epoch_is_the_corpus(
    rows: list[Row], tokenizer: PreTrainedTokenizerBase
) -> None:
    variants = Variants(rows, tokenizer, Variation(), seed=0)
    assert variants.epoch(0) is variants.epoch(5)
    texts = [tokenizer.decode(tune.ids, skip_special_tokens=True) for tune in variants.epoch(0)]
    assert texts == [row["header"] + row["body"] for row in rows]


def test_an_epoch_is_the_same_whenever_it_is_asked_for(
    rows: list[Row], tokenizer: PreTrainedTokenizerBase
) -> None:
    everything = Variation(keys=True, lines=0.5, gaps=0.3)
    one, two = (Variants(rows, tokenizer, everything, seed=3) for _ in range(2))
    two.epoch(0)
    assert one.epoch(1) == two.epoch(1)
    assert one.epoch(1) != one.epoch(2)
    assert one.epoch(1) != Variants(rows, tokenizer, everything, seed=4).epoch(1)


def test_every_variant_is_a_tune_of_the_dialect(rows: list[Row], tokenizer: PreTrainedTokenizerBase) -> None:
    variants = Variants(rows, tokenizer, Variation(keys=True, lines=0.5, gaps=0.3), seed=1)
    gaps = steered = plain = moved = 0
    for row, text in zip(rows, variants.texts(0), strict=True):
        body = text["body"]
        gaps += FILL in body
        steered += "%%" in text["header"]
        plain += "%%" not in text["header"]
        if FILL in body:
            body = filled(body)
        assert accepts(text["header"] + body), text
        before, after = parse_tune(row["header"] + row["body"]), parse_tune(text["header"] + body)
        moved += before.key != after.key
        assert before.key.mode == after.key.mode
        assert before.key == after.key or after.key.plain() in KEYS[after.key.mode]
    assert min(gaps, steered, plain, moved) > 10
    assert gaps < len(rows) / 2


def test_of_a_cluster_one_is_taken_an_epoch(rows: list[Row], tokenizer: PreTrainedTokenizerBase) -> None:
    together = [{**row, "cluster": "one" if number < 3 else row["id"]} for number, row in enumerate(rows)]
    variants = Variants(together, tokenizer, Variation(), seed=0)
    taken = [next(iter(variants.texts(epoch)))["body"] for epoch in range(6)]
    assert taken == [row["body"] for row in rows[:3]] * 2
    assert len(variants.epoch(0)) == len(rows) - 2


def test_the_longest_is_known_beforehand(rows: list[Row], tokenizer: PreTrainedTokenizerBase) -> None:
    variants = Variants(rows, tokenizer, Variation(lines=1.0, gaps=1.0), seed=0)
    assert max(map(len, variants.epoch(0))) <= variants.longest()
