"""One step of a model for many rows: the last token of each in, the logits of the next out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor

from abcgen.generation.lfm2 import Lfm2Decoder, Lfm2Weights, is_plain
from abcgen.generation.lfm2_single import Lfm2SingleDecoder

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class Decoder(Protocol):
    """Steps through many texts at once. `restarts`: whether single rows can begin anew, or leave."""

    restarts: bool

    def step(self, tokens: Tensor) -> Tensor:
        """The logits after one more token of every row: (rows,) int64 in, (rows, tokens) float32 out."""

    def restart(self, row: int) -> None:
        """Forget what the row has read."""

    def keep(self, rows: list[int]) -> None:
        """Go on with these rows alone."""


def decoders_of(model: PreTrainedModel) -> Callable[[int], Decoder]:
    """What makes the fastest decoder there is for a model, of so many rows."""
    config = model.config.to_dict()
    if not is_plain(config) or model.device.type != "cpu" or model.dtype != torch.float32:
        return lambda rows: StockDecoder(model)
    weights = Lfm2Weights(config, model.state_dict())
    return lambda rows: lfm2_decoder(weights, rows)


def lfm2_decoder(weights: Lfm2Weights, rows: int) -> Decoder:
    """What decodes so many texts of an LFM2 fastest."""
    return Lfm2SingleDecoder(weights) if rows == 1 else Lfm2Decoder(weights, rows)


class StockDecoder:
    """Any causal language model of transformers, with the cache that it makes itself."""

    restarts = False

    def __init__(self, model: PreTrainedModel) -> None:
        self._model: Any = model
        self._cache: Any = None

    def step(self, tokens: Tensor) -> Tensor:
        """tokens: (rows,) int64. Gives (rows, tokens) float32 on the CPU."""
        given = tokens[:, None].to(self._model.device)
        out = self._model(input_ids=given, past_key_values=self._cache, use_cache=True)
        self._cache = out.past_key_values
        logits: Tensor = out.logits[:, -1].float().cpu()
        return logits

    def restart(self, row: int) -> None:
        """Raises ValueError: its rows go together."""
        raise ValueError(f"row {row} cannot begin anew by itself")

    def keep(self, rows: list[int]) -> None:
        """Raises ValueError: its rows go together."""
        raise ValueError(f"{rows} cannot go on by themselves")
