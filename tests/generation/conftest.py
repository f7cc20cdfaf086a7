"""The embedded model, loaded once, and models that know nothing."""

from __future__ import annotations

from typing import Any

import pytest

from abcgen.generation import Vocabulary
from abcgen.models import build_model, load_model
from abcgen.resources import embedded_model


@pytest.fixture(scope="session")
def loaded() -> tuple[Any, Any]:
    """The embedded model and its tokenizer."""
    return load_model(embedded_model())


@pytest.fixture(scope="session")
def vocabulary(loaded: tuple[Any, Any]) -> Vocabulary:
    return Vocabulary(loaded[1])


@pytest.fixture(scope="session")
def ignorant(loaded: tuple[Any, Any]) -> tuple[Any, Any]:
    """A model of random weights, with the tokenizer of the embedded one."""
    return build_model(loaded[1], "lfm2", "tiny", seed=1), loaded[1]
