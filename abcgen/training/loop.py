"""The training loop, on Accelerate, readable in one sitting.

A run is a function of its recipe, corpus and tokenizer: data order and chance follow from the seed and the
step, so a run that is stopped and resumed ends in the same weights as one that was not. Samples and
judgements reach the loop as `on_evaluation`; it knows nothing of the notation.
"""

from __future__ import annotations

import copy
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch.nn.functional import cross_entropy

from abcgen.errors import ModelError, UsageError
from abcgen.evaluation.likelihood import bits_per_byte, encoded_bits
from abcgen.files import writable_folder, write_whole
from abcgen.models.build import build_model
from abcgen.models.encoding import IGNORED, EncodedTune, pad_tunes
from abcgen.training.batches import epoch_batches, share_of
from abcgen.training.checkpoints import (
    Progress,
    checkpoints_in,
    clear_leftovers,
    load_checkpoint,
    newest_checkpoint,
    save_checkpoint,
)
from abcgen.training.data import TrainingData, load_data
from abcgen.training.folder import BEST, CHECKPOINTS, LOG, RECIPE, refuse_folder
from abcgen.training.optimizer import learning_rate, make_optimizer, reseed, update_average
from abcgen.training.report import append_log, draw_curves, rewind_log, save_model
from abcgen.training.signals import StopSignal

if TYPE_CHECKING:
    from accelerate import Accelerator
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from abcgen.training.recipe import Recipe

#: Called after every validation with (step, the measured model, tokenizer); its figures go to the log.
OnEvaluation = Callable[[int, "PreTrainedModel", "PreTrainedTokenizerBase"], Mapping[str, float] | None]

#: Keys of a recipe that may change between a run and its continuation, or are told apart by content.
_FREE_KEYS = ("output_dir", "corpus", "tokenizer", "logging_steps", "save_total_limit")


@dataclass(frozen=True)
class TrainingResult:
    """Where a run stands. `signal`: the number of the signal that stopped it, or 0 when it is finished."""

    output_dir: Path
    model: Path
    step: int
    total_steps: int
    best_step: int
    best_bpb: float | None
    elapsed: float
    signal: int = 0


@dataclass
class _Run:
    recipe: Recipe
    folder: Path
    data: TrainingData
    accelerator: Accelerator
    model: Any  # as Accelerate wraps it
    bare: PreTrainedModel  # the same weights without the wrapping
    average: PreTrainedModel | None
    optimizer: Any
    progress: Progress
    total: int

    @property
    def measured(self) -> PreTrainedModel:
        """What is evaluated and kept: the averaged weights, where there are any."""
        return self.average if self.average is not None else self.bare

    @property
    def fingerprint(self) -> dict[str, Any]:
        recipe = {key: value for key, value in self.recipe.as_dict().items() if key not in _FREE_KEYS}
        return {
            "recipe": recipe,
            "corpus": self.data.corpus_sha256,
            "tokenizer": self.data.tokenizer_sha256,
        }


def train(
    recipe: Recipe, *, resume: bool = False, on_evaluation: OnEvaluation | None = None
) -> TrainingResult:
    """Train as `recipe` says, into `recipe.output_dir`; with `resume` go on from its newest whole checkpoint.

    Raises OutputError when the folder holds a run, or anything else, and `resume` is False; CheckpointError
    when there is nothing to resume, or its checkpoint is damaged or another run's; UsageError for a model or
    a setting that is not to be had here; CorpusError or ModelError when the data cannot be used.
    """
    folder = Path(recipe.output_dir)
    refuse_folder(folder, resume=resume)
    data = load_data(recipe)
    run = _prepare(recipe, folder, data)
    writable_folder(folder)
    with StopSignal() as stop:
        _continue_or_begin(run)
        _loop(run, stop, on_evaluation)
    progress = run.progress
    return TrainingResult(
        output_dir=folder,
        model=folder / BEST,
        step=progress.step,
        total_steps=run.total,
        best_step=progress.best_step,
        best_bpb=progress.best_bpb,
        elapsed=progress.elapsed,
        signal=stop.received if progress.step < run.total else 0,
    )


