"""Our own decoder says what transformers says, whatever its rows have been through."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch

from abcgen.errors import ModelError
from abcgen.generation.decoders import StockDecoder, decoders_of
from abcgen.generation.lfm2 import Lfm2Decoder, Lfm2Weights
from abcgen.generation.lfm2_single import Lfm2SingleDecoder
from abcgen.models import build_model

CLOSE = 1e-3


@pytest.fixture(scope="module")
def ids() -> torch.Tensor:
    return torch.randint(5, 1090, (40, 150), generator=torch.Generator().manual_seed(1))


def test_it_says_what_transformers_says(loaded: tuple[Any, Any], ids: torch.Tensor) -> None:
    with torch.inference_mode():
        expected = loaded[0](ids[:3]).logits
        for decoder in (decoders_of(loaded[0])(3), StockDecoder(loaded[0])):
            said = torch.stack([decoder.step(ids[:3, at]) for at in range(150)], 1)
            assert (said - expected).abs().max() < CLOSE


def test_one_row_says_it_too_and_begins_anew(loaded: tuple[Any, Any], ids: torch.Tensor) -> None:
    with torch.inference_mode():
        expected = loaded[0](ids[:2]).logits
        decoder = decoders_of(loaded[0])(1)
        for row in range(2):
            decoder.restart(0)
            said = torch.stack([decoder.step(ids[row : row + 1, at]) for at in range(150)], 1)
            decoder.keep([0])
            assert (said[0] - expected[row]).abs().max() < CLOSE


@pytest.mark.parametrize("rows", [1, 2])
def test_heads_may_share_their_keys(loaded: tuple[Any, Any], rows: int) -> None:
    torch.manual_seed(3)
    config = copy.deepcopy(loaded[0].config)
    config.num_key_value_heads, config.tie_word_embeddings = 2, False
    model = type(loaded[0])(config).eval()
    tokens = torch.randint(1000, (rows, 140))
    decoder = decoders_of(model)(rows)
    assert not isinstance(decoder, StockDecoder)
    with torch.inference_mode():
        said = torch.stack([decoder.step(tokens[:, at]) for at in range(140)], 1)
        assert (said - model(tokens).logits).abs().max() < CLOSE


def test_rows_begin_anew_and_leave(loaded: tuple[Any, Any], ids: torch.Tensor) -> None:
    model = loaded[0]
    rows = 40
    decoder = decoders_of(model)(rows)
    generator = torch.Generator().manual_seed(2)
    read: list[list[int]] = [[] for _ in range(rows)]
    with torch.inference_mode():
        for step in range(60):
            for row in torch.randperm(rows, generator=generator)[: 3 if step else 0].tolist():
                decoder.restart(row)
                read[row] = []
            if step == 40:
                kept = list(range(1, rows, 2))
                decoder.keep(kept)
                read, rows = [read[row] for row in kept], len(kept)
            tokens = ids[:rows, step]
            said = decoder.step(tokens)
            for row, token in enumerate(tokens.tolist()):
                read[row].append(token)
        for row, tokens_read in enumerate(read):
            expected = model(torch.tensor([tokens_read])).logits[0, -1]
            assert (said[row] - expected).abs().max() < CLOSE


def test_the_fast_one_is_for_our_architecture(loaded: tuple[Any, Any], ignorant: tuple[Any, Any]) -> None:
    assert isinstance(decoders_of(loaded[0])(2), Lfm2Decoder)
    assert isinstance(decoders_of(loaded[0])(1), Lfm2SingleDecoder)
    assert isinstance(decoders_of(build_model(loaded[1], "lstm", "tiny"))(2), StockDecoder)
    assert isinstance(decoders_of(ignorant[0].to(torch.bfloat16))(2), StockDecoder)
    ignorant[0].to(torch.float32)


def test_stock_rows_go_together(loaded: tuple[Any, Any]) -> None:
    decoder = StockDecoder(loaded[0])
    with pytest.raises(ValueError, match="by itself"):
        decoder.restart(0)
    with pytest.raises(ValueError, match="by themselves"):
        decoder.keep([0])


def test_weights_and_configuration_must_fit(loaded: tuple[Any, Any]) -> None:
    config, state = loaded[0].config.to_dict(), dict(loaded[0].state_dict())
    Lfm2Weights(config, state)
    with pytest.raises(ModelError, match=r"embed_tokens\.weight is"):
        Lfm2Weights({**config, "vocab_size": 7}, state)
    with pytest.raises(ModelError, match="more_of_it"):
        Lfm2Weights(config, {**state, "more_of_it": torch.zeros(1)})
    with pytest.raises(ModelError, match="without scaled positions"):
        Lfm2Weights({**config, "conv_bias": True}, state)
    del state["model.layers.3.feed_forward.w2.weight"]
    with pytest.raises(ModelError, match=r"w2\.weight is not there"):
        Lfm2Weights(config, state)
