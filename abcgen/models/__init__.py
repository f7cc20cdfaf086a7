"""Language models: sizes of a stock Transformer, an LSTM, and a Kneser-Ney n-gram as the reference.

The names below load torch only when they are first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from abcgen.models.build import build_model
    from abcgen.models.loading import load_model, load_tokenizer
    from abcgen.models.ngram import KneserNey

__all__ = ["KneserNey", "build_model", "load_model", "load_tokenizer"]

_HOME = {
    "KneserNey": "ngram",
    "build_model": "build",
    "load_model": "loading",
    "load_tokenizer": "loading",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"abcgen.models.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