def _prepare(recipe: Recipe, folder: Path, data: TrainingData) -> _Run:
    bare = build_model(
        data.tokenizer,
        recipe.model.architecture,
        recipe.model.size,
        dropout=recipe.model.dropout,
        attention_dropout=recipe.model.attention_dropout,
        tie_word_embeddings=recipe.model.tie_word_embeddings,
        seed=recipe.seed,
    )
    if getattr(bare.config, "num_attention_heads", 0):
        _set_attention(bare, recipe.model.attn_implementation)
    longest = data.train.longest()
    limit = getattr(bare.config, "max_position_embeddings", longest)
    if longest > limit:
        raise ModelError(f"a tune of {recipe.corpus} has {longest} tokens; the model's context holds {limit}")
    accelerator = _accelerator(recipe)
    average = copy.deepcopy(bare).to(accelerator.device).eval() if recipe.ema_decay else None
    optimizer = make_optimizer(bare, recipe)
    model, optimizer = accelerator.prepare(bare, optimizer)
    first = epoch_batches(
        [len(tune) for tune in data.train.epoch(0)],
        seed=recipe.seed,
        epoch=0,
        tokens_per_batch=recipe.tokens_per_batch,
    )
    total = recipe.max_steps or max(1, round(recipe.num_train_epochs * len(first)))
    bare = accelerator.unwrap_model(model)
    return _Run(recipe, folder, data, accelerator, model, bare, average, optimizer, Progress(), total)


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

    # Accelerate remembers the precision of the process's last run and would refuse another
    AcceleratorState._reset_state()
    started = int(os.environ.get("WORLD_SIZE", "1")) if "LOCAL_RANK" in os.environ else 1
    # Unless it is told to use the CPU, Accelerate does not join processes there: each would train alone
    accelerator = Accelerator(
        mixed_precision="bf16" if recipe.bf16 else "no",
        cpu=started > 1 and not torch.accelerator.is_available(),
    )
    if accelerator.num_processes < started:
        raise UsageError(
            f"{started} processes were started, and on this device each would train alone; "
            "with ACCELERATE_USE_CPU=true they share the CPU"
        )
    return accelerator


def _continue_or_begin(run: _Run) -> None:
    """Load the newest whole checkpoint, or start the folder afresh."""
    checkpoints = run.folder / CHECKPOINTS
    place, damage = newest_checkpoint(checkpoints)
    for line in damage:
        run.accelerator.print(f"{line}; going on from {place}")
    if place is not None:
        run.progress = load_checkpoint(place, run.bare, run.average, run.optimizer.optimizer, run.fingerprint)
    if run.accelerator.is_main_process:
        clear_leftovers(checkpoints)
        write_whole(run.folder / RECIPE, run.recipe.as_yaml(), overwrite=True)
        rewind_log(run.folder / LOG, run.progress.step if place is not None else -1)
    run.accelerator.wait_for_everyone()


def _loop(run: _Run, stop: StopSignal, on_evaluation: OnEvaluation | None) -> None:
    """Steps until the end or a signal, with the log, the evaluations and the checkpoints between them."""
    from tqdm import tqdm  # type: ignore[import-untyped, unused-ignore]

    recipe, progress = run.recipe, run.progress
    started = time.monotonic() - progress.elapsed
    tokens_before, clock_before = progress.tokens, time.monotonic()
    bar = tqdm(
        total=run.total,
        initial=progress.step,
        unit="step",
        dynamic_ncols=True,
        disable=not run.accelerator.is_main_process,
    )
    with bar:
        for tunes in _batches(run):
            rate = learning_rate(recipe, progress.step, run.total)
            norm = _step(run, tunes, rate)
            progress.elapsed = time.monotonic() - started
            bar.update()
            last = progress.step == run.total
            if progress.step % recipe.logging_steps == 0 or last:
                now = time.monotonic()
                speed = (progress.tokens - tokens_before) / max(now - clock_before, 1e-9)
                tokens_before, clock_before = progress.tokens, now
                mean = progress.loss_sum / progress.loss_count
                progress.loss_sum, progress.loss_count = 0.0, 0
                _log(run, loss=mean, lr=rate, grad_norm=norm, tokens_per_second=round(speed, 1))
                best = "-" if progress.best_bpb is None else f"{progress.best_bpb:.4f}"
                bar.set_postfix_str(f"loss {mean:.3f}, best {best} bits/byte, {speed:,.0f} tokens/s")
            if progress.step % recipe.eval_steps == 0 or last:
                _evaluate(run, on_evaluation)
                progress.elapsed = time.monotonic() - started
                _checkpoint(run)
                clock_before, tokens_before = time.monotonic(), progress.tokens
            if _stopped(run, stop) and not last:
                _checkpoint(run)
                break


def _batches(run: _Run) -> Iterator[list[EncodedTune]]:
    """The batches that are left, in order, up to the last step; `progress` moves along with them."""
    progress, recipe = run.progress, run.recipe
    while progress.step < run.total:
        tunes = run.data.train.epoch(progress.epoch)
        lengths = [len(tune) for tune in tunes]
        batches = epoch_batches(
            lengths, seed=recipe.seed, epoch=progress.epoch, tokens_per_batch=recipe.tokens_per_batch
        )
        while progress.position < len(batches) and progress.step < run.total:
            batch = [tunes[index] for index in batches[progress.position]]
            progress.position += 1
            if progress.position == len(batches):
                progress.epoch, progress.position = progress.epoch + 1, 0
                yield batch
                break
            yield batch


