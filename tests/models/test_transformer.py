from __future__ import annotations

import pytest
import torch
from models.tiny import make_tokenizer
from transformers import GenerationConfig

from abcgen.errors import UsageError
from abcgen.models import build_model, load_model


def test_the_small_sizes_have_the_parameters_they_promise():
    tokenizer = make_tokenizer()
    counts = {
        (kind, size): build_model(tokenizer, kind, size).num_parameters()
        for kind in ("lfm2", "lstm", "gru", "rnn")
        for size in ("tiny", "small")
    }
    assert 0.9e6 < counts["lfm2", "tiny"] < 1.1e6
    assert 4.5e6 < counts["lfm2", "small"] < 5.0e6
    for kind in ("lstm", "gru", "rnn"):
        for size in ("tiny", "small"):
            assert 0.98 < counts[kind, size] / counts["lfm2", size] < 1.02


def test_weights_follow_from_the_seed_and_leave_global_chance_alone():
    tokenizer = make_tokenizer()
    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)
    first = build_model(tokenizer, "lfm2", "tiny", seed=5)
    assert torch.equal(torch.rand(3), expected)
    again, other = (build_model(tokenizer, "lfm2", "tiny", seed=seed) for seed in (5, 6))
    weight = "model.layers.0.feed_forward.w1.weight"
    assert torch.equal(first.state_dict()[weight], again.state_dict()[weight])
    assert not torch.equal(first.state_dict()[weight], other.state_dict()[weight])


def test_marks_and_tying_reach_the_configuration(tmp_path):
    tokenizer = make_tokenizer()
    model = build_model(tokenizer, "lfm2", "tiny")
    config = model.config
    assert (config.bos_token_id, config.eos_token_id, config.pad_token_id) == (1, 2, 0)
    generation = model.generation_config
    assert (generation.bos_token_id, generation.eos_token_id, generation.pad_token_id) == (1, 2, 0)
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    loaded, _ = load_model(tmp_path)
    assert loaded.lm_head.weight is loaded.model.embed_tokens.weight
    ids = torch.tensor([[1, 5, 6, 7]])
    assert torch.allclose(loaded(ids).logits, model.train(False)(ids).logits, atol=1e-6)


def test_a_batch_padded_on_the_left_writes_what_each_row_would_alone():
    model = build_model(make_tokenizer(), "lfm2", "tiny").train(False)
    for weight in model.parameters():  # far apart, so that the order of sums decides nothing
        if weight.ndim > 1:
            weight.data *= 4
    short, long = [1, 9, 12, 10], [1, 5, 6, 7, 8, 9, 10, 11, 12]
    ids = torch.tensor([[0] * 5 + short, long])

    def written(ids, mask):
        rows = model.generate(
            ids, attention_mask=mask, max_new_tokens=20, do_sample=False, eos_token_id=None, pad_token_id=0
        )
        return rows[:, ids.shape[1] :].tolist()

    together = written(ids, (ids != 0).long())
    rows = (torch.tensor([row]) for row in (short, long))
    assert together == [written(row, torch.ones_like(row))[0] for row in rows]
    again = model(torch.tensor([short + together[0]])).logits[0, len(short) - 1 : -1].argmax(-1)
    assert again.tolist() == together[0]  # with the cache as without


def test_padding_on_the_right_changes_nothing_before_it():
    model = build_model(make_tokenizer(), "lfm2", "tiny").train(False)
    alone = model(torch.tensor([[1, 5, 6]])).logits
    padded = model(torch.tensor([[1, 5, 6, 0, 0]])).logits[:, :3]
    assert torch.allclose(alone, padded, atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "size", "says"),
    [("gpt", "small", "lfm2, lstm, gru, rnn"), ("lfm2", "smal", "tiny, small")],
)
def test_an_unknown_model_is_refused_with_those_there_are(kind, size, says):
    with pytest.raises(UsageError, match=says):
        build_model(make_tokenizer(), kind, size)


@pytest.mark.parametrize("architecture", ["lfm2", "lstm", "gru", "rnn"])
def test_a_model_knows_how_to_be_sampled(architecture, tmp_path):
    build_model(make_tokenizer(), architecture, "tiny").save_pretrained(tmp_path)
    settings = GenerationConfig.from_pretrained(tmp_path)
    assert (settings.do_sample, settings.temperature, settings.top_p, settings.top_k) == (True, 0.8, 0.95, 0)
    assert (settings.max_new_tokens, settings.eos_token_id, settings.pad_token_id) == (1024, 2, 0)
