"""Checkpoints that are whole, verified and of this run, or refused. Safetensors and JSON, nothing pickled.

`output_dir/checkpoints/step-00001200/` holds the weights, their average, the optimisers' moments,
`state.json` (the progress and the fingerprint of recipe, corpus and tokenizer) and `sums.json` (SHA-256 of
each file). It is written aside, synced and renamed. Chance needs no file: the loop derives it from (seed,
step, process).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from abcgen.errors import CheckpointError, OutputError
from abcgen.files import folder_whole

_FORMAT = 1
#: What a checkpoint keeps as tensors, a file each.
PARTS = ("model", "average", "optimizer")
_FILES = (*(f"{part}.safetensors" for part in PARTS), "state.json")


@dataclass
class Progress:
    """How far a run is. `position`: batches done of `epoch`. Times in seconds, losses in nats a token.

    `loss_sum` over `loss_count` steps is not logged yet. `best_bpb` is None before the first evaluation.
    """

    step: int = 0
    epoch: int = 0
    position: int = 0
    tokens: int = 0
    elapsed: float = 0.0
    loss_sum: float = 0.0
    loss_count: int = 0
    best_step: int = 0
    best_bpb: float | None = None


def save_checkpoint(
    folder: Path,
    tensors: Mapping[str, Mapping[str, Tensor]],
    progress: Progress,
    fingerprint: Mapping[str, Any],
    *,
    keep: int,
) -> Path:
    """Write a checkpoint under `folder` and keep it and the `keep` - 1 before it. Raises OutputError.

    `tensors` by `PARTS`, each by name. One of a later step goes too: the run came back to this step because
    that one is damaged.
    """
    place = folder / f"step-{progress.step:08d}"
    with folder_whole(place, overwrite=True) as aside:
        for part in PARTS:
            _save_tensors(aside / f"{part}.safetensors", tensors[part])
        state = {"format": _FORMAT, "progress": asdict(progress), "fingerprint": dict(fingerprint)}
        (aside / "state.json").write_text(json.dumps(state, indent=1), encoding="utf-8")
        sums = {name: _sha256(aside / name) for name in _FILES}
        (aside / "sums.json").write_text(json.dumps(sums, indent=1), encoding="utf-8")
        for file in aside.iterdir():
            _sync(file)
        _sync(aside)
    _sync(folder)
    found = checkpoints_in(folder)
    until = found.index(place) + 1
    for other in (*found[: max(0, until - keep)], *found[until:]):
        shutil.rmtree(other, ignore_errors=True)
    return place


def newest_checkpoint(folder: Path) -> tuple[Path | None, list[str]]:
    """The newest checkpoint whose sums hold, and a line for every newer one that is damaged.

    None when there are no checkpoints at all. Raises CheckpointError when there are and all are damaged.
    """
    found = checkpoints_in(folder)
    damage: list[str] = []
    for place in reversed(found):
        problem = _damage(place)
        if problem is None:
            return place, damage
        damage.append(f"{place} is damaged: {problem}")
    if damage:
        raise CheckpointError(f"no whole checkpoint is left: {damage[0]}; begin again in another output_dir")
    return None, []


def load_checkpoint(
    place: Path, fingerprint: Mapping[str, Any]
) -> tuple[dict[str, dict[str, Tensor]], Progress]:
    """The tensors of the checkpoint at `place`, by `PARTS` and name, and the progress.

    Raises CheckpointError when it is damaged or another run's.
    """
    problem = _damage(place)
    if problem is not None:
        raise CheckpointError(f"{place} is damaged: {problem}")
    state = json.loads((place / "state.json").read_text(encoding="utf-8"))
    if state.get("format") != _FORMAT:
        raise CheckpointError(f"{place} has format {state.get('format')!r}; this abcgen reads {_FORMAT}")
    _refuse_another_run(place, state["fingerprint"], dict(fingerprint))
    tensors = {part: load_file(place / f"{part}.safetensors") for part in PARTS}
    return tensors, Progress(**state["progress"])


def is_leftover(entry: Path) -> bool:
    """Whether an entry of the checkpoints' folder is half a checkpoint."""
    return re.fullmatch(r"\.step-\d+\..*\.(tmp|old)", entry.name) is not None


def checkpoints_in(folder: Path) -> list[Path]:
    """Every checkpoint, whole or not, the newest last."""
    found = [place for place in folder.glob("step-*") if re.fullmatch(r"step-\d{8,}", place.name)]
    return sorted(found, key=lambda place: int(place.name.removeprefix("step-")))


def _refuse_another_run(place: Path, kept: dict[str, Any], now: dict[str, Any]) -> None:
    """Name what differs: the corpus, the tokenizer, or which key of the recipe."""
    for name in sorted(set(kept) | set(now)):
        old, new = kept.get(name), now.get(name)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            keys = sorted(key for key in set(old) | set(new) if old.get(key) != new.get(key))
            changes = ", ".join(f"{key} {old.get(key)!r}, now {new.get(key)!r}" for key in keys)
            raise CheckpointError(f"{place} was made by another {name}: {changes}")
        raise CheckpointError(f"{place} was made with another {name}; give that back, or another output_dir")


def _save_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    try:
        save_file({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, path)
    except SafetensorError as error:  # a full disk reaches us as this, not as OSError
        raise OutputError(f"cannot write {path.name} of a checkpoint: {error}") from error


def _damage(place: Path) -> str | None:
    """What is wrong with a checkpoint, or None: every file there, with the sum it was written with."""
    try:
        sums = json.loads((place / "sums.json").read_text(encoding="utf-8"))
        for name in _FILES:
            if _sha256(place / name) != sums[name]:
                return f"the SHA-256 sum of {name} is not the one it was written with"
    except FileNotFoundError as error:
        return f"{Path(str(error.filename)).name} is not there"
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"sums.json cannot be used ({type(error).__name__})"
    return None


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Have the disk hold a file, or a folder's entries (where the system can), before anything is renamed."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