def _step(run: _Run, tunes: list[EncodedTune], rate: float) -> float:
    """One optimiser step on a global batch, its loss added to `progress`; returns the gradient's norm."""
    accelerator, recipe, progress = run.accelerator, run.recipe, run.progress
    rank, processes = accelerator.process_index, accelerator.num_processes
    reseed(recipe.seed, progress.step, rank)
    predicted = sum(len(tune) - 1 for tune in tunes)
    own = [tunes[index] for index in share_of(range(len(tunes)), rank, processes)]
    for group in run.optimizer.param_groups:
        group["lr"] = rate
    run.model.train()
    # Accelerate averages gradients over processes; a sum over the tokens of all is what is wanted
    loss = _summed_loss(run, own or tunes[:1], count=bool(own)) * (processes / predicted)
    accelerator.backward(loss)
    norm = float(accelerator.clip_grad_norm_(run.model.parameters(), recipe.max_grad_norm or math.inf))
    value = float(accelerator.reduce(loss.detach(), "mean"))
    if not (math.isfinite(value) and math.isfinite(norm)):
        kept = run.folder / CHECKPOINTS
        good = f"; the last good checkpoint is untouched in {kept}" if checkpoints_in(kept) else ""
        raise ModelError(
            f"the loss is {value} and the gradient's norm {norm} at step {progress.step + 1}: "
            f"lower learning_rate{good}"
        )
    run.optimizer.step()
    run.optimizer.zero_grad()
    progress.step += 1
    progress.tokens += predicted
    progress.loss_sum, progress.loss_count = progress.loss_sum + value, progress.loss_count + 1
    if run.average is not None:
        update_average(run.average, run.bare, recipe.ema_decay, progress.step)
    return norm


def _summed_loss(run: _Run, tunes: list[EncodedTune], *, count: bool) -> torch.Tensor:
    """Nats of all tokens of `tunes` but their begin marks; 0 without `count` (they only fill a place)."""
    ids, labels = pad_tunes(tunes, run.data.tokenizer.pad_token_id or 0, body_only=False)
    if not count:
        labels.fill_(IGNORED)
    device = run.accelerator.device
    output = run.model(input_ids=ids.to(device), use_cache=False)
    logits = output.logits[:, :-1]  # (batch, time - 1, vocabulary)
    targets = labels[:, 1:].to(device)
    return cross_entropy(
        logits.flatten(0, 1).float(), targets.flatten(), ignore_index=IGNORED, reduction="sum"
    )


def _evaluate(run: _Run, on_evaluation: OnEvaluation | None) -> None:
    """Validation by the protocol, shared out over the processes; the best model so far is kept."""
    accelerator, data, progress = run.accelerator, run.data, run.progress
    own = list(range(accelerator.process_index, len(data.validation), accelerator.num_processes))
    bits = torch.zeros(len(data.validation), dtype=torch.float64)
    found = encoded_bits(
        run.measured, [data.validation[index] for index in own], pad_id=data.tokenizer.pad_token_id or 0
    )
    bits[own] = torch.from_numpy(found)
    bits = accelerator.reduce(bits.to(accelerator.device), "sum").cpu()
    bpb = bits_per_byte(bits.numpy(), data.validation_bytes)
    figures: Mapping[str, float] = {}
    if on_evaluation is not None and accelerator.is_main_process:
        figures = on_evaluation(progress.step, run.measured, data.tokenizer) or {}
    _log(run, bpb=bpb, **figures)
    if progress.best_bpb is None or bpb < progress.best_bpb:
        progress.best_bpb, progress.best_step = bpb, progress.step
        if accelerator.is_main_process:
            save_model(run.folder / BEST, run.measured, run.recipe, data.ids)
    if accelerator.is_main_process:
        draw_curves(run.folder / LOG, run.folder / "curves.png")


def _log(run: _Run, **figures: float) -> None:
    if run.accelerator.is_main_process:
        progress = run.progress
        record = {
            "step": progress.step,
            "epoch": progress.epoch,
            **figures,
            "elapsed": round(progress.elapsed, 1),
        }
        append_log(run.folder / LOG, record)


def _checkpoint(run: _Run) -> None:
    if run.accelerator.is_main_process:
        save_checkpoint(
            run.folder / CHECKPOINTS,
            run.bare,
            run.average,
            run.optimizer.optimizer,
            run.progress,
            run.fingerprint,
            keep=run.recipe.save_total_limit,
        )
    run.accelerator.wait_for_everyone()


def _stopped(run: _Run, stop: StopSignal) -> bool:
    """Whether any process was told to stop, so that all leave after the same step."""
    if run.accelerator.num_processes == 1:
        return bool(stop.received)
    told = torch.tensor([stop.received], device=run.accelerator.device)
    worst = int(run.accelerator.gather(told).max())
    stop.received = stop.received or worst
    return bool(worst)
