"""The training loop, on Accelerate, readable in one sitting.

A run is a function of its recipe, corpus and tokenizer: data order and chance follow from the seed and the
step, so a run that is stopped and resumed ends in the same weights as one that was not. Samples and
judgements reach the loop as `on_evaluation`; it knows nothing of the notation.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import cross_entropy

from abcgen.errors import CheckpointError, ModelError
from abcgen.evaluation.likelihood import bits_per_byte, encoded_scores
from abcgen.files import writable_folder, write_whole
from abcgen.models.encoding import IGNORED, EncodedTune, pad_tunes
from abcgen.training.batches import epoch_batches, share_of
from abcgen.training.checkpoints import (
    checkpoints_in,
    load_checkpoint,
    newest_checkpoint,
    save_checkpoint,
)
from abcgen.training.data import load_data
from abcgen.training.folder import (
    BEST,
    CHECKPOINTS,
    CURVES,
    LOG,
    RECIPE,
    clear_leftovers,
    only_run,
    refuse_folder,
)
from abcgen.training.optimizer import learning_rate, reseed, update_average
from abcgen.training.report import append_log, draw_curves, machine_of, rewind_log, save_model, why_no_index
from abcgen.training.run import Run, prepare_run, whole
from abcgen.training.signals import StopSignal
from abcgen.training.trackers import open_tracker

if TYPE_CHECKING:
    from accelerate import Accelerator
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from abcgen.training.recipe import Recipe

#: Called after every validation with (step, the measured model, tokenizer); its figures go to the log.
OnEvaluation = Callable[[int, "PreTrainedModel", "PreTrainedTokenizerBase"], Mapping[str, float] | None]

#: A loss of so many times that of blind chance is no longer learning.
_EXPLODED = 4.0


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


def train(
    recipe: Recipe, *, resume: bool = False, on_evaluation: OnEvaluation | None = None
) -> TrainingResult:
    """Train as `recipe` says, into `recipe.output_dir`.

    With `resume` it goes on from the newest whole checkpoint there; a run that has none yet begins. Raises
    OutputError when the folder holds a run, or anything else, and `resume` is False; CheckpointError when it
    holds something else and `resume` is True, or its checkpoint is damaged or another run's; UsageError for a
    model or a setting that is not to be had here; CorpusError or ModelError when the data cannot be used.
    """
    folder = Path(recipe.output_dir)
    refuse_folder(folder, resume=resume)
    run = prepare_run(recipe, load_data(recipe))
    writable_folder(folder)
    alone = only_run(folder) if run.accelerator.is_main_process else contextlib.nullcontext()
    with alone, StopSignal() as stop:
        _continue_or_begin(run)
        _loop(run, stop, on_evaluation)
    progress = run.progress
    result = TrainingResult(
        output_dir=folder,
        model=folder / BEST,
        step=progress.step,
        total_steps=run.total,
        best_step=progress.best_step,
        best_bpb=progress.best_bpb,
        elapsed=progress.elapsed,
        signal=0 if run.finished else stop.received,
    )
    accelerator = run.accelerator
    del run, progress
    _part(accelerator)
    return result


def _continue_or_begin(run: Run) -> None:
    """Load the newest whole checkpoint, or start the folder afresh."""
    checkpoints = run.folder / CHECKPOINTS
    place, damage = newest_checkpoint(checkpoints)
    for line in damage:
        run.accelerator.print(f"{line}; going on from {place}")
    if place is not None:
        tensors, run.progress = load_checkpoint(place, run.fingerprint)
        run.put_back(tensors, place)
    if run.accelerator.is_main_process:
        clear_leftovers(run.folder)
        write_whole(run.folder / RECIPE, run.recipe.as_yaml(), overwrite=True)
        rewind_log(run.folder / LOG, run.progress.step if place is not None else -1)
    if place is not None:
        _show(run)
    if why := why_no_index(run.recipe):
        run.accelerator.print(why)
    open_tracker(run.accelerator, run.recipe)
    run.accelerator.wait_for_everyone()


def _loop(run: Run, stop: StopSignal, on_evaluation: OnEvaluation | None) -> None:
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
                _show(run)
                clock_before, tokens_before = time.monotonic(), progress.tokens
            if _stopped(run, stop) and not run.finished:
                _checkpoint(run)
                break


def _part(accelerator: Accelerator) -> None:
    """Close the trackers and part from the other processes, once nothing else holds the model.

    A wrapped model that outlives the group of processes takes it along as it is freed, with Python's lock in
    hand, and waits for a thread of the group that may be waiting for that lock.
    """
    accelerator.wait_for_everyone()
    accelerator.free_memory()
    accelerator.end_training()


def _batches(run: Run) -> Iterator[list[EncodedTune]]:
    """The batches that are left, in order, up to the last step; `progress` moves along with them."""
    progress, recipe = run.progress, run.recipe
    while not run.finished:
        tunes = run.data.train.epoch(progress.epoch)
        lengths = [len(tune) for tune in tunes]
        batches = epoch_batches(
            lengths, seed=recipe.seed, epoch=progress.epoch, tokens_per_batch=recipe.tokens_per_batch
        )
        if progress.position >= len(batches):
            raise CheckpointError(
                f"epoch {progress.epoch + 1} has {len(batches)} batches here and the checkpoint is past "
                "that: it was made of other data, or by another version of abcgen"
            )
        while progress.position < len(batches) and not run.finished:
            batch = [tunes[index] for index in batches[progress.position]]
            progress.position += 1
            run.batch = f"batch {progress.position} of epoch {progress.epoch + 1}"
            if progress.position == len(batches):
                progress.epoch, progress.position = progress.epoch + 1, 0
                yield batch
                break
            yield batch


def _step(run: Run, tunes: list[EncodedTune], rate: float) -> float:
    """One optimiser step on a global batch, its loss added to `progress`; returns the gradient's norm."""
    accelerator, recipe, progress = run.accelerator, run.recipe, run.progress
    rank, processes = accelerator.process_index, accelerator.num_processes
    reseed(recipe.seed, progress.step, rank)
    predicted = sum(len(tune) - 1 for tune in tunes)
    own = share_of(tunes, rank, processes)
    for optimizer in run.optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate
    run.model.train()
    total = torch.zeros((), device=accelerator.device)
    pieces = recipe.gradient_accumulation_steps
    for number in range(pieces):
        piece = share_of(own, number, pieces)
        wait = accelerator.no_sync(run.model) if number + 1 < pieces else contextlib.nullcontext()
        with wait:
            # Accelerate averages gradients over processes; a sum over the tokens of all is what is wanted
            loss = _summed_loss(run, piece or tunes[:1], count=bool(piece)) * (processes / predicted)
            accelerator.backward(loss)
        total += loss.detach()
    norm = _clip(run)
    value = float(accelerator.reduce(total, "mean"))
    _refuse_explosion(run, value, norm)
    for optimizer in run.optimizers:
        optimizer.step()
        optimizer.zero_grad()
    progress.step += 1
    progress.tokens += predicted
    progress.loss_sum, progress.loss_count = progress.loss_sum + value, progress.loss_count + 1
    if run.average:
        update_average(
            list(run.average.values()), list(run.weights.values()), recipe.ema_decay, progress.step
        )
    return norm


