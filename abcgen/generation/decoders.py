"""One step of a model for many rows: the last token of each in, the logits of the next out.

`Lfm2Decoder` computes a step of our own architecture from its weights, with caches that are there from the
beginning and rows that come and go; `StockDecoder` calls any causal model of transformers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from transformers import PreTrainedModel

#: Places by which the caches of keys and values grow, and rows that look through them together.
_GROWTH, _GROUP = 128, 16


class Decoder(Protocol):
    """Steps through many texts at once. `restarts`: whether single rows can begin anew, or leave."""

    restarts: bool

    def step(self, tokens: Tensor) -> Tensor:
        """The logits after one more token of every row: (rows,) int64 in, (rows, tokens) float32 out."""

    def restart(self, row: int) -> None:
        """Forget what the row has read."""

    def keep(self, rows: list[int]) -> None:
        """Go on with these rows alone."""


def decoder_for(model: PreTrainedModel, rows: int) -> Decoder:
    """The fastest decoder for a model: many `rows` at once."""
    if (
        type(model).__name__ == "Lfm2ForCausalLM"
        and model.device.type == "cpu"
        and model.dtype == torch.float32
    ):
        return Lfm2Decoder(model, rows)
    return StockDecoder(model)


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


class Lfm2Decoder:
    """An `Lfm2ForCausalLM` in float32, a token at a time.

    The layers' matrices are those of the model; those that read the same vector are put together, and the
    weights of a norm are multiplied into them. Every row has its own position. Keys and values are (rows,
    heads, places, width), the last inputs of a convolution (kernel - 1, rows, width).
    """

    restarts = True

    def __init__(self, model: Any, rows: int) -> None:
        config = model.config
        self._eps = config.norm_eps
        self._heads, self._kv_heads = config.num_attention_heads, config.num_key_value_heads
        self._embedding: Tensor = model.model.embed_tokens.weight.detach()
        self._out = _turned(model.lm_head.weight * model.model.embedding_norm.weight)
        self._layers = [_Layer(layer, self._heads, self._kv_heads) for layer in model.model.layers]
        self._angles = model.model.rotary_emb.inv_freq.detach().float().repeat(2)
        self._scaling = model.model.rotary_emb.attention_scaling
        self._slots = torch.arange(rows)  # where each row is kept
        self._rows = torch.arange(rows)  # which row each slot keeps
        self._at = torch.zeros(rows, dtype=torch.int64)
        self._past = [
            torch.zeros(layer.kernel.shape[0] - 1, rows, config.hidden_size)
            for layer in self._layers
            if layer.kernel is not None
        ]
        self._unseen = torch.empty(rows, 0)  # 0 where a row looks, -inf where it does not
        empty = torch.empty(rows, self._kv_heads, 0, self._angles.shape[0])
        attending = len(self._layers) - len(self._past)
        self._keys, self._values = [empty] * attending, [empty] * attending

    def restart(self, row: int) -> None:
        """Forget what the row has read.

        It is kept among the shortest from now on, so that a long one is not looked through for its sake: the
        longest of each group of slots moves to the group above, up to where there is room.
        """
        free = int(self._slots[row])
        for group in range(free // _GROUP - 1, -1, -1):
            members = self._at[group * _GROUP : (group + 1) * _GROUP]
            longest = group * _GROUP + int(members.argmax())
            self._move(longest, free)
            free = longest
        self._slots[row], self._rows[free] = free, row
        self._at[free] = 0
        self._unseen[free] = -torch.inf
        for past in self._past:
            past[:, free] = 0

    def _move(self, slot: int, to: int) -> None:
        """Keep a row in another slot, whose row is forgotten."""
        row, length = int(self._rows[slot]), int(self._at[slot])
        self._slots[row], self._rows[to] = to, row
        self._at[to] = length
        self._unseen[to] = self._unseen[slot]
        for past in self._past:
            past[:, to] = past[:, slot]
        for kept in (*self._keys, *self._values):
            kept[to, :, :length] = kept[slot, :, :length]

    def keep(self, rows: list[int]) -> None:
        """Go on with these rows alone, the shortest first."""
        slots = self._slots[rows]
        order = self._at[slots].argsort()
        slots = slots[order]
        self._rows = order
        self._slots = order.argsort()
        self._at = self._at[slots]
        self._unseen = self._unseen[slots]
        self._past = [past[:, slots] for past in self._past]
        self._keys = [keys[slots] for keys in self._keys]
        self._values = [values[slots] for values in self._values]

    def step(self, tokens: Tensor) -> Tensor:
        """tokens: (rows,) int64. Gives (rows, tokens) float32."""
        longest = int(self._at.max()) + 1
        if longest > self._unseen.shape[1]:
            self._grow(longest)
        everywhere = torch.arange(len(tokens))
        self._unseen[everywhere, self._at] = 0
        angles = self._at[:, None, None] * self._angles
        turns = angles.cos() * self._scaling, angles.sin() * self._scaling
        groups = [
            (first, int(self._at[first : first + _GROUP].max()) + 1)
            for first in range(0, len(tokens), _GROUP)
        ]
        hidden = functional.embedding(tokens[self._rows], self._embedding)
        convolutions = attentions = 0
        for layer in self._layers:
            into = self._normed(hidden) @ layer.into
            if layer.kernel is not None:
                mixed = self._convolved(convolutions, layer.kernel, into)
                convolutions += 1
            else:
                mixed = self._attended(attentions, layer.norms, into, turns, groups)
                attentions += 1
            hidden = torch.addmm(hidden, mixed, layer.out)
            gate, up = (self._normed(hidden) @ layer.up).chunk(2, -1)
            hidden = torch.addmm(hidden, functional.silu(gate).mul_(up), layer.down)
        self._at += 1
        logits = self._normed(hidden) @ self._out
        return logits[self._slots]

    def _normed(self, x: Tensor) -> Tensor:
        """Divided by the root of the mean square over the last axis."""
        length: Tensor = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
        return x * length.square_().mul_(1 / x.shape[-1]).add_(self._eps).rsqrt_()

    def _convolved(self, number: int, kernel: Tensor, into: Tensor) -> Tensor:
        """The short convolution, over this input and the last ones. kernel: (length, 1, width)."""
        before, after, x = into.chunk(3, -1)
        window = torch.cat([self._past[number], (before * x)[None]])
        self._past[number] = window[1:]
        return (window * kernel).sum(0).mul_(after)

    def _attended(
        self,
        number: int,
        norms: Tensor,
        into: Tensor,
        turns: tuple[Tensor, Tensor],
        groups: list[tuple[int, int]],
    ) -> Tensor:
        """Attention to all places of each row. norms: (heads of queries and keys, width).

        `groups`: the first slot of each, and the places that its rows have at most.
        """
        heads = into.view(into.shape[0], -1, self._angles.shape[0])
        asking = self._heads + self._kv_heads
        both = self._normed(heads[:, :asking]) * norms
        first, second = both.chunk(2, -1)
        both = torch.addcmul(both * turns[0], torch.cat([-second, first], -1), turns[1])
        keys, values = self._keys[number], self._values[number]
        everywhere = torch.arange(into.shape[0])
        keys[everywhere, :, self._at] = both[:, self._heads :]
        values[everywhere, :, self._at] = heads[:, asking:]
        found = []
        for begin, longest in groups:
            here = slice(begin, begin + _GROUP)
            mixed = functional.scaled_dot_product_attention(
                both[here, : self._heads, None],
                keys[here, :, :longest],
                values[here, :, :longest],
                attn_mask=self._unseen[here, None, None, :longest],
                enable_gqa=self._heads != self._kv_heads,
            )
            found.append(mixed.flatten(1))
        return torch.cat(found) if len(found) > 1 else found[0]

    def _grow(self, places: int) -> None:
        """Room for more places."""
        more = -(-places // _GROWTH) * _GROWTH
        self._unseen = functional.pad(self._unseen, (0, more - self._unseen.shape[1]), value=-torch.inf)
        self._keys = [_widened(keys, more) for keys in self._keys]
        self._values = [_widened(values, more) for values in self._values]


def _turned(weight: Tensor) -> Tensor:
    """A matrix for rows that stand on its left."""
    return weight.detach().T.contiguous()


def _widened(old: Tensor, size: int) -> Tensor:
    """Keys or values with more places."""
    new = torch.zeros(*old.shape[:2], size, old.shape[3])
    new[:, :, : old.shape[2]] = old
    return new


class _Layer:
    """The weights of a layer: `into` and `out` are those of what mixes places, `up` and `down` the others."""

    def __init__(self, layer: nn.Module, heads: int, kv_heads: int) -> None:
        found: Any = layer
        feed = found.feed_forward
        self.up = _turned(torch.cat([feed.w1.weight, feed.w3.weight]) * found.ffn_norm.weight)
        self.down = _turned(feed.w2.weight)
        self.kernel: Tensor | None = None
        self.norms = torch.empty(0)
        if found.is_attention_layer:
            attention = found.self_attn
            norms = [attention.q_layernorm.weight] * heads + [attention.k_layernorm.weight] * kv_heads
            self.norms = torch.stack(norms).detach()
            into = torch.cat([attention.q_proj.weight, attention.k_proj.weight, attention.v_proj.weight])
            self.out = _turned(attention.out_proj.weight)
        else:
            into = found.conv.in_proj.weight
            self.out = _turned(found.conv.out_proj.weight)
            self.kernel = found.conv.conv.weight.detach()[:, 0].T[:, None].contiguous()
        self.into = _turned(into * found.operator_norm.weight)
