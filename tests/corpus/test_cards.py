"""What is shown of a corpus: tables, a page, a card; what may not be handed on is not shown."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from huggingface_hub import DatasetCardData

from abcgen.cli import run
from abcgen.corpus import TunebookSource, build_corpus, find_sources, load_manifest
from abcgen.corpus.cards import write_card
from abcgen.corpus.stats import Table, corpus_tables
from abcgen.errors import CorpusError, OutputError, UsageError
from abcgen.notation import parse_book

BROKEN = "X:901\nT:<script>alert(1)</script>\nM:4/4\nL:1/8\nK:C\n<b>CDEF| |* `x`\n"


@pytest.fixture(scope="module")
def corpus(tunebook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shown")
    book = (tunebook / "made-up.abc").read_text("utf-8")
    (folder / "<i>my|tunes.abc").write_text(f"{book}\n\n{BROKEN}", "utf-8")
    sources = find_sources([str(folder / "<i>my|tunes.abc")], license_id="cc0-1.0")
    build_corpus(sources, folder / "c", frozen=(), arguments={"source": ["<i>my|tunes.abc"], "accept": []})
    return folder / "c"


class Elements(HTMLParser):
    """The names of a page's elements, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_tables_count_every_tune(corpus: Path) -> None:
    kept = sum(load_manifest(corpus)["kept"].values())
    tables = {table.title: table for table in corpus_tables(corpus)}
    for title in ("Sources", "Metres", "Keys", "Modes", "Rhythms", "Bars", "Notes", "Range in semitones"):
        assert sum(int(row[-1]) for row in tables[title].rows) == kept, title
    assert all(sum(map(int, row[1:4])) == row[4] for row in tables["Metres"].rows)
    assert sum(int(row[-1]) for row in tables["Dropped"].rows) == 1
    least, *_, most = tables["Lengths and ranges"].rows[0][1:]
    assert 4 <= int(least) <= int(most)


def test_columns_of_a_table_stand_under_each_other() -> None:
    table = Table("Metres", ("metre", "tunes"), (("6/8", 1057), ("12/8", 5)))
    assert table.lines() == ["Metres", "  metre  tunes", "  6/8    1,057", "  12/8       5"]


def test_the_page_shows_text_as_text(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    assert run(["corpus", "stats", str(corpus), "--html", str(page)]) == 0
    assert "Metres" in capsys.readouterr().out
    found = Elements()
    found.feed(page.read_text("utf-8"))
    assert {"table", "svg", "h1"} <= found.names
    assert not found.names & {"script", "i", "b", "img", "link"}
    assert "<i>my|tunes.abc" in found.text
    assert run(["corpus", "stats", str(corpus), "--html", str(page)]) == 2
    assert "already there" in capsys.readouterr().err


def test_the_card_is_read_by_the_hub(corpus: Path, tmp_path: Path) -> None:
    written = write_card(corpus, tmp_path / "my-tunes")
    assert sorted(written) == ["README.md", "manifest.json", "sample.abc", "statistics.png"]
    text = (tmp_path / "my-tunes" / "README.md").read_text("utf-8")
    front = yaml.safe_load(text.split("---\n")[1])
    data = DatasetCardData(**front)
    assert data.license == "cc0-1.0"
    assert data.pretty_name == "my-tunes"
    assert r"\<i\>my\|tunes.abc" in text
    assert (tmp_path / "my-tunes" / "statistics.png").read_bytes()[:4] == b"\x89PNG"
    sample = parse_book((tmp_path / "my-tunes" / "sample.abc").read_text("utf-8"))
    assert len(sample.tunes) == 12
    assert all(tune.valid for tune in sample.tunes)


def test_without_a_licence_nothing_is_handed_on(tunebook: Path, tmp_path: Path) -> None:
    build_corpus([TunebookSource(tunebook)], tmp_path / "c", frozen=())
    assert "sample.abc" not in write_card(tmp_path / "c", tmp_path / "card")
    assert "nothing of it may be handed on" in (tmp_path / "card" / "README.md").read_text("utf-8")


def test_permission_is_on_the_card(tunebook: Path, tmp_path: Path) -> None:
    build_corpus([TunebookSource(tunebook)], tmp_path / "c", frozen=(), permission="J. Smith, 2026-01-02")
    write_card(tmp_path / "c", tmp_path / "card")
    assert "Used with permission of: J. Smith, 2026-01-02" in (tmp_path / "card" / "README.md").read_text(
        "utf-8"
    )


def test_a_card_is_written_again_and_the_frozen_list_stays(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "card"
    write_card(corpus, out)
    (out / "test-hashes.txt").write_text("# frozen\n", "ascii")
    with pytest.raises(OutputError, match="already there"):
        write_card(corpus, out)
    write_card(corpus, out, overwrite=True)
    assert (out / "test-hashes.txt").read_text("ascii") == "# frozen\n"
    assert "never changes" in (out / "README.md").read_text("utf-8")
    (out / "mine.txt").write_text("keep", "ascii")
    with pytest.raises(OutputError):
        write_card(corpus, out, overwrite=True)
    with pytest.raises(CorpusError, match="nowhere is no corpus"):
        write_card(tmp_path / "nowhere", tmp_path / "other")


def test_a_licence_is_one_word() -> None:
    with pytest.raises(UsageError, match="no licence"):
        find_sources(["made-up.abc"], license_id="all mine!")
