"""Files that are written whole or not at all, and read with a clear word when they cannot be.

Every room that touches the disk goes through here: text is written to a neighbour and renamed, an
existing file is left alone unless the caller says otherwise.
"""

from __future__ import annotations

import codecs
import contextlib
import glob
import hashlib
import os
import re
import shutil
import stat
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import IO

from abcgen.encodings import decode
from abcgen.errors import InputError, OutputError

if sys.platform != "win32":
    import fcntl

#: Seconds for which a folder that nobody holds may be one that somebody is about to.
_JUST_MADE = 10
#: Text files larger than this are not tunebooks.
MAX_TEXT_BYTES = 256 * 2**20
_LONGEST_LINE = 2**20
#: Where ABC begins; a NUL before it tells that a file is no text, one after it is a problem of a tune.
_TUNE = re.compile(rb"^X:", re.MULTILINE)


def write_whole(path: Path, data: str | bytes, *, overwrite: bool = False) -> Path:
    """Write `data` to `path` in one step; a reader sees the old file or the new one, never half.

    Raises OutputError when the file exists and `overwrite` is False, or cannot be written.
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    refuse_existing([path], overwrite=overwrite)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    except UnicodeEncodeError:
        raise OutputError(f"cannot write {path!r}: this system's file names have no such letter") from None
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, _mode(path))  # noqa: PTH101 - a plain file mode, as open() gives
        if overwrite:
            Path(temporary).replace(path)
        else:
            _name_new(Path(temporary), path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
    return path


def _name_new(temporary: Path, path: Path) -> None:
    """Give a file its name, unless somebody else has taken it meanwhile. Raises OSError, OutputError."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise OutputError(f"{path} is already there; give another name or --overwrite") from None
    except OSError:  # a file system without links
        refuse_existing([path], overwrite=False)
        temporary.replace(path)


def refuse_within(path: Path, source: Path) -> None:
    """Raise OutputError when a folder to be written is, holds, or lies in what is read for it."""
    there, read = path.resolve(), source.resolve()
    if there.is_relative_to(read) or read.is_relative_to(there):
        raise OutputError(f"{path} and {source}, which is read for it, are not apart; name another folder")


