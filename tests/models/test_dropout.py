from __future__ import annotations

import copy

import pytest
import torch
from models.tiny import make_recurrent, make_tokenizer
from torch import nn
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

from abcgen.models import build_model
from abcgen.models.dropout import set_dropout

IDS = torch.tensor([[1, 5, 6, 7, 8]])


def llama():
    config = LlamaConfig(
        vocab_size=20,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=2,
    )
    return LlamaForCausalLM(config)


def lfm2():
    return build_model(make_tokenizer(), "lfm2", "tiny")


def passes(model, count=2):
    return [model(IDS).logits for _ in range(count)]


@pytest.mark.parametrize("make", [lfm2, llama])
def test_a_model_without_dropout_gets_it_while_it_trains_and_only_then(make, tmp_path):
    model = make()
    set_dropout(model, 0.4)
    before = copy.deepcopy(model)
    first, second = passes(model.train())
    assert not torch.equal(first, second)
    first, second = passes(model.train(False))
    assert torch.equal(first, second)
    model.save_pretrained(tmp_path)
    again = type(model).from_pretrained(tmp_path)
    assert torch.equal(*passes(again.train()))
    assert not torch.equal(*passes(before.train()))


def test_every_branch_and_the_embedding_drop_their_share():
    model = lfm2()
    set_dropout(model, 0.25)
    seen = {}
    for name, module in model.named_modules():
        if module._forward_hooks:
            module.register_forward_hook(
                lambda module, inputs, output, name=name: seen.__setitem__(
                    name, (output[0] if isinstance(output, tuple) else output).detach()
                )
            )
    model.train()(torch.randint(5, 20, (4, 200)))
    names = {"model.embed_tokens", *(f"model.layers.{layer}.feed_forward" for layer in range(5))}
    names |= {f"model.layers.{layer}.conv" for layer in (0, 2, 4)}
    names |= {f"model.layers.{layer}.self_attn" for layer in (1, 3)}
    assert set(seen) == names
    for output in seen.values():
        assert (output == 0).float().mean().item() == pytest.approx(0.25, abs=0.02)


def test_the_last_share_set_is_the_one_that_holds():
    model = lfm2()
    set_dropout(model, 0.4)
    set_dropout(model, 0.2)
    assert all(len(module._forward_hooks) <= 1 for module in model.modules())
    set_dropout(model, 0.0)
    assert torch.equal(*passes(model.train()))


def test_a_model_with_dropout_of_its_own_keeps_it_there():
    stock = GPT2LMHeadModel(GPT2Config(vocab_size=20, n_embd=16, n_layer=1, n_head=2))
    recurrent = make_recurrent()
    for model in (stock, recurrent):
        set_dropout(model, 0.35)
        assert not any(module._forward_hooks for module in model.modules())
        shares = {module.p for module in model.modules() if isinstance(module, nn.Dropout)}
        assert shares <= {0.35}
    assert stock.config.resid_pdrop == recurrent.config.hidden_dropout == 0.35
