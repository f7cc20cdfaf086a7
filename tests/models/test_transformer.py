from __future__ import annotations

import json

import pytest
import torch
from models.tiny import make_tokenizer
from transformers import GenerationConfig

from abcgen.errors import UsageError
from abcgen.models import build_model, load_model
from abcgen.resources import embedded_model


def test_the_small_sizes_have_the_parameters_they_promise():
    tokenizer = make_tokenizer()
    counts = {
        (kind, size): build_model(tokenizer, kind, size).num_parameters()
        for kind in ("gpt_neox", "lstm", "gru", "rnn")
        for size in ("tiny", "small")
    }
    assert 0.7e6 < counts["gpt_neox", "tiny"] < 1.0e6
    assert 3.0e6 < counts["gpt_neox", "small"] < 3.5e6
    for kind in ("lstm", "gru", "rnn"):
        for size in ("tiny", "small"):
            assert 0.98 < counts[kind, size] / counts["gpt_neox", size] < 1.02


def test_weights_follow_from_the_seed_and_leave_global_chance_alone():
    tokenizer = make_tokenizer()
    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)
    first = build_model(tokenizer, "gpt_neox", "tiny", seed=5)
    assert torch.equal(torch.rand(3), expected)
    again, other = (build_model(tokenizer, "gpt_neox", "tiny", seed=seed) for seed in (5, 6))
    weight = "gpt_neox.layers.0.mlp.dense_h_to_4h.weight"
    assert torch.equal(first.state_dict()[weight], again.state_dict()[weight])
    assert not torch.equal(first.state_dict()[weight], other.state_dict()[weight])


def test_marks_dropout_and_tying_reach_the_configuration(tmp_path):
    tokenizer = make_tokenizer()
    model = build_model(tokenizer, "gpt_neox", "tiny", dropout=0.3, attention_dropout=0.1)
    config = model.config
    assert (config.bos_token_id, config.eos_token_id, config.pad_token_id) == (1, 2, 0)
    generation = model.generation_config
    assert (generation.bos_token_id, generation.eos_token_id, generation.pad_token_id) == (1, 2, 0)
    assert (config.hidden_dropout, config.attention_dropout) == (0.3, 0.1)
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    loaded, _ = load_model(tmp_path)
    assert loaded.lm_head.weight is loaded.gpt_neox.embed_in.weight
    ids = torch.tensor([[1, 5, 6, 7]])
    assert torch.allclose(loaded(ids).logits, model.train(False)(ids).logits, atol=1e-6)


def test_readers_of_the_older_names_turn_the_whole_head_too(tmp_path):
    build_model(make_tokenizer(), "gpt_neox", "tiny").save_pretrained(tmp_path)
    for folder in (tmp_path, embedded_model()):
        config = json.loads((folder / "config.json").read_text())
        assert (config["rotary_pct"], config["rotary_emb_base"]) == (1.0, 10_000)
        rope = config["rope_parameters"]
        assert (rope["partial_rotary_factor"], rope["rope_theta"]) == (1.0, 10_000)


def test_padding_on_the_right_changes_nothing_before_it():
    model = build_model(make_tokenizer(), "gpt_neox", "tiny").train(False)
    alone = model(torch.tensor([[1, 5, 6]])).logits
    padded = model(torch.tensor([[1, 5, 6, 0, 0]])).logits[:, :3]
    assert torch.allclose(alone, padded, atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "size", "says"),
    [("gpt", "small", "gpt_neox, lstm, gru, rnn"), ("gpt_neox", "smal", "tiny, small")],
)
def test_an_unknown_model_is_refused_with_those_there_are(kind, size, says):
    with pytest.raises(UsageError, match=says):
        build_model(make_tokenizer(), kind, size)


@pytest.mark.parametrize("architecture", ["gpt_neox", "lstm", "gru", "rnn"])
def test_a_model_knows_how_to_be_sampled(architecture, tmp_path):
    build_model(make_tokenizer(), architecture, "tiny").save_pretrained(tmp_path)
    settings = GenerationConfig.from_pretrained(tmp_path)
    assert (settings.do_sample, settings.temperature, settings.top_p, settings.top_k) == (True, 0.8, 0.95, 0)
    assert (settings.max_length, settings.eos_token_id, settings.pad_token_id) == (2048, 2, 0)
