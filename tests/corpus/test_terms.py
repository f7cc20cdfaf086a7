"""A collection whose terms forbid training is known by its content, and others are not taken for it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from corpus.tables import Row, rows_of, write_csv, write_json

from abcgen.cli import run
from abcgen.corpus import TunebookSource, build_corpus, find_sources
from abcgen.corpus.terms import TermsWatch, traits_of
from abcgen.errors import InputError
from abcgen.notation import parse_book


def session_like(rows: list[Row]) -> list[Row]:
    """Rows as the dump of thesession.org has them."""
    types = ["jig", "reel", "waltz", "polka"]
    keys = ["Gmajor", "Edorian", "Amixolydian", "Aminor"]
    names = ("tune_id", "setting_id", "name", "type", "meter", "mode", "abc", "date", "username")
    return [
        dict(
            zip(
                names,
                (
                    str(i),
                    str(i),
                    row["title"],
                    types[i % 4],
                    ["6/8", "4/4", "3/4", "2/4"][i % 4],
                    keys[i % 4],
                    row["abc"],
                    "2001-05-14 02:32:04",
                    f"member{i}",
                ),
                strict=True,
            )
        )
        for i, row in enumerate(rows)
    ]


def as_abc(rows: list[Row], *, link: bool) -> str:
    return "\n\n".join(
        f"X:{i}\nT:{row['name']}\nR:{row['type']}\nM:{row['meter']}\nL:1/8\n"
        + (f"S:https://thesession.org/tunes/{i}#setting{i}\n" if link else "")
        + f"K:{row['mode']}\n{row['abc']}"
        for i, row in enumerate(rows)
    )


def forbidden(kind: str, path: Path, rows: list[Row]) -> Path:
    """A copy of the dump under another name."""
    if kind == "json":
        write_json(path / "holiday.json", rows)
        return path / "holiday.json"
    if kind == "csv":
        write_csv(path / "holiday.csv", rows)
        return path / "holiday.csv"
    if kind == "other columns":
        renamed = [
            {"title": r["name"], "rhythm": r["type"], "meter": r["meter"], "key": r["mode"], "abc": r["abc"]}
            for r in rows
        ]
        write_csv(path / "holiday.csv", renamed)
        return path / "holiday.csv"
    (path / "holiday.abc").write_text(as_abc(rows, link=kind == "abc with links"), "utf-8")
    return path / "holiday.abc"


@pytest.mark.parametrize("kind", ["json", "csv", "other columns", "abc with links", "abc"])
def test_a_collection_that_forbids_training_is_known_by_its_content(
    kind: str, tunebook: Path, tmp_path: Path
) -> None:
    path = forbidden(kind, tmp_path, session_like(rows_of(tunebook)))
    with pytest.raises(InputError, match=r"holds tunes of thesession\.org: the licence"):
        build_corpus(find_sources([str(path)]), tmp_path / "c", frozen=())
    assert not (tmp_path / "c").exists()


def cut_up(kind: str, path: Path, rows: list[Row], own: str) -> Path:
    """The collection in pieces, or among other tunes."""
    text = as_abc(rows, link=False)
    tunes = ["X:" + tune for tune in text.split("X:")[1:]]
    place = path / "in"
    place.mkdir()
    if kind == "a tune a file":
        for number, tune in enumerate(tunes):
            (place / f"{number:03}.abc").write_text(tune, "utf-8")
    elif kind == "a zip":
        with zipfile.ZipFile(place / "tunes.zip", "w") as archive:
            for number, tune in enumerate(tunes):
                archive.writestr(f"{number:03}.abc", tune)
        return place / "tunes.zip"
    elif kind == "the second table":
        write_csv(place / "a.csv", [{"abc": "X:1\nM:4/4\nK:C\nCDEF GABc|]", "title": "Scale"}])
        write_csv(place / "b.csv", rows)
    else:
        (place / "mixed.abc").write_text(text + "\n" + own[: own.index("X:31\n")], "utf-8")
    return place


@pytest.mark.parametrize("kind", ["a tune a file", "a zip", "the second table", "other tunes"])
def test_a_collection_in_pieces_is_known_too(kind: str, tunebook: Path, tmp_path: Path) -> None:
    own = (tunebook / "made-up.abc").read_text("utf-8")
    place = cut_up(kind, tmp_path, session_like(rows_of(tunebook)), own)
    with pytest.raises(InputError, match=r"holds tunes of thesession\.org"):
        build_corpus(find_sources([str(place)]), tmp_path / "c", frozen=())


def test_a_lone_mention_in_a_file_of_its_own(tunebook: Path, tmp_path: Path) -> None:
    own = (tunebook / "made-up.abc").read_text("utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.abc").write_text(own, "utf-8")
    told = own[: own.index("\nX:2\n")].replace("T:", "N:compare https://thesession.org/tunes/27\nT:")
    (tmp_path / "in" / "b.abc").write_text(told + "\n", "utf-8")
    build_corpus(find_sources([str(tmp_path / "in")]), tmp_path / "c", frozen=())
    with pytest.raises(InputError, match=r"holds tunes of thesession\.org"):
        (tmp_path / "in" / "a.abc").unlink()
        book = (tmp_path / "in" / "b.abc").read_text("utf-8").replace("N:compare", "S:")
        (tmp_path / "in" / "b.abc").write_text(book, "utf-8")
        build_corpus(find_sources([str(tmp_path / "in")]), tmp_path / "d", frozen=())


def test_permission_lets_a_name_be_tried() -> None:
    assert find_sources(["someone/TheSession-data"], permission="the owner, 2026-11-01")


def test_permission_is_recorded(tunebook: Path, tmp_path: Path) -> None:
    rows = session_like(rows_of(tunebook))
    meters = [row["meter"] for row in rows_of(tunebook)]
    for row, meter in zip(rows, meters, strict=True):
        row["meter"] = meter
    path = forbidden("abc with links", tmp_path, rows)
    arguments = ["corpus", "build", "--source", str(path), "--out", str(tmp_path / "c")]
    assert run(arguments) == 2
    assert run([*arguments, "--i-have-permission", "the owner, 2026-11-01"]) == 0
    manifest = json.loads((tmp_path / "c" / "manifest.json").read_text("utf-8"))
    assert manifest["permission"] == "the owner, 2026-11-01"


def watched(text: str) -> TermsWatch:
    watch = TermsWatch()
    for tune in parse_book(text).tunes:
        watch.look("", traits_of(tune))
    return watch


def test_clean_tunebooks_are_not_refused(tunebook: Path) -> None:
    own = (tunebook / "made-up.abc").read_text("utf-8")
    assert watched(own).verdict() is None
    assert (
        watched(own.replace("T:Made up 1\n", "T:Made up 1\nN:see https://thesession.org/tunes/1\n")).verdict()
        is None
    )
    assert watched(own.replace("K:D\n", "K:Dmajor\n").replace("K:G\n", "K:Gmajor\n")).verdict() is None
    for source in find_sources([]):
        watch = TermsWatch()
        for raw in source.tunes():
            watch.look(raw.place.rpartition(" line ")[0], traits_of(raw.text.read()))
        assert watch.verdict() is None


def test_one_file_of_linked_tunes_among_many_clean_ones_is_refused(tunebook: Path, tmp_path: Path) -> None:
    book = (tunebook / "made-up.abc").read_text("utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "clean.abc").write_text(book, "utf-8")
    linked = book[: book.index("X:60\n")].replace("Z:nobody", "S:https://thesession.org/tunes/12")
    (tmp_path / "in" / "linked.abc").write_text(linked, "utf-8")
    with pytest.raises(InputError, match=r"linked\.abc holds tunes of thesession"):
        build_corpus([TunebookSource(tmp_path / "in")], tmp_path / "c", frozen=())
