"""The shelf: tunes that were kept, in one SQLite file in the user's data folder.

A tune is on the disk before it is said to be kept. A file that is damaged, or no shelf, is put aside under
another name, never deleted.
"""

from __future__ import annotations

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
_VERSION = 1
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


class Shelf:
    """The tunes in a file, which is made where there is none. Safe to use from several threads.

    `put_aside` is where a file went that could not be read, None where nothing was wrong. Raises OutputError
    for a place that cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.put_aside: Path | None = None
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = self._opened()
        except (OSError, sqlite3.Error) as error:
            raise OutputError(f"the shelf {path} cannot be opened: {error}") from error

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._sound(self._connected())
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and not _is_damage(error):
                raise  # a disk that is full, or a file that somebody else has locked, is no damage
            now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
            self.put_aside = self.path.with_name(f"{self.path.stem}.damaged-{now}{self.path.suffix}")
            self.path.rename(self.put_aside)
            return self._sound(self._connected())

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, check_same_thread=False, timeout=5)
        connection.row_factory = sqlite3.Row
        return connection

    def _sound(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """The connection, where what it reads is a shelf of ours, or nothing yet."""
        try:
            (verdict,) = connection.execute("PRAGMA quick_check").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if verdict != "ok" or version not in {0, _VERSION}:
                raise sqlite3.DatabaseError(verdict if verdict != "ok" else f"version {version}")
            connection.execute("PRAGMA synchronous = FULL")
            if version == 0:
                with connection:
                    connection.execute(_TABLE)
                    connection.execute(f"PRAGMA user_version = {_VERSION}")
            connection.execute("SELECT id, kept, title, abc, made FROM tunes LIMIT 1")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """What is done within is done as a whole, or not at all."""
        try:
            with self._lock, self._connection:
                yield self._connection
        except sqlite3.Error as error:
            raise OutputError(f"the shelf {self.path} cannot be written: {error}") from error

    def keep(self, title: str, abc: str, made: Mapping[str, Any]) -> KeptTune:
        """Put a tune on the shelf. Raises UsageError for one that is too long, or a shelf that is full."""
        _refuse_long(abc)
        row = (datetime.now(UTC).isoformat(timespec="seconds"), title, abc, json.dumps(made))
        with self._writing() as connection:
            (count,) = connection.execute("SELECT count(*) FROM tunes").fetchone()
            if count >= MOST_TUNES:
                raise UsageError(f"the shelf is full: it holds {MOST_TUNES} tunes")
            query = "INSERT INTO tunes (kept, title, abc, made) VALUES (?, ?, ?, ?)"
            number = connection.execute(query, row).lastrowid
        return KeptTune(int(number or 0), row[0], title, abc, dict(made))

    def change(self, number: int, title: str, abc: str) -> KeptTune:
        """Put another text in the place of a kept tune. Raises UsageError when there is no such tune."""
        _refuse_long(abc)
        with self._writing() as connection:
            query = "UPDATE tunes SET title = ?, abc = ? WHERE id = ?"
            if not connection.execute(query, (title, abc, number)).rowcount:
                raise _not_there(number)
        return self.tune(number)

    def discard(self, number: int) -> None:
        """Take a tune from the shelf. Raises UsageError when there is no such tune."""
        with self._writing() as connection:
            if not connection.execute("DELETE FROM tunes WHERE id = ?", (number,)).rowcount:
                raise _not_there(number)

    def tune(self, number: int) -> KeptTune:
        """A tune of the shelf. Raises UsageError when there is no such tune."""
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
        return [KeptTune(**{**dict(row), "made": json.loads(row["made"])}) for row in rows]

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def _is_damage(error: sqlite3.OperationalError) -> bool:
    """Whether the file holds something else than it should: tables or columns that are not ours."""
    return str(error).startswith(("no such table", "no such column", "table tunes already exists"))


def _not_there(number: int) -> UsageError:
    return UsageError(f"there is no tune {number} on the shelf")


def _refuse_long(abc: str) -> None:
    if len(abc) > MOST_CHARACTERS:
        raise UsageError(f"a tune on the shelf has at most {MOST_CHARACTERS} characters, not {len(abc)}")
