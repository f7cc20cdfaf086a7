"""LFM2 for a single text. With one row, the calls of torch take longer than what they compute.

Those of numpy take a fraction, so it does all but the products with matrices, in memory that both share.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from abcgen.generation.lfm2 import GROWTH, Layer, Lfm2Weights

Array = npt.NDArray[np.float32]


class Lfm2SingleDecoder:
    """An LFM2 in float32 on the CPU, a token at a time, of one text: what `Lfm2Decoder` computes."""

    restarts = True

    def __init__(self, weights: Lfm2Weights) -> None:
        self._weights = weights
        self._embedding = weights.embedding.numpy()
        self._layers = [_mixer(layer, weights) for layer in weights.layers]
        self._feeds = [_Feed(layer, weights.eps) for layer in weights.layers]
        self._out = _Product(weights.out)
        self._turns = np.empty((2, 0, len(weights.angles)), np.float32)
        self._at = 0

    def restart(self, row: int) -> None:
        """Forget what has been read."""
        self._at = 0
        for layer in self._layers:
            layer.restart()

    def keep(self, rows: list[int]) -> None:
        """Its one row stays."""

    def step(self, tokens: Tensor) -> Tensor:
        """tokens: (1,) int64. Gives (1, tokens) float32."""
        if self._at == self._turns.shape[1]:
            self._turns = _turns(self._weights.angles.numpy(), self._at + GROWTH)
        hidden: Array = self._embedding[int(tokens[0])].copy()
        cos, sin = self._turns[:, self._at]
        with np.errstate(over="ignore"):  # of a gate that is shut
            for layer, feed in zip(self._layers, self._feeds, strict=True):
                hidden += layer.mixed(hidden, self._at, cos, sin)
                hidden += feed.fed(hidden)
        self._at += 1
        _norm(hidden, self._weights.eps, self._out.given)
        self._out.multiply()
        return torch.from_numpy(self._out.found.copy()[None])


class _Product:
    """A row times a matrix: `given` (n,) is written, `found` (m,) is read, both always in the same place."""

    def __init__(self, matrix: Tensor) -> None:
        self._matrix = matrix
        self._given, self._found = torch.zeros(1, matrix.shape[0]), torch.zeros(1, matrix.shape[1])
        self.given: Array = self._given.numpy()[0]
        self.found: Array = self._found.numpy()[0]

    def multiply(self) -> None:
        torch.mm(self._given, self._matrix, out=self._found)


def _norm(x: Array, eps: float, out: Array) -> None:
    """Divided by the root of the mean square. x, out: (width,)."""
    np.multiply(x, 1 / sqrt(float(x.dot(x)) / len(x) + eps), out=out)


def _turns(angles: Array, places: int) -> Array:
    """Cosines and sines by which queries and keys are turned: (2, places, width)."""
    at = torch.arange(places)[:, None] * torch.from_numpy(angles)
    return torch.stack([at.cos(), at.sin()]).numpy()


class _Feed:
    """What each layer does within a place."""

    def __init__(self, layer: Layer, eps: float) -> None:
        self._up, self._down, self._eps = _Product(layer.up), _Product(layer.down), eps
        self._gate, self._other = np.split(self._up.found, 2)
        self._shut = np.empty_like(self._gate)

    def fed(self, hidden: Array) -> Array:
        """hidden: (width,). Gives (width,), to be added to it."""
        _norm(hidden, self._eps, self._up.given)
        self._up.multiply()
        shut = np.negative(self._gate, out=self._shut)
        np.exp(shut, out=shut)
        shut += 1
        np.divide(self._gate, shut, out=self._down.given)
        self._down.given *= self._other
        self._down.multiply()
        return self._down.found


def _mixer(layer: Layer, weights: Lfm2Weights) -> _Convolution | _Attention:
    if layer.kernel is None:
        return _Attention(layer, weights)
    return _Convolution(layer, layer.kernel, weights.eps)


class _Convolution:
    """A short convolution over this input and the last ones."""

    def __init__(self, layer: Layer, kernel: Tensor, eps: float) -> None:
        self._into, self._out, self._eps = _Product(layer.into), _Product(layer.out), eps
        self._before, self._after, self._x = np.split(self._into.found, 3)
        self._kernel: Array = kernel[:, 0].numpy()
        self._window = np.zeros_like(self._kernel)
        self._weighed = np.empty_like(self._kernel)

    def restart(self) -> None:
        """Forget the last inputs."""
        self._window[:] = 0

    def mixed(self, hidden: Array, at: int, cos: Array, sin: Array) -> Array:
        """hidden: (width,). Gives (width,), to be added to it."""
        _norm(hidden, self._eps, self._into.given)
        self._into.multiply()
        self._window[:-1] = self._window[1:]
        np.multiply(self._before, self._x, out=self._window[-1])
        np.multiply(self._window, self._kernel, out=self._weighed)
        np.add.reduce(self._weighed, out=self._out.given)
        self._out.given *= self._after
        self._out.multiply()
        return self._out.found


class _Attention:
    """Attention to all places so far. Keys and values are (heads of keys, places, width)."""

    def __init__(self, layer: Layer, weights: Lfm2Weights) -> None:
        self._into, self._out, self._eps = _Product(layer.into), _Product(layer.out), weights.eps
        self._width = len(weights.angles)
        asking, kept = weights.heads, weights.kv_heads
        heads = self._into.found.reshape(-1, self._width)
        self._both, self._value = heads[: asking + kept], heads[asking + kept :]
        self._norms: Array = layer.norms.numpy().copy()
        self._norms[:asking] *= self._width**-0.5
        self._normed = np.empty_like(self._both)
        self._turned = np.empty_like(self._both)
        self._query = self._normed[:asking].reshape(kept, -1, self._width)
        self._key = self._normed[asking:]
        self._answer = self._out.given.reshape(kept, -1, self._width)
        self._keys = self._values = np.empty((kept, 0, self._width), np.float32)

    def restart(self) -> None:
        """Only places that have been read are looked at, so there is nothing to forget."""

    def mixed(self, hidden: Array, at: int, cos: Array, sin: Array) -> Array:
        """hidden: (width,); cos, sin: of place `at`, (width of a head,). Gives (width,), to be added."""
        _norm(hidden, self._eps, self._into.given)
        self._into.multiply()
        both, half = self._normed, self._width // 2
        scale = np.einsum("ij,ij->i", self._both, self._both)
        scale /= self._width
        scale += self._eps
        np.sqrt(scale, out=scale)
        np.divide(self._both, scale[:, None], out=both)
        both *= self._norms
        np.negative(both[:, half:], out=self._turned[:, :half])
        self._turned[:, half:] = both[:, :half]
        self._turned *= sin
        both *= cos
        both += self._turned
        if at == self._keys.shape[1]:
            self._keys, self._values = _longer(self._keys), _longer(self._values)
        self._keys[:, at] = self._key
        self._values[:, at] = self._value
        shares = np.matmul(self._query, self._keys[:, : at + 1].transpose(0, 2, 1))
        shares -= shares.max(-1, keepdims=True)
        np.exp(shares, out=shares)
        shares /= shares.sum(-1, keepdims=True)
        np.matmul(shares, self._values[:, : at + 1], out=self._answer)
        self._out.multiply()
        return self._out.found


def _longer(kept: Array) -> Array:
    """Keys or values with room for more places."""
    return np.concatenate([kept, np.zeros((kept.shape[0], GROWTH, kept.shape[2]), np.float32)], axis=1)
