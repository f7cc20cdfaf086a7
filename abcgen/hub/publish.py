"""A folder onto the Hub: filled first, looked at next, and then all of it in one commit."""

from __future__ import annotations

import fnmatch
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path, PurePath

from abcgen.errors import HubError, InputError, OutputError
from abcgen.files import folder_whole, write_whole
from abcgen.hub.cards import is_untouched, merged_card, read_card
from abcgen.hub.remote import Remote

CARD = "README.md"
#: Puts the files of what is published, its card among them, into a folder.
Fill = Callable[[Path], None]


def write_publication(fill: Fill, out: Path, *, overwrite: bool = False) -> list[Path]:
    """The folder `out` as it would be on the Hub; gives its files.

    Raises OutputError when it is taken, or, to be replaced, holds what was not written so.
    """
    if overwrite and out.exists() and (why := _foreign(out)):
        raise OutputError(f"{out} {why}, and stays as it is; give another name")
    with folder_whole(out, overwrite=overwrite, proof=CARD) as folder:
        _filled(fill, folder)
    return _files(out)


def _foreign(folder: Path) -> str:
    """What shows that a folder is not, or not only, as a dry run wrote it; "" where nothing does."""
    try:
        card = read_card((folder / CARD).read_text("utf-8", "replace"))
    except (OSError, InputError):
        return "is no folder that --dry-run wrote"
    if not card.filled:
        return "is no folder that --dry-run wrote"
    ours = {str(path) for name in card.files for path in (PurePath(name), *PurePath(name).parents)}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or str(name := path.relative_to(folder)) not in ours:
            return f"holds {name}, which --dry-run did not write"
    return "" if is_untouched(card) else f"holds a {CARD} that was changed by hand"


def publish(
    remote: Remote,
    fill: Fill,
    message: str,
    *,
    private: bool = False,
    sdk: str | None = None,
    replaces: Collection[str] = (),
) -> str:
    """Make the repository if it is not there, bring it up to date in one commit; gives the commit's address.

    What people wrote into the card stays, and so do files that were not published from here; those that were,
    and are not any more, go, and so do those beside the card that match one of `replaces` (`*.bin`). Raises
    HubError; then nothing is there by half, and the same again finishes it.
    """
    remote.require_writer()
    with tempfile.TemporaryDirectory() as aside:
        folder = Path(aside)
        state = remote.state()
        if state is not None and private and not state.private:
            raise HubError(f"{remote.name} is public there already; make it private on its page first")
        card = remote.read(CARD, state.head) if state is not None else None
        before = _filled(fill, folder, card, f"{remote.address} {CARD}")
        is_new = state is None
        if state is None:
            remote.create(private=private, sdk=sdk)
            state = remote.state()
        if state is None:
            raise HubError(f"{remote.name} was made, and is not to be seen; try again in a minute")
        files = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
        replaced = {path for one in replaces for path in fnmatch.filter(state.files, one) if "/" not in path}
        gone = [path for path in state.files if path not in files and (path in before or path in replaced)]
        try:
            return remote.commit(files, message, parent=state.head, gone=gone)
        except HubError as error:
            if not is_new:
                raise
            raise HubError(f"{error}; {remote.name} is there now, and empty until then") from error


def _filled(fill: Fill, folder: Path, card: bytes | None = None, place: str = "") -> Collection[str]:
    """Fill the folder; what was written by hand into the `card`, which lies at `place`, stays in its card.

    Gives the files that were published with that one.
    """
    try:
        there = "" if card is None else card.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{place} is not UTF-8; mend it there first") from error
    before = read_card(there, place).files  # before all else is done in vain
    fill(folder)
    fresh = (folder / CARD).read_text("utf-8")
    files = [path.relative_to(folder).as_posix() for path in _files(folder)]
    write_whole(folder / CARD, merged_card(fresh, there, files=files, place=place), overwrite=True)
    return before


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