@contextlib.contextmanager
def folder_whole(
    path: Path, *, overwrite: bool = False, owned: Collection[str] | None = None, proof: str = ""
) -> Iterator[Path]:
    """A new folder to fill, which takes the name `path` only when the block ends without an error.

    Raises OutputError when `path` holds anything already and `overwrite` is False, or when it holds anything
    that is not named in `owned` (None: whatever is there may go), or lacks the file `proof` that ours have.
    """
    if path.resolve() == Path.cwd():
        raise OutputError(f"{path} is the folder that you are in; name one within it, or beside it")
    if path.is_symlink():
        path = path.resolve()
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        raise OutputError(f"cannot write {str(path)!r}: name a folder in letters that are text") from None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    _refuse_folder(path, overwrite=overwrite, owned=owned, proof=proof)
    try:
        aside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent))
        aside.chmod(0o777 & ~_umask())
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    try:
        with held(aside):
            yield aside
            _refuse_folder(path, overwrite=overwrite, owned=owned, proof=proof)
            _take_place(aside, path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextlib.contextmanager
def held(folder: Path) -> Iterator[bool | None]:
    """Hold a folder for this process as long as it lives; gives whether nobody else did.

    None where the system cannot tell. It lets go when the process ends, however it ends.
    """
    if sys.platform == "win32":
        yield None
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        except OSError:  # a file system without such locks
            yield None
        else:
            yield True
    finally:
        os.close(handle)


def put_back(path: Path) -> bool:
    """Give a folder its name again that was being replaced by a process now dead; whether there was one."""
    for old in sorted(path.parent.glob(f".{glob.escape(path.name)}.*.old")):
        new = old.with_suffix(".tmp")
        with (
            contextlib.suppress(OSError),
            held(new) if new.is_dir() else contextlib.nullcontext(True) as ours,
        ):
            if ours and not path.exists():
                old.replace(path)
                return True
    return False


def _clear_leftovers(path: Path) -> None:
    """Put right what killed processes left of this folder, where nobody holds it, nor has just made it."""
    put_back(path)
    if path.exists():
        for old in path.parent.glob(f".{glob.escape(path.name)}.*.old"):
            shutil.rmtree(old, ignore_errors=True)
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        with contextlib.suppress(OSError):
            if left.is_dir() and not left.is_symlink() and time.time() - left.stat().st_mtime > _JUST_MADE:
                with held(left) as nobodys:
                    if nobodys:
                        shutil.rmtree(left, ignore_errors=True)


def _refuse_folder(path: Path, *, overwrite: bool, owned: Collection[str] | None, proof: str) -> None:
    if not path.exists():
        return
    inside = sorted(entry.name for entry in path.iterdir()) if path.is_dir() else []
    if not overwrite and (inside or not path.is_dir()):
        raise OutputError(f"{path} is already there; give another name or --overwrite")
    foreign = [name for name in inside if owned is not None and name not in owned]
    if foreign or (owned is not None and not path.is_dir()):
        what = foreign[0] if foreign else "a file"
        raise OutputError(f"{path} is not ours to replace: it holds {what}; give another name")
    if inside and proof and proof not in inside:
        raise OutputError(f"{path} is not ours to replace: it has no {proof}; give another name")


def _take_place(new: Path, place: Path) -> None:
    """Rename `new` to `place`; what was there before is removed only after it has made room."""
    if not place.exists():
        new.replace(place)
        return
    old = new.with_suffix(".old")
    place.replace(old)
    new.replace(place)
    shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink()


def refuse_existing(paths: list[Path], *, overwrite: bool) -> None:
    """Raise OutputError naming the first of `paths` that is there, unless `overwrite`."""
    if overwrite:
        return
    for path in paths:
        if path.exists() or path.is_symlink():
            raise OutputError(f"{path} is already there; give another name or --overwrite")


def writable_folder(path: Path) -> Path:
    """Make the folder if need be and see that a file can be written in it. Raises OutputError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise OutputError(f"cannot write into {path}: {error.strerror or error}") from error
    return path


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """A file to read. Raises InputError when it is missing, a folder, a device or unreadable."""
    if path.is_dir():
        raise InputError(f"{path} is a folder; a file is needed here")
    if path.is_char_device() or path.is_block_device():
        raise InputError(f"{path} is a device; a file is needed here")
    try:
        with path.open("rb") as stream:
            yield stream
    except FileNotFoundError:
        raise InputError(f"{path} is not there") from None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error


def file_digest(paths: Iterable[Path]) -> str:
    """The SHA-256 over the bytes of files. Raises InputError as `read_text` does, but for what is in them."""
    digest = hashlib.sha256()
    for path in paths:
        with _opened(path) as stream:
            while block := stream.read(2**20):
                digest.update(block)
    return digest.hexdigest()


def read_text(path: Path) -> str:
    """The text of a file, UTF-8 or else Latin-1, line ends as `\\n`, no byte-order mark.

    Raises InputError when it is missing, a folder, a device, unreadable, too large or binary.
    """
    with _opened(path) as stream:
        data = stream.read(MAX_TEXT_BYTES + 1)
    if len(data) > MAX_TEXT_BYTES:
        raise InputError(f"{path} is larger than {MAX_TEXT_BYTES >> 20} MiB; split it first")
    if (nul := data.find(b"\0")) >= 0 and not _TUNE.search(data, 0, nul):
        raise InputError(f"{path} {_not_text(data)}")
    return decode(data)


def text_lines(path: Path) -> Iterator[str]:
    """The lines of a text file one by one, so that a file of any size can be read; their ends are left off.

    UTF-8, and Latin-1 where a line is none; a byte-order mark is left off. A line beyond 1 MiB comes in
    pieces. Raises InputError as `read_text` does, but for size.
    """
    with _opened(path) as stream:
        yield from lines_of(stream, path)


def lines_of(stream: IO[bytes], name: object) -> Iterator[str]:
    """The lines of an open file, as `text_lines` gives them. Raises InputError when it is binary."""
    in_tunes = False
    for raw in _raw_lines(stream):
        in_tunes = in_tunes or _TUNE.match(raw) is not None
        if b"\0" in raw and not in_tunes:
            raise InputError(f"{name} {_not_text(raw)}")
        yield from decode(raw).removesuffix("\n").split("\n")


def _not_text(data: bytes) -> str:
    """What a file is whose bytes are no text, and what would be right."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        return "is text in UTF-16 or UTF-32; save it as UTF-8"
    if data.startswith(b"PK\x03\x04"):
        return "is a damaged zip; pack or fetch it again"
    return "is a binary file, not text"


def _raw_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Runs of whole lines with their ends; of a line beyond the bound, pieces.

    Where lines end with a carriage return alone, the last one of a run waits for the next.
    """
    rest = b""
    while raw := rest + stream.readline(_LONGEST_LINE):
        cut = len(raw) if raw.endswith(b"\n") else raw.rfind(b"\r", 0, len(raw) - 1) + 1
        if not cut or len(raw) - cut == len(rest):  # one long line, or the end of the file
            cut = len(raw)
        yield raw[:cut]
        rest = raw[cut:]


def abc_files(folder: Path) -> list[Path]:
    """Every `.abc` file below a folder, in order; also those that are links to nothing, to be told of."""
    return _files_below(folder, is_abc_name)


def files_ending(folder: Path, suffixes: Collection[str]) -> list[Path]:
    """The same of files that end with one of some suffixes, in whatever case."""
    return _files_below(folder, lambda name: Path(name).suffix.lower() in suffixes)


def _files_below(folder: Path, takes: Callable[[str], bool]) -> list[Path]:
    found = (path for path in folder.rglob("*") if takes(path.name))
    return sorted(path for path in found if path.is_file() or (path.is_symlink() and not path.is_dir()))


#: What reading a damaged zip raises.
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError)


def is_abc_name(name: str) -> bool:
    """Whether a file is called as tunebooks are; `._a.abc` is what macOS notes of `a.abc`."""
    return name.lower().endswith(".abc") and not name.startswith("._")


def printable(name: str) -> str:
    """A file name as text, whatever its bytes; what cannot be seen becomes `?`."""
    return visible(os.fsencode(name).decode("utf-8", "replace"))


def visible(text: str) -> str:
    """A text for a terminal or a picture: what cannot be seen becomes `?`."""
    return "".join(c if c.isprintable() else "?" for c in text)


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _mode(path: Path) -> int:
    """The permissions of the file that is there, or those that open() gives a new one."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
