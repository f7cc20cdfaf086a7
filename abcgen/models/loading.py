"""Read a causal language model and its tokenizer from a folder, and trust nothing in it but numbers.

Safetensors only, no code from the folder, no network. Our own recurrent model is known by registration.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abcgen.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


def load_model(folder: str | Path) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """The model in `folder`, in float32, in evaluation mode on the CPU, and its tokenizer.

    Raises ModelError when the folder is no causal language model of ours or of plain transformers, when its
    weights are pickled, or when they do not fit its configuration.
    """
    path = Path(folder)
    _refuse_no_model(path)
    import torch
    from transformers import AutoModelForCausalLM

    import abcgen.models.recurrent  # noqa: F401 - importing registers the architecture

    tokenizer = load_tokenizer(path)
    hush_fallbacks()

    try:
        with no_progress_bars(), _quiet():
            loaded: Any = AutoModelForCausalLM.from_pretrained(
                path,
                dtype=torch.float32,
                use_safetensors=True,
                trust_remote_code=False,
                local_files_only=True,
                ignore_mismatched_sizes=True,  # told below, by the name of the first
                output_loading_info=True,
            )
    except Exception as error:
        raise ModelError(f"cannot load the model in {path}: {first_line(error)}") from error
    model, info = loaded
    for kind in ("missing_keys", "mismatched_keys", "unexpected_keys"):
        if info.get(kind):
            first = min(key if isinstance(key, str) else str(key[0]) for key in info[kind])
            raise ModelError(f"the weights in {path} do not fit its config.json: {first}")
    for name, weight in model.named_parameters():
        if not torch.isfinite(weight).all():
            raise ModelError(f"the weights in {path} are no numbers: {name}")
    if len(tokenizer) > model.get_input_embeddings().weight.shape[0]:
        raise ModelError(f"the tokenizer in {path} has more tokens than the model knows")
    return model.train(False), tokenizer


def load_state(folder: str | Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """The configuration and the weights in `folder`, as they are stored, without a line of transformers.

    Raises ModelError when there is no such model, or its weights are pickled or no numbers.
    """
    path = Path(folder)
    _refuse_no_model(path)
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        state: dict[str, Tensor] = load_file(path / "model.safetensors")
    except (OSError, SafetensorError) as error:
        raise ModelError(f"cannot load the model in {path}: {first_line(error)}") from error
    for name, weight in state.items():
        if not torch.isfinite(weight).all():
            raise ModelError(f"the weights in {path} are no numbers: {name}")
    return read_settings(path / "config.json"), state


def read_settings(path: Path) -> dict[str, Any]:
    """A JSON file of settings. Raises ModelError when it is none."""
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        raise ModelError(f"{path} cannot be read: {first_line(error)}") from error
    if not isinstance(settings, dict):
        raise ModelError(f"{path} holds no settings")
    return settings


def load_tokenizer(folder: str | Path) -> PreTrainedTokenizerBase:
    """The fast tokenizer in `folder`, with an end and a padding token. Raises ModelError."""
    path = Path(folder)
    if not (path / "tokenizer.json").is_file():
        raise ModelError(f"{path} holds no tokenizer: tokenizer.json is not there")
    from transformers import AutoTokenizer

    try:
        with _quiet():
            tokenizer: Any = AutoTokenizer.from_pretrained(
                path, trust_remote_code=False, local_files_only=True
            )
    except BaseException as error:
        # `tokenizers` panics on a crafted file, and a panic is no Exception
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise ModelError(f"cannot load the tokenizer in {path}: {first_line(error)}") from error
        raise
    if tokenizer.eos_token_id is None:
        raise ModelError(f"the tokenizer in {path} has no end-of-text token (eos)")
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer  # type: ignore[no-any-return]


def refuse_longer(model: PreTrainedModel, longest: int, where: str = "") -> None:
    """Raise ModelError when a tune of so many tokens is more than the model's context holds."""
    limit = getattr(model.config, "max_position_embeddings", None)
    if isinstance(limit, int) and 0 < limit < longest:
        of = f" of {where}" if where else ""
        raise ModelError(f"a tune{of} has {longest} tokens and the model's context holds {limit}")


def refuse_seeing_ahead(model: PreTrainedModel) -> None:
    """Raise ModelError when what the model says of a token hangs on those after it."""
    import torch

    size = int(model.get_input_embeddings().weight.shape[0])  # type: ignore[index]
    ids = torch.arange(8, device=model.device)[None] % size
    other = ids.clone()
    other[:, 4:] = (other[:, 4:] + 1) % size
    with torch.inference_mode():
        first, second = (
            model(input_ids=given, use_cache=False).logits[:, :4].float() for given in (ids, other)
        )
    if (first - second).abs().max() > 1e-5 * first.abs().max():
        raise ModelError("the model sees the tokens that it is to predict: it is no causal language model")


def _refuse_no_model(path: Path) -> None:
    """Say what is missing before transformers says it at length."""
    if not path.is_dir():
        why = "it is a file" if path.exists() else "it is not there"
        raise ModelError(f"{path} is not a model folder: {why}")
    config = path / "config.json"
    if not config.is_file():
        best = path / "best" / "config.json"
        hint = f" (did you mean {best.parent}?)" if best.is_file() else ""
        raise ModelError(f"{path} is not a model folder: it has no config.json{hint}")
    try:
        kind = read_settings(config).get("model_type")
    except ModelError as error:
        raise ModelError(f"{config} is not a model's configuration: {error}") from error
    if not kind:
        raise ModelError(f"{config} names no model_type")
    if not any(path.glob("*.safetensors")):
        pickled = any(path.glob("*.bin")) or any(path.glob("*.pt"))
        why = "its weights are pickled, and only safetensors are read" if pickled else "it has no weights"
        raise ModelError(f"cannot load {path}: {why} (model.safetensors)")


def hush_fallbacks() -> None:
    """Keep transformers from telling that a kernel for GPUs is missing where there is none to run it on."""
    import torch

    if torch.cuda.is_available():
        return
    logger = logging.getLogger("transformers.integrations.hub_kernels")
    if _no_fallback not in logger.filters:
        logger.addFilter(_no_fallback)


def _no_fallback(record: logging.LogRecord) -> bool:
    return "falling back to its reference" not in record.getMessage()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers from telling at length, with tables, what one line of ours tells."""
    from transformers.utils import logging as module

    before = module.get_verbosity()
    module.set_verbosity(logging.CRITICAL)
    try:
        yield
    finally:
        module.set_verbosity(before)


@contextlib.contextmanager
def no_progress_bars() -> Iterator[None]:
    """Silence the bars of transformers while the block runs; small models need none."""
    from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars
    from transformers.utils import logging as module

    bars: Any = module
    shown, hidden = bars.is_progress_bar_enabled(), are_progress_bars_disabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            bars.enable_progress_bar()
        if hidden:  # which transformers does not remember
            disable_progress_bars()


def first_line(error: BaseException) -> str:
    """What an error says first, and after a colon next; its kind if it says nothing."""
    lines = [line for line in map(str.strip, str(error).splitlines()) if line]
    count = 2 if lines and lines[0].endswith(":") else 1
    return " ".join(lines[:count]) or type(error).__name__
