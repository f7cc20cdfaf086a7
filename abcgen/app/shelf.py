"""The shelf: tunes that were kept, in one SQLite file in the user's data folder.

A tune is on the disk before it is said to be kept. A shelf that is damaged is put aside under another name,
never deleted, and what can still be read of it stands on the new one.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from abcgen.errors import OutputError, UsageError

#: Tunes that a shelf holds at most, and how long each may be.
MOST_TUNES, MOST_CHARACTERS = 10_000, 64 * 1024
#: What SQLite keeps for programs in their files: that one is a shelf ("abcg"), and of which kind.
_OURS, _VERSION = 0x61626367, 1
_BEGINS = b"SQLite format 3\0"
#: What the beginning of a shelf holds, and how deep what is told of a tune may be nested.
_SIGN, _DEEPEST = b"CREATE TABLE tunes (", 16
#: The name of the file that is a shelf, whatever it holds.
SHELF = "shelf.sqlite"
_TABLE = """
CREATE TABLE tunes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kept TEXT NOT NULL,
    title TEXT NOT NULL,
    abc TEXT NOT NULL,
    made TEXT NOT NULL
)
"""


@dataclass(frozen=True)
class KeptTune:
    """A tune on the shelf. `kept` is when, in UTC; `made` is how it was made, as far as that is known."""

    id: int
    kept: str
    title: str
    abc: str
    made: Mapping[str, Any]


class MissingTuneError(UsageError):
    """A tune that is not there, or not any more."""


class StaleTuneError(UsageError):
    """A tune of which the shelf has another text than whoever changes it knows."""


class _Damaged(Exception):  # noqa: N818 - told by `put_aside`
    """A shelf that cannot be read."""


class Shelf:
    """The tunes in a file, which is made where there is none. Safe to use from several threads and processes.

    `put_aside` is where a file went that could not be read, None where nothing was wrong; `saved` is how many
    tunes of it are here. Raises OutputError for a place that cannot be written, and for a file of another
    program, or of a newer abcgen.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.put_aside: Path | None = None
        self.saved = 0
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = self._opened()
            except _Damaged:
                self._put_aside()
                self._connection = self._opened()
                self._save_what_is_left()
        except (OSError, sqlite3.Error, _Damaged) as error:
            raise OutputError(f"the shelf {path} cannot be opened: {error}") from error

    def _put_aside(self) -> None:
        now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        aside = self.path.with_name(f"{self.path.stem}.damaged-{now}{self.path.suffix}")
        self.path.rename(aside)
        for ending in ("-journal", "-wal"):
            beside = Path(f"{self.path}{ending}")
            if beside.exists():
                beside.rename(f"{aside}{ending}")
        self.put_aside = aside

    def _save_what_is_left(self) -> None:
        """Put on this shelf what can be read of the one that was put aside, a tune at a time."""
        with contextlib.closing(
            _connected(f"{(self.put_aside or self.path).absolute().as_uri()}?mode=ro")
        ) as damaged:
            rows = [row for number in _numbers(damaged) if (row := _saved(damaged, number)) is not None]
        with self._writing() as connection:
            for row in rows[:MOST_TUNES]:
                query = (
                    "INSERT INTO tunes (id, kept, title, abc, made) VALUES (:id, :kept, :title, :abc, :made)"
                )
                connection.execute(query, row)
                self.saved += 1

    def _opened(self) -> sqlite3.Connection:
        self._refuse_other_file()
        connection = _connected(f"{self.path.absolute().as_uri()}?mode=rwc")
        try:
            self._make_sound(connection)
        except BaseException as error:
            connection.close()
            # a disk that is full, or a file that somebody else has locked, is no damage
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
                raise _Damaged(str(error)) from error
            raise
        return connection

    def _refuse_other_file(self) -> None:
        """Raise _Damaged for a shelf that is no database any more; OSError for what never was one."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            begins = file.read(64 * 1024)
        if begins and not begins.startswith(_BEGINS):
            if self.path.name == SHELF or _SIGN in begins:
                raise _Damaged("it is no database")
            raise OSError("it is no shelf; choose another file")

    def _make_sound(self, connection: sqlite3.Connection) -> None:
        """Look whether the file is a whole shelf, and make one of a new file, before anybody else does."""
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        try:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            (owner,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if not tables and not owner:
                connection.execute(_TABLE)
                connection.execute(f"PRAGMA application_id = {_OURS}")
                connection.execute(f"PRAGMA user_version = {_VERSION}")
            elif owner != _OURS:
                raise OSError("it is a database of another program; choose another file")
            elif version > _VERSION:
                raise OSError("it is that of a newer abcgen")
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            columns = {row["name"] for row in connection.execute("PRAGMA table_info(tunes)")}
            if verdict != "ok" or columns != {"id", "kept", "title", "abc", "made"}:
                raise _Damaged(verdict)
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """What is done within is done as a whole, or not at all."""
        try:
            with self._lock:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                    self._connection.execute("COMMIT")
                except BaseException:
                    with contextlib.suppress(sqlite3.Error):  # a full disk has undone it already
                        self._connection.execute("ROLLBACK")
                    raise
        except sqlite3.Error as error:
            raise OutputError(f"the shelf {self.path} cannot be written: {error}") from error

    def keep(self, title: str, abc: str, made: Mapping[str, Any]) -> KeptTune:
        """Put a tune on the shelf. Raises UsageError for one that is too long, or a shelf that is full."""
        _refuse(abc)
        row = (datetime.now(UTC).isoformat(timespec="seconds"), title, abc, _as_json(made))
        with self._writing() as connection:
            (count,) = connection.execute("SELECT count(*) FROM tunes").fetchone()
            if count >= MOST_TUNES:
                raise UsageError(f"the shelf is full: it holds {MOST_TUNES} tunes")
            query = "INSERT INTO tunes (kept, title, abc, made) VALUES (?, ?, ?, ?)"
            number = connection.execute(query, row).lastrowid
        return KeptTune(int(number or 0), row[0], title, abc, dict(made))

    def change(
        self, number: int, title: str, abc: str, made: Mapping[str, Any], before: str | None = None
    ) -> KeptTune:
        """Put another text in the place of a kept tune; of the text `before`, if that is said.

        Raises MissingTuneError when there is no such tune, StaleTuneError when its text is another one.
        """
        _refuse(abc)
        with self._writing() as connection:
            found = connection.execute("SELECT kept, abc FROM tunes WHERE id = ?", (number,)).fetchone()
            if found is None:
                raise _not_there(number)
            if before is not None and found["abc"] != before:
                raise StaleTuneError(f"tune {number} was changed on the shelf meanwhile, in another window")
            query = "UPDATE tunes SET title = ?, abc = ?, made = ? WHERE id = ?"
            connection.execute(query, (title, abc, _as_json(made), number))
        return KeptTune(number, str(found["kept"]), title, abc, dict(made))

    def discard(self, number: int) -> None:
        """Take a tune from the shelf. Raises MissingTuneError when there is no such tune."""
        with self._writing() as connection:
            if not connection.execute("DELETE FROM tunes WHERE id = ?", (number,)).rowcount:
                raise _not_there(number)

    def tune(self, number: int) -> KeptTune:
        """A tune of the shelf. Raises MissingTuneError when there is no such tune."""
        found = self._read("SELECT * FROM tunes WHERE id = ?", (number,))
        if not found:
            raise _not_there(number)
        return found[0]

    def tunes(self) -> list[KeptTune]:
        """All tunes, the last kept first."""
        return self._read("SELECT * FROM tunes ORDER BY id DESC")

    def _read(self, query: str, values: Sequence[object] = ()) -> list[KeptTune]:
        try:
            with self._lock:
                rows = self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise OutputError(f"the shelf {self.path} cannot be read: {error}") from error
        return [_kept(row) for row in rows]

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def _connected(address: str) -> sqlite3.Connection:
    """A connection whose texts can be read, whatever bytes they hold."""
    connection = sqlite3.connect(address, check_same_thread=False, timeout=5, isolation_level=None, uri=True)
    connection.row_factory = sqlite3.Row
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection


def _numbers(damaged: sqlite3.Connection) -> range:
    """The numbers that tunes of a damaged shelf may have."""
    try:
        (last,) = damaged.execute("SELECT seq FROM sqlite_sequence WHERE name = 'tunes'").fetchone()
        return range(1, min(int(last), 100 * MOST_TUNES) + 1)
    except (sqlite3.Error, TypeError, ValueError):
        return range(1, MOST_TUNES + 1)


def _saved(damaged: sqlite3.Connection, number: int) -> dict[str, object] | None:
    """The columns of a tune of a damaged shelf, None where it cannot be read."""
    try:
        row = damaged.execute("SELECT * FROM tunes WHERE id = ?", (number,)).fetchone()
        found: dict[str, object] = {"made": "{}", **dict(row or {})}
        _refuse(str(found.get("abc", "")))
    except (sqlite3.Error, UsageError):
        return None
    return (
        found if all(isinstance(found.get(name), str) for name in ("kept", "title", "abc", "made")) else None
    )


def _kept(row: sqlite3.Row) -> KeptTune:
    kept, title, abc = (str(row[name]) for name in ("kept", "title", "abc"))
    return KeptTune(row["id"], kept, title, abc, _from_json(row["made"]))


def _not_there(number: int) -> UsageError:
    return MissingTuneError(f"there is no tune {number} on the shelf")


def _refuse(abc: str) -> None:
    """Raise UsageError for a text that is too long, or no text."""
    if len(abc) > MOST_CHARACTERS:
        raise UsageError(f"a tune on the shelf has at most {MOST_CHARACTERS} characters, not {len(abc)}")
    if any("\ud800" <= char <= "\udfff" for char in abc):  # JSON may hold halves of characters
        raise UsageError("this holds characters that no text has")


def _as_json(made: Mapping[str, Any]) -> str:
    if _depth(made) > _DEEPEST:
        raise UsageError(f"what is told of a tune may be nested {_DEEPEST} deep, not more")
    text = json.dumps(made, ensure_ascii=False)
    _refuse(text)
    return text


def _from_json(text: str) -> dict[str, Any]:
    """How a tune was made; nothing where that cannot be read: the tune is what counts."""
    try:
        found = json.loads(text)
        return found if isinstance(found, dict) and _depth(found) <= _DEEPEST else {}
    except (ValueError, TypeError, RecursionError):
        return {}


def _depth(value: object) -> int:
    """How deep lists and objects lie in each other."""
    depth = 0
    level: list[object] = [value]
    while level := [
        inner
        for each in level
        if isinstance(each, (dict, list))
        for inner in (each.values() if isinstance(each, dict) else each)
    ]:
        depth += 1
    return depth
