"""LFM2, a token at a time, from its weights alone: the fast way to decode the embedded model and its like.

What it computes is what `Lfm2ForCausalLM` of transformers computes; nothing of transformers is needed for it,
and most of the time that a first tune takes would be spent on loading that.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from abcgen.errors import ModelError
from abcgen.models.loading import read_settings

#: Places by which the caches of keys and values grow, and rows that look through them together.
GROWTH, _GROUP = 128, 16


def is_plain_lfm2(folder: Path) -> bool:
    """Whether a folder holds an LFM2 that can be read here, as far as its configuration tells."""
    if not all((folder / name).is_file() for name in ("config.json", "model.safetensors", "tokenizer.json")):
        return False
    return is_plain(read_settings(folder / "config.json"))


def is_plain(config: Mapping[str, Any]) -> bool:
    """Whether the model of this configuration can be computed here."""
    rope = config.get("rope_parameters") or {}
    scaled = rope.get("rope_type", "default") != "default"
    return config.get("model_type") == "lfm2" and not scaled and not config.get("conv_bias")


class Lfm2Weights:
    """The weights of an LFM2 as a step needs them, in float32.

    Matrices are turned so that rows stand on their left; those that read the same vector are put together,
    and the weights of a norm are multiplied into what follows it. `config` and `state` are those of
    transformers. Raises ModelError where they do not fit each other, or ask for what is not known here.
    """

    def __init__(self, config: Mapping[str, Any], state: Mapping[str, Tensor]) -> None:
        if not is_plain(config):
            raise ModelError("only an LFM2 without scaled positions and biases is known here")
        self.heads = int(config["num_attention_heads"])
        self.kv_heads = int(config["num_key_value_heads"])
        self.eps = float(config["norm_eps"])
        width = int(config["hidden_size"]) // self.heads
        theta = float((config.get("rope_parameters") or {}).get("rope_theta", 1_000_000.0))
        inverse = 1.0 / theta ** (torch.arange(0, width, 2, dtype=torch.float32) / width)
        self.angles = inverse.repeat(2)
        given = _Given(state)
        hidden, vocabulary = int(config["hidden_size"]), int(config["vocab_size"])
        self.embedding = given("model.embed_tokens.weight", vocabulary, hidden)
        tied = config.get("tie_word_embeddings", True) and "lm_head.weight" not in state
        head = self.embedding if tied else given("lm_head.weight", vocabulary, hidden)
        self.out = _turned(head * given("model.embedding_norm.weight", hidden))
        kinds = config["layer_types"]
        self.layers = [
            Layer(given, f"model.layers.{number}.", kind, self.heads, self.kv_heads, hidden)
            for number, kind in enumerate(kinds)
        ]
        given.refuse_more()


class _Given:
    """The weights that are there, taken one by one."""

    def __init__(self, state: Mapping[str, Tensor]) -> None:
        self._state = state
        self._taken: set[str] = set()

    def __call__(self, name: str, *shape: int) -> Tensor:
        """A weight in float32; -1 stands for any length."""
        found = self._state.get(name)
        if found is None:
            raise ModelError(f"the weights do not fit the config.json: {name} is not there")
        fits = len(shape) == found.dim() and all(
            wanted in (-1, length) for wanted, length in zip(shape, found.shape, strict=True)
        )
        if not fits:
            raise ModelError(f"the weights do not fit the config.json: {name} is {tuple(found.shape)}")
        self._taken.add(name)
        return found.detach().float()

    def refuse_more(self) -> None:
        """Raise ModelError when there are weights that nothing asked for."""
        more = sorted(set(self._state) - self._taken - {"lm_head.weight"})
        if more:
            raise ModelError(f"the weights do not fit the config.json: {more[0]}")


class Layer:
    """The weights of a layer: `into` and `out` are those of what mixes places, `up` and `down` the others.

    `kernel` is that of a convolution, (length, 1, width), None where there is attention; `norms` are those of
    its queries and keys, (heads of both, width).
    """

    def __init__(self, given: _Given, name: str, kind: str, heads: int, kv_heads: int, hidden: int) -> None:
        norm = given(f"{name}operator_norm.weight", hidden)
        feed = f"{name}feed_forward."
        gates = [given(f"{feed}w1.weight", -1, hidden), given(f"{feed}w3.weight", -1, hidden)]
        self.up = _turned(torch.cat(gates) * given(f"{name}ffn_norm.weight", hidden))
        self.down = _turned(given(f"{feed}w2.weight", hidden, -1))
        self.kernel: Tensor | None = None
        self.norms = torch.empty(0)
        if kind == "conv":
            into = given(f"{name}conv.in_proj.weight", 3 * hidden, hidden)
            self.out = _turned(given(f"{name}conv.out_proj.weight", hidden, hidden))
            self.kernel = given(f"{name}conv.conv.weight", hidden, 1, -1)[:, 0].T[:, None].contiguous()
        else:
            of = f"{name}self_attn."
            width = hidden // heads
            both = [given(f"{of}{each}_layernorm.weight", width) for each in "qk"]
            self.norms = torch.stack([both[0]] * heads + [both[1]] * kv_heads)
            sizes = {"q": heads, "k": kv_heads, "v": kv_heads}
            into = torch.cat([given(f"{of}{n}_proj.weight", c * width, hidden) for n, c in sizes.items()])
            self.out = _turned(given(f"{of}out_proj.weight", hidden, heads * width))
        self.into = _turned(into * norm)


class Lfm2Decoder:
    """An LFM2 in float32 on the CPU, a token at a time.

    Every row has its own position. Keys and values are (rows, heads, places, width), the last inputs of a
    convolution (kernel - 1, rows, width).
    """

    restarts = True

    def __init__(self, weights: Lfm2Weights, rows: int) -> None:
        self._weights = weights
        self._eps, self._heads = weights.eps, weights.heads
        self._slots = torch.arange(rows)  # where each row is kept
        self._rows = torch.arange(rows)  # which row each slot keeps
        self._at = torch.zeros(rows, dtype=torch.int64)
        kernels = [layer.kernel for layer in weights.layers if layer.kernel is not None]
        self._past = [torch.zeros(kernel.shape[0] - 1, rows, kernel.shape[2]) for kernel in kernels]
        self._unseen = torch.empty(rows, 0)  # 0 where a row looks, -inf where it does not
        empty = torch.empty(rows, weights.kv_heads, 0, weights.angles.shape[0])
        attending = len(weights.layers) - len(kernels)
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
        angles = self._at[:, None, None] * self._weights.angles
        turns = angles.cos(), angles.sin()
        groups = [
            (first, int(self._at[first : first + _GROUP].max()) + 1)
            for first in range(0, len(tokens), _GROUP)
        ]
        hidden = functional.embedding(tokens[self._rows], self._weights.embedding)
        convolutions = attentions = 0
        for layer in self._weights.layers:
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
        logits = self._normed(hidden) @ self._weights.out
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
        heads = into.view(into.shape[0], -1, self._weights.angles.shape[0])
        asking = self._heads + self._weights.kv_heads
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
                enable_gqa=self._heads != self._weights.kv_heads,
            )
            found.append(mixed.flatten(1))
        return torch.cat(found) if len(found) > 1 else found[0]

    def _grow(self, places: int) -> None:
        """Room for more places."""
        more = -(-places // GROWTH) * GROWTH
        self._unseen = functional.pad(self._unseen, (0, more - self._unseen.shape[1]), value=-torch.inf)
        self._keys = [_widened(keys, more) for keys in self._keys]
        self._values = [_widened(values, more) for values in self._values]


def _turned(weight: Tensor) -> Tensor:
    """A matrix for rows that stand on its left."""
    return weight.T.contiguous()


def _widened(old: Tensor, size: int) -> Tensor:
    """Keys or values with more places."""
    new = torch.zeros(*old.shape[:2], size, old.shape[3])
    new[:, :, : old.shape[2]] = old
    return new
