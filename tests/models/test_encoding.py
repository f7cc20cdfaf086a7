# ruff: noqa: S106 - the names of marks, not passwords
from __future__ import annotations

import pytest
from models.tiny import make_rows, make_tokenizer
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

from abcgen.errors import ModelError
from abcgen.models.encoding import IGNORED, cut_by_budget, encode_tunes, pad_tunes


def test_marks_are_there_and_the_body_is_found():
    rows, tokenizer = make_rows(5), make_tokenizer()
    for row, tune in zip(rows, encode_tunes(tokenizer, rows), strict=True):
        assert (tune.ids[0], tune.ids[-1]) == (1, 2)
        assert tune.body_start == 1 + len(row["header"])
        assert len(tune) == 2 + len(row["header"]) + len(row["body"])


def test_an_end_is_added_where_the_tokenizer_adds_none():
    tokenizer = make_tokenizer()
    tokenizer._tokenizer.post_processor = None
    (tune,) = encode_tunes(tokenizer, make_rows(1))
    assert tune.ids[-1] == 2
    assert tune.body_start == len(make_rows(1)[0]["header"])


def test_a_token_across_the_border_is_refused():
    bpe = Tokenizer(models.BPE({"</s>": 0, "a": 1, "b": 2, "ab": 3}, [("a", "b")]))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bpe, eos_token="</s>")
    with pytest.raises(ModelError, match="joins the end of the header"):
        encode_tunes(tokenizer, [{"header": "ba", "body": "b"}])


def test_padding_is_on_the_right_and_costs_nothing():
    tunes = encode_tunes(make_tokenizer(), make_rows(6))
    ids, labels = pad_tunes(tunes, 0, body_only=False)
    _, body_labels = pad_tunes(tunes, 0, body_only=True)
    for row, tune in enumerate(tunes):
        assert ids[row].tolist() == [*tune.ids, *[0] * (ids.shape[1] - len(tune))]
        assert labels[row].tolist() == [*tune.ids, *[IGNORED] * (ids.shape[1] - len(tune))]
        assert (body_labels[row] != IGNORED).sum() == len(tune) - tune.body_start


def test_runs_keep_to_the_budget_and_lose_nothing():
    lengths = [3, 3, 4, 9, 30, 1, 1]
    runs = cut_by_budget(lengths, 10)
    assert [place for run in runs for place in run] == list(range(7))
    assert all(len(run) == 1 or len(run) * max(lengths[i] for i in run) <= 10 for run in runs)
    assert [len(run) for run in runs] == [2, 1, 1, 1, 2]
    assert cut_by_budget([], 10) == []
