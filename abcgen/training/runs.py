"""The runs under a folder, side by side: what each was, how far it came, and their curves in one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from abcgen.errors import AbcgenError, InputError
from abcgen.files import held, write_whole
from abcgen.plots import new_figure, png, table
from abcgen.training.folder import LOG, RECIPE
from abcgen.training.recipe import Recipe, read_recipe
from abcgen.training.report import read_log


@dataclass(frozen=True)
class RunSummary:
    """One run. `scores`: (step, validation bits per byte) of every evaluation. Times in seconds.

    `state`: training (a process holds the folder), finished, or stopped before `total` steps. `valid`: the
    share of the last samples that were valid, if any were drawn. `tokens_per_second`: of the last line that
    tells.
    """

    folder: Path
    recipe: Recipe
    state: str
    step: int
    total: int
    elapsed: float
    loss: float | None
    tokens_per_second: float | None
    valid: float | None
    scores: tuple[tuple[int, float], ...]

    @property
    def best(self) -> tuple[int, float] | None:
        """The evaluation with the least bits per byte."""
        return min(self.scores, key=lambda score: score[1], default=None)

    @property
    def model(self) -> str:
        wanted = self.recipe.model
        return (
            f"from {wanted.name_or_path}" if wanted.name_or_path else f"{wanted.architecture} {wanted.size}"
        )


def find_runs(folder: Path) -> list[RunSummary]:
    """Every run in `folder` or anywhere beneath it, the best first. Raises InputError when there is none.

    A folder whose recipe or log cannot be read is no run.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder")
    found = []
    for log in sorted(folder.rglob(LOG)):
        try:
            found.append(_summary(log.parent))
        except AbcgenError:
            continue
    if not found:
        raise InputError(f"{folder} holds no run; abcgen train makes one")
    return sorted(found, key=lambda run: (run.best[1] if run.best else float("inf"), str(run.folder)))


def as_table(runs: Sequence[RunSummary]) -> str:
    """A line a run."""
    rows = [("run", "model", "steps", "bits per byte", "at step", "loss", "valid", "tokens/s", "minutes", "")]
    for run in runs:
        step, bpb = run.best or (None, None)
        rows.append(
            (
                str(run.folder),
                run.model,
                f"{run.step:,} of {run.total:,}" if run.step < run.total else f"{run.step:,}",
                _shown(bpb, ".4f"),
                _shown(step, ","),
                _shown(run.loss, ".3f"),
                _shown(run.valid, ".2f"),
                _shown(run.tokens_per_second, ",.0f"),
                f"{run.elapsed / 60:.1f}",
                run.state,
            )
        )
    return table(rows)


def draw_runs(runs: Sequence[RunSummary], picture: Path, *, overwrite: bool = False) -> None:
    """Validation bits per byte of all runs against the step, as a PNG. Raises OutputError."""
    named = {f"{run.folder.name}  {run.best[1]:.4f}": run.scores for run in runs if run.best}
    draw_scores(named, picture, overwrite=overwrite)


def draw_scores(
    named: Mapping[str, Sequence[tuple[int, float]]], picture: Path, *, overwrite: bool = False
) -> None:
    """Validation bits per byte against the step, a line for each name, as a PNG. Raises OutputError."""
    figure = new_figure(8, 4.5)
    axes = figure.add_subplot()
    for name, scores in named.items():
        axes.plot(*zip(*scores, strict=True), marker=".", linewidth=1.2, label=name)
    axes.set_xlabel("step")
    axes.set_ylabel("validation, bits per byte")
    axes.spines[["top", "right"]].set_visible(False)
    if named:
        axes.legend(fontsize="small", frameon=False)
    write_whole(picture, png(figure), overwrite=overwrite)


def _summary(folder: Path) -> RunSummary:
    """Raises what reading a recipe or a log does."""
    recipe = read_recipe(folder / RECIPE)
    records = read_log(folder / LOG)

    def last(name: str) -> float | None:
        return next((record[name] for record in reversed(records) if name in record), None)

    step, total = max((record["step"] for record in records), default=0), int(last("total_steps") or 0)
    with held(folder) as free:
        state = "finished" if 0 < total <= step else "stopped"
    return RunSummary(
        folder=folder,
        recipe=recipe,
        state=state if free is not False else "training",
        step=step,
        total=total,
        elapsed=last("elapsed") or 0.0,
        loss=last("loss"),
        tokens_per_second=last("tokens_per_second"),
        valid=last("valid"),
        scores=tuple((record["step"], record["bpb"]) for record in records if "bpb" in record),
    )


def _shown(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)
