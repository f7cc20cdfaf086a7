from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from models.tiny import make_recurrent, make_rows, make_tokenizer

from abcgen.errors import ModelError
from abcgen.evaluation import bits_per_byte, body_bits, body_bytes
from abcgen.evaluation.likelihood import body_scores, encoded_scores
from abcgen.models import build_model
from abcgen.models.encoding import encode_tunes


def by_hand(model, tokenizer, row):
    """The definition, one tune and one token at a time."""
    ids = tokenizer(row["header"] + row["body"])["input_ids"]
    logs = model(torch.tensor([ids])).logits[0].double().log_softmax(-1)
    start = 1 + len(row["header"])
    return -sum(logs[place - 1, ids[place]].item() for place in range(start, len(ids))) / math.log(2)


@pytest.mark.parametrize("kind", ["lfm2", "lstm"])
def test_bits_are_those_of_the_body_and_the_end_given_the_header(kind):
    tokenizer, rows = make_tokenizer(), make_rows(9)
    model = make_recurrent() if kind == "lstm" else build_model(tokenizer, kind, "tiny").train(False)
    bits = body_bits(model, tokenizer, rows)
    assert bits.shape == (9,)
    assert bits == pytest.approx([by_hand(model, tokenizer, row) for row in rows], rel=1e-5)


def test_tokens_are_counted_and_whether_they_were_among_the_likeliest():
    tokenizer, rows = make_tokenizer(), make_rows(5)
    model = make_recurrent()
    found = body_scores(model, tokenizer, rows)
    for number, row in enumerate(rows):
        ids = tokenizer(row["header"] + row["body"])["input_ids"]
        order = model(torch.tensor([ids])).logits[0].argsort(-1, descending=True)
        ranks = [order[at - 1].tolist().index(ids[at]) for at in range(1 + len(row["header"]), len(ids))]
        assert found.tokens[number] == len(row["body"]) + 1
        assert found.top1[number] == sum(rank < 1 for rank in ranks)
        assert found.top5[number] == sum(rank < 5 for rank in ranks)


def test_company_and_order_do_not_change_a_tune():
    tokenizer, rows = make_tokenizer(), make_rows(9)
    model = make_recurrent()
    bits = body_bits(model, tokenizer, rows)
    assert body_bits(model, tokenizer, rows[::-1])[::-1] == pytest.approx(bits, rel=1e-6)
    small = encoded_scores(model, encode_tunes(tokenizer, rows), tokens_per_batch=1).bits
    assert small == pytest.approx(bits, rel=1e-6)


def test_dropout_is_off_and_the_mode_is_put_back():
    tokenizer, rows = make_tokenizer(), make_rows(4)
    model = make_recurrent()
    still = body_bits(model, tokenizer, rows)
    model.train()
    assert body_bits(model, tokenizer, rows) == pytest.approx(still, rel=1e-6)
    assert model.training


def test_bytes_are_utf_8_with_the_last_newline():
    assert body_bytes([{"body": "ab\n"}, {"body": "é\n"}]).tolist() == [3, 3]
    assert bits_per_byte(np.array([8.0, 4.0]), np.array([3, 3])) == 2.0


def test_a_tune_longer_than_the_context_is_refused():
    model = build_model(make_tokenizer(), "lfm2", "tiny")
    with pytest.raises(ModelError, match="context holds 2048"):
        body_bits(model, make_tokenizer(), [{"header": "K:C\n", "body": "C" * 2100 + "\n"}])
