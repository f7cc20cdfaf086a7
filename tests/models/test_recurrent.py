from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch
from models.tiny import make_recurrent, make_tokenizer

from abcgen.models import build_model, load_model


@pytest.fixture(params=["lstm", "gru", "rnn"])
def cell(request):
    return request.param


ROWS = ([1, 8, 9], [1, 8, 9, 30, 31, 32, 33], [1, 40])


def left_padded(rows=ROWS):
    width = max(map(len, rows))
    ids = torch.tensor([[0] * (width - len(row)) + list(row) for row in rows])
    mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows])
    return ids, mask


def test_left_padded_rows_have_the_logits_they_have_alone(cell):
    model = make_recurrent(cell)
    ids, mask = left_padded()
    together = model(ids, attention_mask=mask).logits
    for row, alone in enumerate(ROWS):
        single = model(torch.tensor([alone])).logits[0]
        assert torch.allclose(together[row, -len(alone) :], single, atol=1e-6)


def test_padding_on_the_right_or_all_over_leaves_the_state_alone(cell):
    model = make_recurrent(cell)
    ids = torch.tensor([[1, 8, 9, 0, 0], [0, 0, 0, 0, 0]])
    state = model(ids, attention_mask=torch.tensor([[1, 1, 1, 0, 0], [0] * 5])).past_key_values
    alone = model(torch.tensor([[1, 8, 9]])).past_key_values
    assert len(state.states) == (2 if cell == "lstm" else 1)
    for found, expected in zip(state.states, alone.states, strict=True):
        assert torch.allclose(found[:, 0], expected[:, 0], atol=1e-6)
        assert found[:, 1].abs().max() == 0


def test_a_state_continues_where_it_was_left(cell):
    model = make_recurrent(cell)
    ids = torch.tensor([[1, 8, 9, 30, 31, 32]])
    whole = model(ids)
    first = model(ids[:, :4])
    rest = model(ids[:, 4:], past_key_values=first.past_key_values)
    assert torch.allclose(rest.logits, whole.logits[:, 4:], atol=1e-6)
    assert rest.past_key_values.get_seq_length() == 6


def test_cached_generation_of_a_ragged_batch_is_that_of_each_row_and_of_no_cache(cell):
    model = make_recurrent(cell)
    ids, mask = left_padded()
    settings = {"do_sample": False, "min_new_tokens": 20, "max_new_tokens": 20}
    together = model.generate(ids, attention_mask=mask, **settings)[:, ids.shape[1] :]
    assert len({tuple(row.tolist()) for row in together}) == len(ROWS)  # the prompts matter
    for row, prompt in enumerate(ROWS):
        for use_cache in (True, False):
            alone = model.generate(torch.tensor([prompt]), use_cache=use_cache, **settings)
            assert alone[0, len(prompt) :].tolist() == together[row].tolist()


def test_the_cache_is_used(cell, monkeypatch):
    model = make_recurrent(cell)
    widths = []
    inner = model.forward
    monkeypatch.setattr(
        model, "forward", lambda *a, **k: widths.append(k["input_ids"].shape[1]) or inner(*a, **k)
    )
    model.generate(torch.tensor([[1, 8, 9, 30]]), do_sample=False, min_new_tokens=5, max_new_tokens=5)
    assert widths == [4, 1, 1, 1, 1]


def test_beams_keep_their_own_states(cell):
    model = make_recurrent(cell)
    settings = {"do_sample": False, "num_beams": 3, "min_new_tokens": 8, "max_new_tokens": 8}
    prompt = torch.tensor([[1, 8, 9]])
    cached = model.generate(prompt, use_cache=True, **settings)
    assert cached.tolist() == model.generate(prompt, use_cache=False, **settings).tolist()


