"""A demo as a Space of the Hub: the app in a container, on a CPU, with every package and the model pinned."""

from __future__ import annotations

import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from email.parser import HeaderParser
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from abcgen import __version__
from abcgen.errors import HubError, InputError, MissingExtraError, UsageError
from abcgen.files import write_whole
from abcgen.hub.remote import Remote
from abcgen.models.places import EMBEDDED, hub_name
from abcgen.templates import filled

PORT = 7860
#: The folder of our wheel.
WHEELS = "wheels"
#: What the app can do there: its page, and sound as files.
EXTRAS = frozenset({"app", "audio"})
#: Where PyTorch's packages for machines without a GPU are: the others bring gigabytes along.
_CPU_PACKAGES = "https://download.pytorch.org/whl/cpu"
_COMMIT = re.compile("[0-9a-f]{40}")
_RELEASES = "https://pypi.org/pypi/abcgen/{}/json"
#: What PyTorch needs for GPUs alone.
_OF_GPUS = re.compile(r"nvidia-.*|cuda-.*|triton")


class Shown(NamedTuple):
    """A model of the Hub for a Space: `user/name` and its revision; "" for the embedded one."""

    name: str = ""
    revision: str = ""


def shown_model(model: str) -> Shown:
    """What `embedded`, `user/name` or `user/name@revision` says. Raises UsageError for a folder."""
    if model in ("", EMBEDDED):
        return Shown()
    found = None if Path(model).exists() else hub_name(model)
    if found is None:
        raise UsageError(
            f"{model[:80]!r} is no model on the Hub; a Space takes its model from there:"
            " abcgen publish model DIR user/name"
        )
    return Shown(*found)


def pinned_model(model: Shown) -> Shown:
    """The same by its commit. Raises HubError where there is none that everybody may see."""
    if not model.name:
        return model
    state = Remote("model", model.name).state(model.revision)
    if state is None:
        raise HubError(f"there is no model {model.name} on the Hub")
    if state.private:
        raise HubError(f"{model.name} is private; a Space cannot fetch it without a token of yours")
    if "config.json" not in state.files:
        raise HubError(f"{model.name} holds no model: it has no config.json")
    return model._replace(revision=state.head)


def fill_space(name: str, folder: Path, model: Shown, wheel: Path | None = None) -> None:
    """Put the files of a Space into a folder: its card, its Dockerfile, what is installed, our `wheel`.

    Without a wheel the release of this version is installed. Raises MissingExtraError where the packages of
    the app are not installed here, whose versions are those pinned; InputError for another wheel.
    """
    required = [f"--extra-index-url {_CPU_PACKAGES}", *_pins()]
    if wheel is None:
        required.append(f"abcgen=={__version__}")
    else:
        _refuse_wheel(wheel)
        (folder / WHEELS).mkdir()
        shutil.copyfile(wheel, folder / WHEELS / wheel.name)
        required.append(f"./{WHEELS}/{wheel.name}")
    write_whole(folder / "requirements.txt", "\n".join(required) + "\n")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    pinned = _COMMIT.fullmatch(model.revision) is not None
    settings = {**model._asdict(), "pinned": pinned, "port": PORT, "python": python}
    write_whole(folder / "Dockerfile", filled("Dockerfile.jinja", **settings))
    title = name.partition("/")[2]
    write_whole(folder / "README.md", filled("space.md.jinja", title=title, model=model.name, port=PORT))


def require_release() -> None:
    """Raise HubError unless this version can be installed by its name."""
    from urllib.error import HTTPError
    from urllib.request import urlopen

    try:
        with urlopen(_RELEASES.format(__version__), timeout=20):  # noqa: S310 - a fixed address
            return
    except HTTPError as error:
        why = "is not released" if error.code == 404 else f"cannot be looked up, the server says {error.code}"
    except OSError as error:
        why = f"cannot be looked up: {error}"
    raise HubError(
        f"abcgen {__version__} {why}; give the Space a wheel of it:"
        f" --wheel dist/abcgen-{__version__}-py3-none-any.whl, which scripts/release makes"
    )


def _pins() -> list[str]:
    """Every package that the app needs, as it is installed here, for a machine without a GPU."""
    from packaging.version import Version

    pins = []
    for name in sorted(_needed()):
        version = metadata.version(name)
        pins.append(f"torch=={Version(version).public}+cpu" if name == "torch" else f"{name}=={version}")
    return pins


def _needed() -> set[str]:
    """The names of all packages that abcgen with the extras of the app leads to."""
    needed: set[str] = set()
    waiting = [("abcgen", EXTRAS)]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        for name, extras in _required(*place):
            if not _OF_GPUS.fullmatch(name):
                needed.add(name)
                waiting.append((name, extras))
    return needed - {"abcgen"}


def _required(name: str, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """What an installed package requires with some extras: names and their extras."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    try:
        lines = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        raise MissingExtraError(
            f"{name} is not installed, and a Space installs what is here: pip install 'abcgen[app,audio]'"
        ) from None
    for requirement in map(Requirement, lines):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in (extras or {""})):
            yield canonicalize_name(requirement.name), frozenset(requirement.extras)


def _refuse_wheel(wheel: Path) -> None:
    """Raise InputError unless a file is a wheel of this version of abcgen, for every machine."""
    said = f"{wheel} is no wheel of abcgen {__version__}"
    if wheel.name != f"abcgen-{__version__}-py3-none-any.whl":
        raise InputError(f"{said}; that is called abcgen-{__version__}-py3-none-any.whl")
    try:
        with zipfile.ZipFile(wheel) as archive:
            text = archive.read(f"abcgen-{__version__}.dist-info/METADATA").decode("utf-8")
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise InputError(f"{said}: {error}") from error
    told = HeaderParser().parsestr(text)
    if (told["Name"], told["Version"]) != ("abcgen", __version__):
        raise InputError(f"{said}, but of {told['Name']} {told['Version']}")
