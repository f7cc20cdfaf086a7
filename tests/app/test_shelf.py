"""The shelf keeps what it was given, whatever happens to it."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from abcgen.app import Shelf, shelf
from abcgen.app.shelf import StaleTuneError
from abcgen.errors import OutputError, UsageError

ABC = "X:1\nT:茉莉花 </script>\nK:D\nABc|\n"


def test_kept_tunes_are_there_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "shelf.sqlite"
    first = Shelf(path)
    one = first.keep("茉莉花", ABC, {"seed": 3})
    two = first.keep("Two", "X:2\n", {})
    first.close()
    again = Shelf(path)
    assert again.tunes() == [two, one]
    assert again.tune(one.id).made == {"seed": 3}
    assert again.put_aside is None


def test_tune_is_changed_and_discarded(tmp_path: Path) -> None:
    kept = Shelf(tmp_path / "s.sqlite")
    one = kept.keep("A", "a", {})
    changed = kept.change(one.id, "B", "b", {"seed": 2})
    assert (changed.abc, changed.made) == ("b", {"seed": 2})
    kept.discard(one.id)
    assert kept.tunes() == []
    for call in (
        lambda: kept.tune(one.id),
        lambda: kept.discard(one.id),
        lambda: kept.change(one.id, "", "", {}),
    ):
        with pytest.raises(UsageError, match="no tune 1"):
            call()


@pytest.mark.parametrize("damage", ["noise", "cut", "columns"])
def test_damaged_shelf_is_put_aside_and_another_begun(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "shelf.sqlite"
    first = Shelf(path)
    for number in range(200):
        first.keep("T", f"X:{number}\n" + "K:D\n" * 50, {})
    first.close()
    if damage == "noise":
        path.write_bytes(b"not a database" * 1000)
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:-5000])
    else:
        with sqlite3.connect(path) as connection:
            connection.execute("ALTER TABLE tunes DROP COLUMN made")
        connection.close()
    before = path.read_bytes()
    again = Shelf(path)
    left = len(again.tunes())
    assert left == again.saved
    assert {"noise": left == 0, "cut": left < 200, "columns": left == 200}[damage]
    assert again.put_aside is not None
    assert again.put_aside.read_bytes() == before
    again.keep("T", ABC, {})
    assert len(Shelf(path).tunes()) == left + 1


def test_a_damaged_byte_costs_no_other_tune(tmp_path: Path) -> None:
    path = tmp_path / "shelf.sqlite"
    first = Shelf(path)
    for number in range(60):
        first.keep(f"Tune {number}", f"X:{number}\nK:D\n" + "abc " * 300, {})
    first.close()
    whole = path.read_bytes()
    at = whole.index(b"Tune 30")
    path.write_bytes(whole[:at] + b"\xff" + whole[at + 1 :])
    again = Shelf(path)
    assert (again.put_aside, len(again.tunes())) == (None, 60)
    again.close()
    page = 4096 * 9  # the links of this page of the file lead nowhere
    path.write_bytes(whole[:page] + b"\xff" * 40 + whole[page + 40 :])
    again = Shelf(path)
    assert again.put_aside is not None
    assert 50 <= len(again.tunes()) < 60


def test_a_shelf_that_is_held_is_written_a_little_later(tmp_path: Path) -> None:
    kept = Shelf(tmp_path / "s.sqlite")
    kept.keep("one", ABC, {})
    with contextlib.closing(sqlite3.connect(kept.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM tunes").fetchall()
        kept._connection.execute("PRAGMA busy_timeout = 10")
        with pytest.raises(OutputError, match="locked"):
            kept.keep("two", ABC, {})
    kept.keep("three", ABC, {})
    assert [tune.title for tune in kept.tunes()] == ["three", "one"]


def test_of_two_who_change_a_tune_the_second_is_told(tmp_path: Path) -> None:
    kept = Shelf(tmp_path / "s.sqlite")
    number = kept.keep("A", "a", {}).id
    kept.change(number, "A", "b", {}, before="a")
    with pytest.raises(StaleTuneError, match="changed on the shelf meanwhile"):
        kept.change(number, "A", "c", {}, before="a")
    assert kept.tune(number).abc == "b"


def test_what_is_told_of_a_tune_is_not_endlessly_deep(tmp_path: Path) -> None:
    kept = Shelf(tmp_path / "s.sqlite")
    deep = json.loads("[" * 300 + "]" * 300)
    with pytest.raises(UsageError, match="nested 16 deep"):
        kept.keep("A", ABC, {"a": deep})
    assert kept.tunes() == []


@pytest.mark.parametrize("other", ["text", "program", "newer"])
def test_file_that_is_no_shelf_of_ours_is_left_as_it_is(other: str, tmp_path: Path) -> None:
    path = tmp_path / ("notes.db" if other == "text" else "shelf.sqlite")
    if other == "text":
        path.write_text(ABC, "utf-8")
    elif other == "newer":
        Shelf(path).close()
    if other != "text":
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 99" if other == "newer" else "CREATE TABLE t (a)")
        connection.close()
    before = path.read_bytes()
    reasons = {"text": "no shelf", "program": "another program", "newer": "newer abcgen"}
    with pytest.raises(OutputError, match=reasons[other]):
        Shelf(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_many_begin_one_shelf_at_once(tmp_path: Path) -> None:
    path = tmp_path / "shelf.sqlite"
    together = threading.Barrier(8)

    def begin(number: int) -> Path | None:
        together.wait()
        shelf = Shelf(path)
        shelf.keep(f"{number}", ABC, {})
        return shelf.put_aside

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(begin, range(8))) == {None}
    assert {tune.title for tune in Shelf(path).tunes()} == {str(number) for number in range(8)}


def test_how_a_tune_was_made_may_be_unreadable(tmp_path: Path) -> None:
    kept = Shelf(tmp_path / "s.sqlite")
    kept.keep("A", ABC, {"seed": 1})
    with sqlite3.connect(kept.path) as connection:
        connection.execute("UPDATE tunes SET made = '{'")
    connection.close()
    assert [(tune.abc, tune.made) for tune in kept.tunes()] == [(ABC, {})]


def test_halves_of_characters_are_refused(tmp_path: Path) -> None:
    kept = Shelf(tmp_path / "s.sqlite")
    for call in (lambda: kept.keep("A", "\ud83c", {}), lambda: kept.keep("A", ABC, {"title": "\ud83c"})):
        with pytest.raises(UsageError, match="characters that no text has"):
            call()
    assert kept.tunes() == []


def test_full_shelf_and_long_tunes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST_TUNES", 1)
    kept = Shelf(tmp_path / "s.sqlite")
    kept.keep("A", "a", {})
    with pytest.raises(UsageError, match="full"):
        kept.keep("B", "b", {})
    with pytest.raises(UsageError, match="characters"):
        kept.change(1, "B", "b" * (shelf.MOST_CHARACTERS + 1), {})
    assert [tune.abc for tune in kept.tunes()] == ["a"]


def test_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be opened"):
        Shelf(tmp_path / "file" / "shelf.sqlite")
    with pytest.raises(OutputError, match="cannot be opened"):
        Shelf(tmp_path)  # a folder


def test_a_damaged_shelf_with_a_relative_name_is_saved_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shelf = Shelf(Path("s.sqlite"))
    for number in range(200):
        shelf.keep(f"Tune {number}", f"X:1\nT:{number}\nK:C\n{'CDEF|' * 20}\n", {})
    shelf.close()
    data = bytearray(Path("s.sqlite").read_bytes())
    data[3 * 4096 : 4 * 4096] = b"\xff" * 4096
    Path("s.sqlite").write_bytes(data)
    saved = Shelf(Path("s.sqlite"))
    assert saved.put_aside is not None
    assert saved.put_aside.exists()
    assert saved.saved > 100
    saved.close()
