"""abc2midi and abcjs agree that what we write is good, and that what is bad is bad."""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from tied_chords import tied_chords

from abcgen.notation import parse_tune, sounding_notes

NOTATION = Path(__file__).parent.parent / "notation"
#: What abc2midi says about a tune's shape; its other words are noise.
COMPLAINT = re.compile(
    r"^(?:Error|Warning).*(?:time units|Error|repeat|[Uu]nmatched|unexpected|tied)", re.MULTILINE
)
PARSE = """
const abcjs = require(process.argv[1] + '/abcjs');
const text = require('fs').readFileSync(0, 'utf8');
console.log(JSON.stringify(abcjs.parseOnly(text).map(t => t.warnings || [])));
"""


def complaints(abc2midi: str, path: Path, folder: Path) -> list[str]:
    done = subprocess.run(
        [abc2midi, str(path.resolve()), "-o", str(folder / "out.mid")],
        capture_output=True,
        text=True,
        check=True,
    )
    return COMPLAINT.findall(done.stdout)


def test_abc2midi_finds_nothing_wrong_with_new_tunes(abc2midi: str, written: Path, tmp_path: Path) -> None:
    files = sorted(written.glob("*.abc"))
    assert len(files) == 8
    assert {path.name: complaints(abc2midi, path, tmp_path) for path in files} == {p.name: [] for p in files}


@pytest.mark.parametrize("count", [10, pytest.param(80, marks=pytest.mark.slow)])
def test_abc2midi_loses_no_tie_between_chords(abc2midi: str, count: int, tmp_path: Path) -> None:
    path = tmp_path / "tied.abc"
    for seed in range(count):
        path.write_text(tied_chords(random.Random(seed), 400))
        assert not complaints(abc2midi, path, tmp_path), path.read_text()


@pytest.mark.parametrize("name", ["bar_too_long", "bar_too_short", "pickup_without_complement"])
def test_abc2midi_finds_the_faults_that_we_find(abc2midi: str, name: str, tmp_path: Path) -> None:
    assert complaints(abc2midi, NOTATION / "invalid" / f"{name}.abc", tmp_path)


def heard_by_abc2midi(abc2midi: str, abc: Path, folder: Path) -> Counter[tuple[int, int, int]]:
    """(pitch, onset, duration) in 24ths of a quarter note, as abc2midi plays the tune."""
    from music21 import midi

    out = folder / "heard.mid"
    subprocess.run([abc2midi, str(abc.resolve()), "-o", str(out), "-NGRA"], capture_output=True, check=True)
    file = midi.MidiFile()
    file.readstr(out.read_bytes())
    heard: Counter[tuple[int, int, int]] = Counter()
    for track in file.tracks:
        now = 0
        sounding: dict[int, int] = {}
        for event in track.events:
            if event.isDeltaTime():
                now += event.time
            elif event.isNoteOn() and event.velocity:
                sounding[event.pitch] = now
            elif event.isNoteOff() or event.isNoteOn():
                begun = sounding.pop(event.pitch)
                quarter = file.ticksPerQuarterNote
                # abc2midi ends notes a tick early, and rounds the ticks of triplets
                heard[event.pitch, round(begun * 24 / quarter), round((now - begun) * 24 / quarter)] += 1
    return heard


#: abc2midi plays trills and rolls note by note; a file with these has other sounds than the notes written.
PLAIN = [
    path
    for path in sorted((NOTATION / "valid").glob("*.abc"))
    if path.stem != "everything_that_hangs_on_notes"
]


@pytest.mark.parametrize("path", PLAIN, ids=lambda p: p.stem)
def test_we_hear_what_abc2midi_plays(abc2midi: str, path: Path, tmp_path: Path) -> None:
    tune = parse_tune(path.read_text("utf-8")).unfolded()
    sounds = sounding_notes(tune.voices[0])
    ours = Counter((s.midi, round(s.onset * 96), round(s.duration * 96)) for s in sounds)
    assert ours == heard_by_abc2midi(abc2midi, path, tmp_path)


def test_abcjs_has_no_warning_about_new_tunes(abcjs: Path, written: Path) -> None:
    text = "\n".join(path.read_text("utf-8") for path in sorted(written.glob("*.abc")))
    done = subprocess.run(
        ["node", "-e", PARSE, str(abcjs)], input=text, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [[]] * 8


def test_abcjs_warns_of_what_is_wrong(abcjs: Path) -> None:
    text = "X:1\nT:t\nM:4/4\nL:1/4\nK:C\nCD[EF|]\n"
    done = subprocess.run(
        ["node", "-e", PARSE, str(abcjs)], input=text, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)[0]
