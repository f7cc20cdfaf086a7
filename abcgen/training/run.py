"""What a run holds while it trains, and how it comes by it: model, optimisers, data, the processes.

Weights may be sharded over processes (FSDP); what leaves the run, to be measured or kept, is whole.
"""

from __future__ import annotations

import copy
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.distributed.tensor import DTensor, distribute_tensor

from abcgen.errors import CheckpointError, ModelError, UsageError
from abcgen.evaluation.overlap import UNKNOWN, train_hashes
from abcgen.files import file_digest
from abcgen.models.build import build_model
from abcgen.models.dropout import set_dropout
from abcgen.models.loading import load_model, refuse_longer, refuse_seeing_ahead
from abcgen.training.batches import epoch_batches
from abcgen.training.checkpoints import Progress
from abcgen.training.data import TrainingData
from abcgen.training.folder import TRACKING
from abcgen.training.optimizer import make_optimizers
from abcgen.training.start import named_folder
from abcgen.training.trackers import tracker_for

if TYPE_CHECKING:
    from accelerate import Accelerator
    from transformers import PreTrainedModel

    from abcgen.training.recipe import Recipe

#: Keys of a recipe that may change between a run and its continuation, or are told apart by content. Where a
#: loss has exploded, a lower rate is how it goes on.
_FREE_KEYS = (
    "learning_rate",
    "output_dir",
    "corpus",
    "tokenizer",
    "logging_steps",
    "save_total_limit",
    "report_to",
    "eval_samples",
)


@dataclass
class Run:
    """`model` as Accelerate wraps it, `bare` without; `average` the averaged weights by name, if any.

    `copy` is a model of its own to measure with, where `bare` is not what counts or is not whole.
    """

    recipe: Recipe
    folder: Path
    data: TrainingData
    accelerator: Accelerator
    model: Any
    bare: PreTrainedModel
    copy: PreTrainedModel | None
    average: dict[str, Tensor]
    optimizers: list[Any]
    progress: Progress
    total: int
    origin: str
    ids: frozenset[str]  # of every tune that made the model, or that its first weights were made with
    batch: str = ""  # what is being trained on, for people

    @property
    def fingerprint(self) -> dict[str, Any]:
        """What a checkpoint must have been made with for this run to go on from it."""
        recipe = {key: value for key, value in self.recipe.as_dict().items() if key not in _FREE_KEYS}
        recipe["model"] = {**recipe["model"], "name_or_path": self.origin}
        return {
            "recipe": recipe,
            "corpus": self.data.corpus_sha256,
            "tokenizer": self.data.tokenizer_sha256,
        }

    @cached_property
    def weights(self) -> dict[str, Tensor]:
        return dict(self.bare.named_parameters())

    @property
    def finished(self) -> bool:
        """Whether every step is done, or the last evaluations brought nothing better."""
        progress, recipe = self.progress, self.recipe
        patience = recipe.early_stopping_patience * recipe.eval_steps
        tired = patience > 0 and progress.best_bpb is not None
        return progress.step >= self.total or (tired and progress.step - progress.best_step >= patience)

    @torch.no_grad()
    def measured(self) -> PreTrainedModel:
        """A whole model with the weights that count: the average, where there is one. All processes ask."""
        if self.copy is None:
            return self.bare
        source = self.average or self.weights
        for name, parameter in self.copy.named_parameters():
            if source[name] is not parameter:
                parameter.copy_(whole(source[name]))
        return self.copy

    def tensors(self) -> dict[str, dict[str, Tensor]]:
        """Everything that a checkpoint keeps, whole. All processes ask."""
        return {
            "model": {name: whole(weight) for name, weight in self.weights.items()},
            "average": {name: whole(weight) for name, weight in self.average.items()},
            "optimizer": {
                f"{name}/{key}": whole(value)
                for name, weight in self.weights.items()
                for key, value in self._moments_of(weight).items()
            },
        }

    @torch.no_grad()
    def put_back(self, tensors: dict[str, dict[str, Tensor]], place: Path) -> None:
        """The reverse of `tensors`. Raises CheckpointError when they are of another model."""
        for part, own in (("model", self.weights), ("average", self.average)):
            loaded = tensors[part]
            if loaded.keys() != own.keys() or any(loaded[key].shape != own[key].shape for key in own):
                raise CheckpointError(f"{place} does not hold the parameters of this model")
            for name, weight in own.items():
                weight.copy_(_like(loaded[name], weight))
        moved_by: dict[Tensor, torch.optim.Optimizer] = {}
        for optimizer in self.optimizers:
            optimizer.optimizer.state.clear()
            for group in optimizer.param_groups:
                moved_by |= dict.fromkeys(group["params"], optimizer.optimizer)
        for full_name, value in tensors["optimizer"].items():
            name, _, key = full_name.rpartition("/")
            if name not in self.weights:
                raise CheckpointError(f"{place} has moments of {name}, which the model has not")
            weight = self.weights[name]
            moved_by[weight].state[weight][key] = value if key == "step" else _like(value, weight)

    def _moments_of(self, weight: Tensor) -> dict[str, Any]:
        for wrapped in self.optimizers:
            found: dict[str, Any] | None = wrapped.optimizer.state.get(weight)
            if found is not None:
                return found
        return {}


