"""Whether a run may begin, or go on, in the folder it is given: nothing of anybody's is ever written over.

A run that died before its first checkpoint leaves a recipe and a log, or half of one; such a folder is as
good as empty, so that the mended run can have it. It knows the names of a run's files, not what trains.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import yaml

from abcgen.errors import AbcgenError, CheckpointError, OutputError
from abcgen.files import held, put_back, read_text
from abcgen.training.checkpoints import checkpoints_in, is_leftover
from abcgen.training.recipe import recipe_from
from abcgen.training.report import read_log

RECIPE, LOG, CHECKPOINTS, BEST = "recipe.yaml", "log.jsonl", "checkpoints", "best"
CURVES = "curves.png"
TRACKING, SAMPLES = "tracking", "samples"
_WRITTEN = "|".join(re.escape(name) for name in (RECIPE, LOG, CURVES, BEST))
#: What a process that was killed as it wrote one of them leaves beside it.
_LEFTOVER = re.compile(rf"\.(?:{_WRITTEN})\.\w+\.(?:tmp|old)")


@contextlib.contextmanager
def only_run(folder: Path) -> Iterator[None]:
    """Hold the folder for one run while the block lasts. Raises OutputError when another process has it."""
    with held(folder) as ours:
        if ours is False:
            raise OutputError(f"another process is training in {folder}: wait for it, or give another folder")
        yield


def refuse_folder(folder: Path, *, resume: bool) -> None:
    """Raise unless a run may write into `folder`: to begin there, or with `resume` to go on.

    OutputError when it holds a run already or anything else, CheckpointError when there is nothing to resume
    or the log is not a run's. A folder that is missing, empty, or left by a run that came to nothing will do.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file; output_dir should name a folder")
    if checkpoints_in(folder / CHECKPOINTS):
        if not resume:
            raise OutputError(
                f"{folder} holds a run already: go on with --resume, "
                "or give another folder with --set output_dir=..."
            )
        read_log(folder / LOG)
        return
    kept = _first_of_value(folder)
    if kept is None:
        return
    if resume:
        raise CheckpointError(f"nothing to resume here: {folder} holds no checkpoint, but {kept}")
    raise OutputError(f"{folder} holds {kept} already: give another folder with --set output_dir=...")


def clear_leftovers(folder: Path) -> None:
    """Remove what killed processes left half written in the folder of a run, which is held by this one."""
    put_back(folder / BEST)
    inside = folder / CHECKPOINTS
    halves = [entry for entry in folder.iterdir() if _LEFTOVER.fullmatch(entry.name)]
    halves += [entry for entry in (inside.iterdir() if inside.is_dir() else ()) if is_leftover(entry)]
    for entry in halves:
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)


def _first_of_value(folder: Path) -> str | None:
    """The name of what a run that never came to a checkpoint would not have left, or None."""
    entries = sorted(folder.iterdir()) if folder.is_dir() else []
    for entry in entries:
        if entry.name == CHECKPOINTS and entry.is_dir():
            ours = all(is_leftover(inner) for inner in entry.iterdir())
        elif entry.name == RECIPE:
            ours = _is_our_recipe(entry)
        elif entry.name in (TRACKING, SAMPLES):
            ours = (folder / RECIPE).is_file()
        elif entry.name == LOG:
            ours = _is_our_log(entry) and (folder / RECIPE).is_file()
        else:
            ours = _LEFTOVER.fullmatch(entry.name) is not None
        if not ours:
            return entry.name
    return None


def _is_our_recipe(path: Path) -> bool:
    """Whether it is a recipe as a run writes it: every key there, in order. One by hand has comments."""
    try:
        text = read_text(path)
        return recipe_from(yaml.safe_load(text)).as_yaml() == text
    except (AbcgenError, OSError, yaml.YAMLError, TypeError, ValueError):
        return False


def _is_our_log(path: Path) -> bool:
    try:
        read_log(path)
    except CheckpointError:
        return False
    return True
