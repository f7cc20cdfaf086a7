"""Every kind of source gives the same tunes; whose terms forbid it is refused, whatever its name."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from corpus.tables import Row, rows_of, write_csv, write_dataset, write_json, write_jsonl, write_parquet
from small_hub import COMMIT, asked_of_the_hub, serving

from abcgen.cli import run
from abcgen.corpus import (
    Columns,
    TableSource,
    TunebookSource,
    build_corpus,
    find_sources,
    known_sources,
    load_corpus,
    parse_columns,
    tunebooks,
)
from abcgen.errors import InputError, UsageError
from abcgen.notation import Tune, parse_book

WRITERS: dict[str, Callable[[Path, list[Row]], None]] = {
    "t.json": write_json,
    "t.jsonl": write_jsonl,
    "t.csv": write_csv,
    "t.tsv": write_csv,
    "t.parquet": write_parquet,
    "t": write_dataset,
}


def music(tune: Tune) -> tuple[object, ...]:
    return tune.titles, tune.rhythm, tune.meter, tune.key, tune.voices


@pytest.mark.parametrize("name", WRITERS)
def test_a_table_gives_the_tunes_of_its_tunebook(name: str, tunebook: Path, tmp_path: Path) -> None:
    expected = [music(raw.text.read()) for raw in TunebookSource(tunebook).tunes()]
    WRITERS[name](tmp_path / name, rows_of(tunebook))
    [source] = find_sources([str(tmp_path / name)])
    assert [music(raw.text.read()) for raw in source.tunes()] == expected
    assert len(expected) == 200
    info = source.info()
    assert len(info.sha256) == 64
    assert "abc" in info.columns
    assert next(iter(source.tunes())).place == "row 1"


def test_a_table_without_metres_is_told_what_to_name(
    tunebook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"key": row["key"], "abc": row["abc"], "beats": row["meter"]} for row in rows_of(tunebook)]
    write_csv(tmp_path / "t.csv", rows)
    arguments = ["corpus", "build", "--out", str(tmp_path / "c"), "--source", str(tmp_path / "t.csv")]
    assert run(arguments) == 2
    assert "name its column with --columns" in capsys.readouterr().err
    assert run([*arguments, "--columns", "body=abc,M=beats,K=key"]) == 0


def test_a_folder_of_tables(tunebook: Path, tmp_path: Path) -> None:
    rows = rows_of(tunebook)
    (tmp_path / "set").mkdir()
    write_jsonl(tmp_path / "set" / "a.jsonl", rows[:120])
    write_jsonl(tmp_path / "set" / "b.jsonl", rows[120:])
    [source] = find_sources([str(tmp_path / "set")])
    assert len(list(source.tunes())) == 200


def test_a_folder_of_tables_of_several_kinds(tunebook: Path, tmp_path: Path) -> None:
    rows = rows_of(tunebook)
    place = tmp_path / "set"
    (place / "more").mkdir(parents=True)
    write_jsonl(place / "train.jsonl", rows[:100])
    write_csv(place / "validation.csv", rows[100:150])
    renamed = [
        {"tune" if name == "abc" else name: value for name, value in row.items()} for row in rows[150:]
    ]
    write_parquet(place / "more" / "test.parquet", renamed)
    (place / "empty.json").write_text("")
    assert run(["corpus", "build", "--source", str(place), "--out", str(place / "out")]) == 0
    told: list[str] = []
    [source] = find_sources([str(place)])
    places = [raw.place for raw in source.tunes(told.append)]
    assert len(places) == len(set(places)) == 200  # not the corpus that was written into it
    assert {"train.jsonl row 1", "validation.csv row 50", "more/test.parquet row 50"} <= set(places)
    assert told == ["set empty.json"]
    (place / "tunes.abc").write_text("X:1\nK:C\nC|]\n")
    [book] = find_sources([str(place)])
    told.clear()
    assert len(list(book.tunes(told.append))) == 1
    assert [line.partition(":")[0] for line in told] == [
        f"set {name}" for name in ("empty.json", "more/test.parquet", "train.jsonl", "validation.csv")
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_csv_in_any_encoding(encoding: str, tunebook: Path, tmp_path: Path) -> None:
    rows = rows_of(tunebook)[:5]
    header = ",".join(rows[0]) + "\r\n"
    lines = [",".join(f'"{value}"' for value in row.values()) + ",\r\n" for row in rows]  # a comma too many
    text = (header + "".join(lines)).replace("Made up", "Bóthar")
    (tmp_path / "t.csv").write_bytes(text.encode(encoding))
    [source] = find_sources([str(tmp_path / "t.csv")])
    tunes = [raw.text.read() for raw in source.tunes()]
    assert [tune.title for tune in tunes] == [f"Bóthar {n}" for n in range(1, 6)]
    assert all(tune.valid for tune in tunes)


def test_whole_tunes_in_a_column(tunebook: Path, tmp_path: Path) -> None:
    tunes = parse_book((tunebook / "made-up.abc").read_text("utf-8")).tunes
    rows = [{"control code": "S:2", "abc notation": tune.source} for tune in tunes]
    write_json(tmp_path / "t.json", rows)
    source = TableSource(str(tmp_path / "t.json"))
    assert [music(raw.text.read()) for raw in source.tunes()] == [music(tune) for tune in tunes]
    assert "IrishMAN" in source.info().notice


def test_a_zip_gives_the_tunes_of_its_folder(tunebook: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tunebook / "made-up.abc", "books/made-up.abc")
        archive.writestr("read me.txt", "not a tunebook")
    [source] = find_sources([str(tmp_path / "t.zip")])
    found = list(source.tunes())
    assert [music(raw.text.read()) for raw in found] == [
        music(r.text.read()) for r in TunebookSource(tunebook).tunes()
    ]
    assert found[0].place.startswith("books/made-up.abc line ")
    assert source.info().files == 1


def test_zips_that_are_none_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.abc", "X:1\n" + "%" * 10**6)
    monkeypatch.setattr(tunebooks, "MAX_ZIP_BYTES", 10**5)
    with pytest.raises(InputError, match="unpacks to more than"):
        list(TunebookSource(tmp_path / "bomb.zip").tunes())
    with zipfile.ZipFile(tmp_path / "ratio.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.abc", "A1\n" * (6 << 20))
    monkeypatch.undo()
    with pytest.raises(InputError, match="100 times its size"):
        list(TunebookSource(tmp_path / "ratio.zip").tunes())
    with zipfile.ZipFile(tmp_path / "none.zip", "w") as archive:
        archive.writestr("a.txt", "X:1\n")
    with pytest.raises(InputError, match=r"holds no \.abc file"):
        list(TunebookSource(tmp_path / "none.zip").tunes())


def test_a_damaged_zip_and_one_made_on_macos(tunebook: Path, tmp_path: Path) -> None:
    book = (tunebook / "made-up.abc").read_bytes()
    with zipfile.ZipFile(tmp_path / "t.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.abc", book)
        archive.writestr("__MACOSX/._a.abc", b"\0\5\x16\7\0")
    [source] = find_sources([str(tmp_path / "t.zip")])
    assert len(list(source.tunes())) == 200
    packed = bytearray((tmp_path / "t.zip").read_bytes())
    packed[200:260] = b"\xff" * 60
    (tmp_path / "t.zip").write_bytes(packed)
    with pytest.raises(InputError, match=r"a\.abc in .*t\.zip cannot be unpacked"):
        list(source.tunes())
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.abc").write_bytes(book)
    (folder / "._a.abc").write_bytes(b"\0\5\x16\7\0")
    [source] = find_sources([str(folder)])
    assert len(list(source.tunes())) == 200


@pytest.mark.parametrize(
    ("columns", "words"),
    [(Columns("lyrics"), "no column 'lyrics'"), (Columns("abc", {"K": "tonic"}), "no column 'tonic'")],
)
def test_a_column_that_is_not_there(columns: Columns, words: str, tmp_path: Path) -> None:
    write_json(tmp_path / "t.json", [{"abc": "CDEF|]", "key": "C"}])
    with pytest.raises(InputError, match=words) as caught:
        list(TableSource(str(tmp_path / "t.json"), columns).tunes())
    assert "it has: abc, key" in str(caught.value)


def test_tables_that_cannot_be_read(tmp_path: Path) -> None:
    write_json(tmp_path / "t.json", [{"number": "1", "colour": "red"}])
    with pytest.raises(InputError, match="no column that looks like music"):
        list(TableSource(str(tmp_path / "t.json")).tunes())
    (tmp_path / "t.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match="cannot be read as a table"):
        list(TableSource(str(tmp_path / "t.parquet")).tunes())
    (tmp_path / "t.jsonl").write_text("")
    with pytest.raises(InputError):
        list(TableSource(str(tmp_path / "t.jsonl")).tunes())


def test_what_columns_may_say() -> None:
    assert parse_columns("abc notation") == Columns("abc notation")
    assert parse_columns("body=abc, T=name,K=mode") == Columns("abc", {"T": "name", "K": "mode"})
    for wrong in ("T=name", "body=abc,X=id", "body=abc,title=name", "body="):
        with pytest.raises(UsageError, match="--columns"):
            parse_columns(wrong)


def test_terms_that_must_be_accepted_first() -> None:
    with pytest.raises(InputError, match="--accept essen-noncommercial"):
        find_sources(["essenFolksong"])
    [source] = find_sources(["essenFolksong"], accept=["essen-noncommercial"])
    assert "non-commercial" in source.info().music_rights
    with pytest.raises(InputError, match="prohibits"):
        find_sources(["adactio/TheSession-data"])
    with pytest.raises(UsageError, match="--accept takes: essen-noncommercial"):
        find_sources([], accept=["everything"])


def test_the_list_of_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["corpus", "sources"]) == 0
    said = capsys.readouterr().out
    for known in known_sources():
        assert known.at_hand
        assert f"{known.name:<16}yes" in said
        assert known.terms in said


def test_columns_give_what_the_body_does_not_say() -> None:
    columns = Columns("abc", {"T": "title", "K": "key", "M": "meter"})
    row = {"title": "The Lark", "key": "D", "meter": "6/8", "abc": "L:1/8\nM:4/4\nK:G\nGABc|\nK:D\ndefg|]"}
    assert columns.text(row, 7) == "X:7\nT:The Lark\nL:1/8\nM:4/4\nK:G\nGABc|\nK:D\ndefg|]"
    row["abc"] = "GABc|\nK:G\nX:9\ndefg|]"
    assert columns.text(row, 7) == "X:7\nT:The Lark\nM:6/8\nK:D\nGABc|\nK:G\nN:X:9\ndefg|]"


def test_a_source_named_as_another_gets_a_number(tunebook: Path, tmp_path: Path) -> None:
    for place in ("a/oneills1850", "a/mine", "b/mine"):
        (tmp_path / place).mkdir(parents=True)
    names = [str(tmp_path / place) for place in ("a/oneills1850", "a/mine", "b/mine")]
    assert [source.name for source in find_sources(names)] == ["oneills1850 (2)", "mine", "mine (2)"]


def test_a_csv_with_a_column_without_a_name(tunebook: Path, tmp_path: Path) -> None:
    rows = [{"": str(number), **row} for number, row in enumerate(rows_of(tunebook))]
    write_csv(tmp_path / "t.csv", rows)
    assert sum(build_corpus(find_sources([str(tmp_path / "t.csv")]), tmp_path / "c", frozen=()).kept.values())


def test_a_dataset_on_the_hub(tunebook: Path, tmp_path: Path) -> None:
    folder = tmp_path / "root" / "datasets" / "me" / "tunes"
    folder.mkdir(parents=True)
    tunes = parse_book((tunebook / "made-up.abc").read_text()).tunes
    rows = [{"abc notation": tune.source} for tune in tunes]
    for split, part in (("train", rows[:150]), ("validation", rows[150:])):
        lines = "".join(json.dumps(row) + "\n" for row in part)
        (folder / f"{split}.jsonl").write_text(lines, encoding="utf-8")
    (folder / "README.md").write_text("# Tunes\n")
    build = ["corpus", "build", "--out", str(tmp_path / "corpus"), "--source"]
    with serving(tmp_path / "root") as hub:
        done = asked_of_the_hub(hub.endpoint, tmp_path / "home", *build, "me/tunes:train")
        assert done.returncode == 0, done.stderr
        manifest = json.loads((tmp_path / "corpus" / "manifest.json").read_text())
        assert manifest["read"] == 150
        assert manifest["sources"][0]["version"] == COMMIT
        files = [line for line in hub.asked if ".jsonl" in line]
        assert files
        assert all(f"/resolve/{COMMIT}/train.jsonl" in line for line in files)
        every = asked_of_the_hub(hub.endpoint, tmp_path / "home", *build, "me/tunes", "--overwrite")
        assert every.returncode == 0, every.stderr
        assert json.loads((tmp_path / "corpus" / "manifest.json").read_text())["read"] == 200
        missing = asked_of_the_hub(hub.endpoint, tmp_path / "home", *build, "me/none", "--overwrite")
    assert missing.returncode == 2
    assert missing.stderr.count("\n") <= 2
    assert "me/none cannot be read as a table: " in missing.stderr
    assert "needs a network, its exact name" in missing.stderr
    assert load_corpus(tmp_path / "corpus")


def test_a_csv_with_a_value_too_many_is_not_read_without_it(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("body,title\nX:1 a,b\nX:2 a,b,c\n")
    with pytest.raises(InputError, match=r"t\.csv:3: a row of more than the 2 columns, 'c' among them"):
        list(TableSource(str(path)).tunes())