def _clip(run: Run) -> float:
    """Scale the gradients down to the recipe's norm, and return the norm that they had."""
    norm = run.accelerator.clip_grad_norm_(run.model.parameters(), run.recipe.max_grad_norm or math.inf)
    return float(whole(norm))


def _refuse_explosion(run: Run, loss: float, norm: float) -> None:
    """Raise ModelError when a step's loss or gradient is no number, or far worse than blind chance."""
    blind = math.log(len(run.data.tokenizer))
    if not (math.isfinite(loss) and math.isfinite(norm) and loss < _EXPLODED * blind):
        figures = f"the loss is {loss:.4g} and the gradient's norm {norm:.4g}"
        raise ModelError(_diverged(run, figures, run.progress.step + 1))


def _diverged(run: Run, what: str, step: int) -> str:
    """What was seen, where, and what to do: the step, the batch and the last good checkpoint."""
    places = checkpoints_in(run.folder / CHECKPOINTS)
    again = "begin again with a lower learning_rate"
    if places:
        again = f"go on from the last good checkpoint, {places[-1]}: --resume --set learning_rate=..., lower"
    return f"{what} at step {step} ({run.batch}); {again}"


def _summed_loss(run: Run, tunes: list[EncodedTune], *, count: bool) -> torch.Tensor:
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


def _evaluate(run: Run, on_evaluation: OnEvaluation | None) -> None:
    """Validation by the protocol, shared out over the processes; notes whether it is the best so far."""
    accelerator, data, progress = run.accelerator, run.data, run.progress
    own = list(range(accelerator.process_index, len(data.validation), accelerator.num_processes))
    bits = torch.zeros(len(data.validation), dtype=torch.float64)
    model = run.measured()
    try:
        found = encoded_scores(
            model, [data.validation[index] for index in own], pad_id=data.tokenizer.pad_token_id or 0
        )
    except ModelError as error:
        raise ModelError(_diverged(run, f"validation: {error}", progress.step)) from error
    bits[own] = torch.from_numpy(found.bits)
    bits = accelerator.reduce(bits.to(accelerator.device), "sum").cpu()
    bpb = bits_per_byte(bits.numpy(), data.validation_bytes)
    figures: Mapping[str, float] = {}
    if on_evaluation is not None and accelerator.is_main_process:
        figures = on_evaluation(progress.step, model, data.tokenizer) or {}
    _log(run, machine_of(accelerator), bpb=bpb, total_steps=run.total, **figures)
    if progress.best_bpb is None or bpb < progress.best_bpb:
        progress.best_bpb, progress.best_step = bpb, progress.step


def _show(run: Run) -> None:
    """The best model, if it is this one, and the curves: what the last checkpoint knows, and no more.

    A run that is killed between the two comes back to the checkpoint and shows again.
    """
    if run.progress.best_step == run.progress.step > 0:
        model = run.measured()
        if run.accelerator.is_main_process:
            save_model(run.folder / BEST, model, run.recipe, run.ids)
    if run.accelerator.is_main_process:
        draw_curves(run.folder / LOG, run.folder / CURVES)
    run.accelerator.wait_for_everyone()


def _log(run: Run, machine: str = "", **figures: float) -> None:
    if run.accelerator.is_main_process:
        progress = run.progress
        record = {
            "step": progress.step,
            "epoch": progress.epoch,
            **figures,
            "elapsed": round(progress.elapsed, 1),
            **({"machine": machine} if machine else {}),
        }
        append_log(run.folder / LOG, record)
    run.accelerator.log(figures, step=run.progress.step)


def _checkpoint(run: Run) -> None:
    tensors = run.tensors()
    if run.accelerator.is_main_process:
        save_checkpoint(
            run.folder / CHECKPOINTS,
            tensors,
            run.progress,
            run.fingerprint,
            keep=run.recipe.save_total_limit,
        )
    run.accelerator.wait_for_everyone()


def _stopped(run: Run, stop: StopSignal) -> bool:
    """Whether any process was told to stop, so that all leave after the same step."""
    if run.accelerator.num_processes == 1:
        return bool(stop.received)
    told = torch.tensor([stop.received], device=run.accelerator.device)
    worst = int(run.accelerator.gather(told).max())
    stop.received = stop.received or worst
    return bool(worst)
