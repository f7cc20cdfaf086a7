"""Where a model lies that is named: with the package, in a folder, on the Hugging Face Hub."""

from __future__ import annotations

import fnmatch
import json
import re
import sys
from pathlib import Path
from typing import Any

from abcgen.errors import ModelError, UsageError
from abcgen.resources import embedded_model

#: The name of the model that comes with the package.
EMBEDDED = "embedded"
#: In a model's folder, the manifests of the corpora that made it.
MANIFESTS = "corpus-manifests.json"
#: What is fetched of a repository: numbers, settings and texts, nothing that runs.
_FETCHED = ["*.safetensors", "*.json", "*.txt", "README.md"]
_ON_THE_HUB = re.compile(r"([A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)(?:@(\w[\w./-]*))?", re.ASCII)


def model_folder(name: str | Path) -> Path:
    """The folder of a model: `embedded`, a folder's path, or `user/name` on the Hub, `user/name@revision`.

    From the Hub it is fetched into the cache of huggingface_hub, and taken from there where there is no
    network. Raises ModelError when the Hub has no such model, or cannot be asked.
    """
    if name in ("", EMBEDDED):
        return embedded_model()
    if Path(name).exists() or hub_name(str(name)) is None:
        return Path(name)
    return fetched_model(str(name))


def fetched_model(name: str) -> Path:
    """The folder in the cache of a model of the Hub, `user/name` or `user/name@revision`.

    Raises UsageError for another name, ModelError as `model_folder` does.
    """
    on_the_hub = hub_name(name)
    if on_the_hub is None:
        raise UsageError(f"{name[:80]!r} is no name of a model on the Hub; write it as user/name")
    return _fetched(*on_the_hub)


def lasting_name(name: str) -> str:
    """A name of the same model at any time: that of a folder as it is, of one on the Hub `user/name@COMMIT`.

    Raises ModelError as `model_folder` does.
    """
    on_the_hub = None if name == EMBEDDED or Path(name).exists() else hub_name(name)
    if on_the_hub is None:
        return name
    return f"{on_the_hub[0]}@{_fetched(*on_the_hub).name}"


def is_fetched(name: str) -> bool:
    """Whether a file of this name is fetched of a repository."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in _FETCHED)


def hub_name(text: str) -> tuple[str, str] | None:
    """`user/name` and the revision, "" where none is said; None for what is no name on the Hub."""
    from huggingface_hub import utils
    from huggingface_hub.errors import HFValidationError

    client: Any = utils
    match = _ON_THE_HUB.fullmatch(text)
    if match is None or ".." in text:
        return None
    try:
        client.validate_repo_id(match[1])
    except HFValidationError:
        return None
    return match[1], match[2] or ""


def hide_bars_in_logs() -> None:
    """Have huggingface_hub show no progress where nobody watches."""
    from huggingface_hub.utils.tqdm import disable_progress_bars

    if not sys.stderr.isatty():
        disable_progress_bars()


def read_manifests(folder: Path) -> list[dict[str, Any]]:
    """What the corpora say of themselves whose tunes made the model in a folder; none where it does not say.

    Raises ModelError when what is there is nothing of the kind.
    """
    path = folder / MANIFESTS
    if not path.is_file():
        return []
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ModelError(f"{path} is no list of the manifests of corpora")
    return found


def _fetched(repository: str, revision: str) -> Path:
    from huggingface_hub import constants, errors, snapshot_download

    hide_bars_in_logs()
    pull = f"abcgen pull {repository}{'@' if revision else ''}{revision}"
    try:
        place = Path(snapshot_download(repository, revision=revision or None, allow_patterns=_FETCHED))
    except errors.GatedRepoError as error:
        why = "its owner has not let you in; ask on its page, then: hf auth login"
        raise ModelError(f"{repository} cannot be had from the Hub: {why}") from error
    except errors.RevisionNotFoundError as error:
        raise ModelError(f"{repository} on the Hub has no revision {revision}") from error
    except errors.RepositoryNotFoundError as error:
        why = "is no folder here, and no model on the Hub (a private one needs: hf auth login)"
        raise ModelError(f"{repository} {why}") from error
    except Exception as error:  # no network, a full disk, a server that fails: each in its own words
        if constants.HF_HUB_OFFLINE:
            why = f"is no folder here, nor in the cache, and HF_HUB_OFFLINE is set; with a network: {pull}"
            raise ModelError(f"{repository} {why}") from error
        cause = error.__cause__ if isinstance(error, errors.LocalEntryNotFoundError) else None
        told = str(cause or error).strip().splitlines() or [type(error).__name__]
        why = "is no folder here, and cannot be had from the Hub"
        raise ModelError(f"{repository} {why}: {told[0][:200]}") from error
    if constants.HF_HUB_OFFLINE and (name := _lacking(place)):
        why = f"is not whole in the cache, for want of {name}, and HF_HUB_OFFLINE is set"
        raise ModelError(f"{repository} {why}; with a network: {pull}")
    return place


def _lacking(folder: Path) -> str:
    """The first file without which nothing is a model that a folder lacks, or ""."""
    weights, index = "model.safetensors", folder / "model.safetensors.index.json"
    needed = ["config.json", "tokenizer.json", weights]
    if index.is_file():
        try:
            needed[2:] = sorted(set(json.loads(index.read_text("utf-8"))["weight_map"].values()))
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            needed[2:] = []  # told by whoever loads it
    return next((name for name in needed if not (folder / str(name)).is_file()), "")
