"""The tunebook of the tests as a table, in every format."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import datasets

from abcgen.notation import parse_book

Row = dict[str, str]


def rows_of(tunebook: Path) -> list[Row]:
    """A table of the tunebook: a column for every header line, one for the music."""
    rows = []
    for tune in parse_book((tunebook / "made-up.abc").read_text("utf-8")).tunes:
        header, _, body = tune.source.partition("\nK:")
        key, _, music = body.partition("\n")
        fields = {line[0]: line[2:] for line in header.split("\n")}
        rows.append(
            {
                "title": fields["T"],
                "rhythm": fields["R"],
                "meter": fields["M"],
                "unit length": fields["L"],
                "key": key,
                "abc": music,
            }
        )
    return rows


def write_json(path: Path, rows: list[Row]) -> None:
    path.write_text(json.dumps(rows), "utf-8")


def write_jsonl(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def write_csv(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        dialect = "excel-tab" if path.suffix == ".tsv" else "excel"
        writer = csv.DictWriter(stream, list(rows[0]), dialect=dialect)
        writer.writeheader()
        writer.writerows(rows)


def write_parquet(path: Path, rows: list[Row]) -> None:
    datasets.Dataset.from_list(rows).to_parquet(path)


def write_dataset(path: Path, rows: list[Row]) -> None:
    datasets.Dataset.from_list(rows).save_to_disk(path)