def test_generation_goes_on_from_a_state_of_the_callers(cell):
    model = make_recurrent(cell)
    ids = torch.tensor([[1, 8, 9, 30, 31, 32]])
    settings = {"do_sample": False, "min_new_tokens": 9, "max_new_tokens": 9}
    expected = model.generate(ids, **settings)
    state = model(ids[:, :4]).past_key_values
    assert not (state.is_compileable or state.is_croppable)  # asked on a GPU, and on Apple's
    assert model.generate(ids, past_key_values=state, **settings).tolist() == expected.tolist()
    mask = torch.ones_like(ids)
    new = model.generate(ids[:, 4:], attention_mask=mask, past_key_values=state, **settings)
    assert new[:, 2:].tolist() == expected[:, 6:].tolist()
    for seen in (ids[:, :4], ids[:, :3]):
        with pytest.raises(ValueError, match="the state has seen 4 tokens"):
            model.generate(seen, past_key_values=state, **settings)


def test_generation_takes_embeddings_for_the_prompt(cell):
    model = make_recurrent(cell)
    ids, mask = left_padded()
    settings = {"do_sample": False, "min_new_tokens": 9, "max_new_tokens": 9, "attention_mask": mask}
    new = model.generate(inputs_embeds=model.embedding(ids), **settings)
    assert new.tolist() == model.generate(ids, **settings)[:, ids.shape[1] :].tolist()
    for both_or_none in ({}, {"input_ids": ids, "inputs_embeds": model.embedding(ids)}):
        with pytest.raises(ValueError, match="either input_ids or inputs_embeds"):
            model(**both_or_none)


@pytest.mark.parametrize(
    "wanted",
    [2, torch.tensor([0, 3]), torch.tensor([[0, 3], [1, 2]]), torch.tensor([[True] * 2 + [False] * 2] * 2)],
)
def test_the_logits_to_keep_are_those_that_a_stock_model_keeps(cell, wanted):
    model, stock = make_recurrent(cell), build_model(make_tokenizer(), "lfm2", "tiny").train(False)
    ids = torch.tensor([[1, 8, 9, 30], [1, 40, 41, 42]])
    for each in (model, stock):
        whole, kept = each(ids).logits, each(ids, logits_to_keep=wanted).logits
        if isinstance(wanted, int):
            expected = whole[:, -wanted:]
        elif wanted.dtype == torch.bool:
            expected = whole[wanted]
        else:
            expected = whole.gather(1, wanted.expand(2, 2)[..., None].expand(2, 2, whole.shape[-1]))
        assert torch.allclose(kept, expected, atol=1e-6)


def test_labels_give_the_mean_loss_of_what_is_not_ignored(cell):
    model = make_recurrent(cell)
    ids = torch.tensor([[1, 8, 9, 30]])
    output = model(ids, labels=torch.tensor([[-100, -100, 9, 30]]))
    expected = output.logits[0, 1:3].log_softmax(-1)[[0, 1], [9, 30]].mean()
    assert output.loss.item() == pytest.approx(-expected.item(), rel=1e-6)


def test_it_saves_and_loads_by_registration(cell, tmp_path):
    model = make_recurrent(cell)
    model.save_pretrained(tmp_path)
    make_tokenizer().save_pretrained(tmp_path)
    loaded, _ = load_model(tmp_path)
    ids = torch.tensor([[1, 8, 9]])
    assert type(loaded) is type(model)
    assert loaded.lm_head.weight is loaded.embedding.weight
    for name, weight in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], weight)
    assert torch.allclose(loaded(ids).logits, model(ids).logits, atol=1e-6)


@pytest.mark.slow
def test_its_folder_carries_the_code_that_plain_transformers_needs(cell, tmp_path):
    model = make_recurrent(cell)
    model.save_pretrained(tmp_path / "model")
    script = (
        "import sys, torch; from transformers import AutoModelForCausalLM as A;"
        f"m = A.from_pretrained({str(tmp_path / 'model')!r}, trust_remote_code=True);"
        "assert 'abcgen' not in sys.modules;"
        "p = torch.tensor([[1, 8, 9]]);"
        "print(m.generate(p, do_sample=False, min_new_tokens=9, max_new_tokens=9).tolist())"
    )
    environment = {**os.environ, "HF_MODULES_CACHE": str(tmp_path / "cache"), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    prompt = torch.tensor([[1, 8, 9]])
    expected = model.generate(prompt, do_sample=False, min_new_tokens=9, max_new_tokens=9).tolist()
    assert done.stdout.strip().splitlines()[-1] == str(expected)