def prepare_run(recipe: Recipe, data: TrainingData) -> Run:
    """A run at its first step. Raises UsageError or ModelError for what cannot be had here."""
    from accelerate import DistributedType

    bare, origin = _first_weights(recipe, data)
    if getattr(bare.config, "num_attention_heads", 0):
        _set_attention(bare, recipe.model.attn_implementation)
    refuse_longer(bare, max([data.train.longest(), *map(len, data.validation)]), recipe.corpus)
    accelerator = _accelerator(recipe)
    fully_sharded = accelerator.distributed_type == DistributedType.FSDP
    if fully_sharded and not accelerator.is_fsdp2:
        raise UsageError("of Accelerate's two kinds of FSDP the second is needed: fsdp_version: 2")
    spare = None
    if recipe.ema_decay or fully_sharded:
        spare = copy.deepcopy(bare).to(accelerator.device).eval()
    model, *optimizers = accelerator.prepare(bare, *make_optimizers(bare, recipe))
    bare = accelerator.unwrap_model(model)
    sharded = any(isinstance(weight, DTensor) for weight in bare.parameters())
    if sharded and recipe.optim == "muon":
        raise UsageError("optim muon needs whole matrices, which FSDP shards: use adamw_torch there")
    average: dict[str, Tensor] = {}
    if recipe.ema_decay:
        source = bare if sharded else spare or bare
        average = {name: _own(weight, sharded) for name, weight in source.named_parameters()}
    total = recipe.max_steps or max(1, round(recipe.num_train_epochs * _batches_in_first_epoch(recipe, data)))
    return Run(
        recipe=recipe,
        folder=Path(recipe.output_dir),
        data=data,
        accelerator=accelerator,
        model=model,
        bare=bare,
        copy=spare,
        average=average,
        optimizers=optimizers,
        progress=Progress(),
        total=total,
        origin=origin,
        ids=frozenset(data.ids) | _earlier_ids(recipe),
    )


def _batches_in_first_epoch(recipe: Recipe, data: TrainingData) -> int:
    lengths = [len(tune) for tune in data.train.epoch(0)]
    return len(epoch_batches(lengths, seed=recipe.seed, epoch=0, tokens_per_batch=recipe.tokens_per_batch))


def _first_weights(recipe: Recipe, data: TrainingData) -> tuple[PreTrainedModel, str]:
    """The model that a run begins with, and the digest of the weights that it goes on from, or ""."""
    wanted = recipe.model
    if not wanted.name_or_path:
        model = build_model(
            data.tokenizer,
            wanted.architecture,
            wanted.size,
            dropout=wanted.dropout,
            tie_word_embeddings=wanted.tie_word_embeddings,
            seed=recipe.seed,
        )
        return model, ""
    folder = named_folder(wanted.name_or_path)
    model, _ = load_model(folder)
    refuse_seeing_ahead(model)
    tokenizers = (place / "tokenizer.json" for place in (folder, named_folder(recipe.tokenizer)))
    if len({file_digest([path]) for path in tokenizers}) > 1:
        raise ModelError(
            f"{wanted.name_or_path} was trained with another tokenizer than {recipe.tokenizer}; "
            f"go on with its own: tokenizer: {wanted.name_or_path}"
        )
    set_dropout(model, wanted.dropout)
    return model, file_digest(sorted(folder.glob("*.safetensors")))


def _earlier_ids(recipe: Recipe) -> frozenset[str]:
    """The ids of the tunes that made the model that a run goes on from, as far as it keeps them."""
    folder = recipe.model.name_or_path
    if not folder:
        return frozenset()
    known = train_hashes(named_folder(folder))
    return frozenset((UNKNOWN,)) if known is None else known


def _set_attention(model: PreTrainedModel, name: str) -> None:
    """Have the model compute attention in the way of that name. Raises UsageError."""
    try:
        model.set_attn_implementation(name)
    except (ImportError, ValueError) as error:
        why = str(error).strip().partition("\n")[0]
        raise UsageError(f"model.attn_implementation {name} is not to be had here: {why}") from error


def _accelerator(recipe: Recipe) -> Accelerator:
    """Accelerate's view of this process and of those started with it. Raises UsageError."""
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState
    from accelerate.utils import ProjectConfiguration

    # Accelerate remembers the precision of the process's last run and would refuse another
    AcceleratorState._reset_state()
    started = int(os.environ.get("WORLD_SIZE", "1")) if "LOCAL_RANK" in os.environ else 1
    precision = "bf16" if recipe.bf16 and _knows_bf16() else "no"
    # Unless it is told to use the CPU, Accelerate does not join processes there: each would train alone
    accelerator = Accelerator(
        mixed_precision=precision,
        cpu=started > 1 and not torch.accelerator.is_available(),
        log_with=tracker_for(recipe),
        project_config=ProjectConfiguration(recipe.output_dir, str(Path(recipe.output_dir) / TRACKING)),
    )
    if accelerator.num_processes < started:
        raise UsageError(
            f"{started} processes were started, and on this device each would train alone; "
            "with ACCELERATE_USE_CPU=true they share the CPU"
        )
    if recipe.bf16 and precision == "no":
        accelerator.print("bf16: this machine has none, so the run is in float32")
    return accelerator


def _knows_bf16() -> bool:
    """Whether the device computes in bfloat16 by itself; a CPU that does not is slower in it."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    if torch.accelerator.is_available():
        return True
    features: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    return any(there for name, there in features.items() if "bf16" in name)


def whole(tensor: Tensor) -> Tensor:
    """The whole of a tensor, of which a process may hold a shard. All processes ask, in the same order."""
    return tensor.full_tensor().detach() if isinstance(tensor, DTensor) else tensor.detach()


def _like(value: Tensor, weight: Tensor) -> Tensor:
    """`value`, a whole tensor, on the device of `weight` and sharded as that is."""
    if isinstance(weight, DTensor):
        return distribute_tensor(value.to(weight.device), weight.device_mesh, weight.placements)
    return value.to(weight.device)


def _own(weight: Tensor, sharded: bool) -> Tensor:
    """What the average keeps of a weight: the spare model's own tensor, or a copy of the shard."""
    return weight.detach().clone() if sharded else weight
