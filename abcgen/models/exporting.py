"""A model for programs without PyTorch: as ONNX, and not before its logits are those of PyTorch."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abcgen.errors import MissingExtraError, ModelError, OutputError
from abcgen.models.loading import first_line

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel

#: The version of ONNX's operators; those of 2022, which every runtime has.
OPSET = 18
#: How far logits may be apart, as a share of the largest: float32, added up in another order.
TOLERANCE = 1e-4
#: Batches and lengths that are compared, one of them longer than what is traced.
_COMPARED = ((1, 1), (3, 33), (2, 200))
_TRACED = (2, 17)


def export_onnx(model: PreTrainedModel, path: Path) -> float:
    """Write a causal language model in float32 as ONNX; gives by how much its logits differ at most.

    `input_ids` (batch, sequence) int64 -> `logits` (batch, sequence, vocabulary): each position sees those
    before it, so that shorter rows are filled up on the right. There is no cache. Raises ModelError for a
    model that cannot be written, or whose logits differ from PyTorch's by more than `TOLERANCE`.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingExtraError("ONNX needs three packages: pip install 'abcgen[onnx]'") from error
    import torch

    logits = _logits_of(model)
    given = _ids(model, *_TRACED)
    try:
        with _quietly():
            if any(isinstance(module, torch.nn.RNNBase) for module in model.modules()):
                # the newer exporter takes the length that it is shown for the only one
                axes = {name: {0: "batch", 1: "sequence"} for name in ("input_ids", "logits")}
                torch.onnx.export(logits, (given,), path, dynamo=False, dynamic_axes=axes, **_NAMES)
            else:
                sizes = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
                program: Any = torch.onnx.export(
                    logits,
                    (given,),
                    dynamo=True,
                    dynamic_shapes={"input_ids": sizes},
                    verbose=False,
                    **_NAMES,
                )
                program.save(path)
    except ImportError as error:
        raise MissingExtraError("ONNX needs three packages: pip install 'abcgen[onnx]'") from error
    except OSError as error:
        raise OutputError(f"cannot write {path.name}: {error.strerror or error}") from error
    except Exception as error:  # of the exporter, in its own words: an operator that ONNX does not have
        raise ModelError(f"this model cannot be written as ONNX: {first_line(error)[:200]}") from error
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return max(_difference(model, session, *shape) for shape in _COMPARED)


_NAMES: dict[str, Any] = {
    "input_names": ["input_ids"],
    "output_names": ["logits"],
    "opset_version": OPSET,
}


def _logits_of(model: PreTrainedModel) -> Any:
    import torch

    class Logits(torch.nn.Module):
        """The model as a function of ids alone."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Tensor) -> Tensor:
            found: Tensor = self.model(input_ids=input_ids, use_cache=False).logits
            return found

    return Logits().train(False)


def _ids(model: PreTrainedModel, batch: int, length: int) -> Tensor:
    """Ids by chance, the same each time: (batch, length) int64."""
    import torch

    size = int(model.get_input_embeddings().weight.shape[0])  # type: ignore[index]
    limit = getattr(model.config, "max_position_embeddings", None)
    length = min(length, limit) if isinstance(limit, int) and limit > 0 else length
    return torch.randint(size, (batch, length), generator=torch.Generator().manual_seed(length))


def _difference(model: PreTrainedModel, session: Any, batch: int, length: int) -> float:
    import torch

    ids = _ids(model, batch, length)
    with torch.inference_mode():
        wanted = model(input_ids=ids, use_cache=False).logits
    found = torch.from_numpy(session.run(["logits"], {"input_ids": ids.numpy()})[0])
    if found.shape != wanted.shape:
        raise ModelError(f"as ONNX it gives {tuple(found.shape)} logits, in PyTorch {tuple(wanted.shape)}")
    difference = float((found - wanted).abs().max())
    if not difference <= TOLERANCE * float(wanted.abs().max()):
        raise ModelError(f"as ONNX its logits differ by {difference:.2g} from PyTorch's, of {length} tokens")
    return difference


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Without what exporters say of themselves."""
    logger = logging.getLogger("torch.onnx._internal.exporter._registration")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
