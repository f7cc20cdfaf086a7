"""Files: names, formats, all or none; the page of tunes."""

# ruff: noqa: S314 - what is parsed was made here
from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from abcgen.errors import OutputError, ScoreError, UsageError
from abcgen.notation import Tune, parse_tune
from abcgen.scores import render
from abcgen.scores.names import safe_stem, unique
from abcgen.scores.render import FORMATS, Rendering, parse_formats, render_together, render_tune, target_paths


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("The Ferry Across", "The-Ferry-Across"),
        ("Čaj na pláži", "Čaj-na-pláži"),
        ("O'Neill's  Reel!", "ONeills-Reel"),
        ("../../etc/passwd", "etc-passwd"),
        ("..\\..\\boot.ini", "boot-ini"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("CON", "CON-tune"),
        ("com1", "com1-tune"),
        ("a\0b\nc", "a-b-c"),
        ("", "tune"),
        ("???", "tune"),
        ("\u202egnp.exe", "gnp-exe"),
        ("x" * 500, "x" * 80),
        ("é" * 500, "é" * 40),
    ],
)
def test_safe_stem(title: str, stem: str) -> None:
    assert safe_stem(title) == stem


def test_unique_names_whatever_the_case() -> None:
    taken: set[str] = set()
    assert [unique(name, taken) for name in ("Reel", "reel", "REEL")] == ["Reel", "reel-2", "REEL-3"]


def test_formats() -> None:
    assert FORMATS == ("abc", "midi", "musicxml", "svg", "pdf", "png", "html", "wav", "flac", "ogg", "mp3")
    assert parse_formats("svg, MIDI,svg") == ("svg", "midi")
    with pytest.raises(
        UsageError, match="'mp4' is not a format; choose among abc, midi, musicxml, svg, pdf, png, html"
    ):
        parse_formats("svg,mp4")
    with pytest.raises(UsageError, match="no format"):
        parse_formats(" , ")


def test_every_format_is_written(ferry: Tune, tmp_path: Path) -> None:
    paths = render_tune(ferry, FORMATS, tmp_path, "ferry")
    assert paths == target_paths(FORMATS, tmp_path, "ferry")
    starts = {path.suffix: path.read_bytes()[:3] for path in paths}
    assert starts == {
        ".abc": b"X:7",
        ".mid": b"MTh",
        ".musicxml": b"<?x",
        ".svg": b"<sv",
        ".pdf": b"%PD",
        ".png": b"\x89PN",
        ".html": b"<!D",
        ".wav": b"RIF",
        ".flac": b"fLa",
        ".ogg": b"Ogg",
        ".mp3": b"\xff\xfb\x94",
    }


def test_existing_file_is_refused_and_nothing_is_written(ferry: Tune, tmp_path: Path) -> None:
    (tmp_path / "ferry.svg").write_text("mine")
    with pytest.raises(OutputError, match=r"ferry\.svg is already there"):
        render_tune(ferry, ("midi", "svg"), tmp_path, "ferry")
    assert [p.name for p in tmp_path.iterdir()] == ["ferry.svg"]
    render_tune(ferry, ("midi", "svg"), tmp_path, "ferry", overwrite=True)
    assert (tmp_path / "ferry.svg").read_text().startswith("<svg")


def test_when_one_conversion_fails_nothing_is_written(
    ferry: Tune, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(tune: Tune, how: Rendering) -> str:
        raise ScoreError("no")

    monkeypatch.setitem(render._CONVERTERS, "svg", (".svg", fail))
    with pytest.raises(ScoreError):
        render_tune(ferry, ("abc", "midi", "svg"), tmp_path, "ferry")
    assert not list(tmp_path.iterdir())
    faults: list[tuple[str, ScoreError]] = []
    written = render_tune(ferry, ("abc", "svg", "midi"), tmp_path, "ferry", faults=faults)
    assert [path.name for path in written] == ["ferry.abc", "ferry.mid"]
    assert [(kind, str(error)) for kind, error in faults] == [("svg", "no")]


@pytest.mark.parametrize("stem", ["", ".x", "a/b", "..", "a\\b"])
def test_stem_that_leads_elsewhere_is_refused(stem: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file name"):
        target_paths(("abc",), tmp_path, stem)


def test_svg_of_a_tune_with_every_kind_of_mark_is_well_formed() -> None:
    text = (
        "X:1\nT:T\nM:4/4\nL:1/8\nK:C\n!trill!C2 ~D2 .E2 uF2|(3(GAB) c2 {/d}e2 !segno!z2|y C>D [CEG]4 x2|]\n"
    )
    ET.fromstring(render.to_svg(parse_tune(text)))


def test_a_format_of_many_that_cannot_be_keeps_no_other_away(two: tuple[Tune, ...], tmp_path: Path) -> None:
    with pytest.raises(ScoreError, match="mp3: there is no tune to play"):
        render_together(two, ("mp3", "pdf"), tmp_path, "Two", Rendering(longest=1), faults=[])
    assert [path.name for path in tmp_path.iterdir()] == ["Two.pdf"]
