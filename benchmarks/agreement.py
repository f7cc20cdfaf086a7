"""How often abcgen and abc2midi hear the same notes and find the same bars too long or too short.

    python benchmarks/agreement.py [--collection NAME ...] [--show 5]

Every tune of music21's five ABC collections, as it stands in the installed package. Compared are pitch,
onset and duration of every sounding note, repeats played and ties joined, on the single-voice tunes in which
abc2midi reports no error. Grace notes are left out. What abc2midi is given has no ornaments, which it plays
out, no `R:`, since it swings hornpipes, and no chord symbols. Needs abc2midi (Debian's package abcmidi).
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import music21
from music21 import midi

from abcgen.evaluation import wilson
from abcgen.notation import Tune, parse_book, sounding_notes
from abcgen.notation.fields import is_body_field
from abcgen.notation.lexer import comment_start, lex

COLLECTIONS = ("oneills1850", "ryansMammoth", "airdsAirs", "miscFolk", "essenFolksong")
_DROPPED = frozenset({"decoration", "shorthand", "text"})
#: Chords that sound at once, not strummed.
_AT_ONCE = "%%MIDI chordattack 0"
_BAR = re.compile(r"Bar [0-9]+ has [0-9/]+ (?:time )?units")
_ERROR = re.compile(r"^Error", re.MULTILINE)
#: Pitch, onset and end in whole notes.
Heard = tuple[int, float, float]
#: abc2midi ends notes early, rounds within tuplets and strums chords, by up to 10 ticks of 480 a quarter
#: note; a 64th is 30 of them.
_CLOSE = 16 / (4 * 480)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`notes`: "equal", "different", "error" (abc2midi's), "voices"; `bars`: whether both find them right."""

    place: str
    notes: str
    ours_wrong: bool
    theirs_wrong: bool


def plain(source: str) -> str:
    """The tune without what abc2midi plays out note by note, and without bars that hold nothing.

    Of two bar lines with nothing between them, one at a line's end and one on the next, or `:||`, abc2midi
    makes a bar, and counts the bars around it as not meeting.
    """
    lines, in_body, after_bar = [], False, False
    for line in source.split("\n"):
        if line.startswith(("R:", "%%", "Q:", "I:")):
            continue
        if not in_body or is_body_field(line):
            lines.append(line)
            if line.startswith("K:") and not in_body:
                in_body = True
                lines.append(_AT_ONCE)
            continue
        music, after_bar = _music(line, after_bar)
        if music.strip():  # an empty line would end the tune
            lines.append(music + line[comment_start(line) :])
    return "\n".join(lines)


def _music(line: str, after_bar: bool) -> tuple[str, bool]:
    """A line of music as `plain` gives it, and whether it ends with a bar line."""
    text = ""
    for token in lex(line):
        if token.kind in _DROPPED:
            continue
        if token.kind not in {"space", "continuation"}:
            if token.kind == "bar" and token.text == "|" and after_bar:
                continue
            after_bar = token.kind == "bar"
        text += ":|" if token.text == ":||" else token.text
    return text, after_bar


def heard(path: Path) -> list[Heard]:
    """Every note in a MIDI file."""
    file = midi.MidiFile()
    file.readstr(path.read_bytes())
    whole = 4 * file.ticksPerQuarterNote
    found: list[Heard] = []
    for track in file.tracks:
        now, sounding = 0, {}
        for event in track.events:
            if event.isDeltaTime():
                now += event.time
            elif event.isNoteOn() and event.velocity:
                sounding[event.pitch] = now
            elif event.isNoteOff() or event.isNoteOn():
                begun = sounding.pop(event.pitch, now)
                found.append((event.pitch, begun / whole, now / whole))
    return sorted(found)


def alike(ours: list[Heard], theirs: list[Heard]) -> bool:
    """Whether these are the same notes, but for what abc2midi rounds."""
    return len(ours) == len(theirs) and all(
        a[0] == b[0] and abs(a[1] - b[1]) < _CLOSE and abs(a[2] - b[2]) < _CLOSE
        for a, b in zip(ours, theirs, strict=True)
    )


def judged(place: str, tune: Tune) -> Verdict:
    """Both readings of one tune."""
    with tempfile.TemporaryDirectory() as folder:
        abc, out = Path(folder) / "t.abc", Path(folder) / "t.mid"
        abc.write_text(plain(tune.source), "utf-8")
        command = ["abc2midi", str(abc), "-o", str(out), "-NGRA", "-NFER"]
        said = subprocess.run(command, capture_output=True, check=False, timeout=20).stdout.decode("latin-1")
        ours_wrong = any(problem.code in {"bar-length", "pickup-length"} for problem in tune.problems)
        theirs_wrong = _BAR.search(said) is not None
        if len(tune.voices) != 1:
            return Verdict(place, "voices", ours_wrong, theirs_wrong)
        if _ERROR.search(said) or not out.is_file():
            return Verdict(place, "error", ours_wrong, theirs_wrong)
        theirs = heard(out)
    sounds = sounding_notes(tune.unfolded().voices[0])
    ours = sorted((s.midi, float(s.onset), float(s.onset + s.duration)) for s in sounds)
    return Verdict(place, "equal" if alike(ours, theirs) else "different", ours_wrong, theirs_wrong)


def _tunes(collection: str) -> list[tuple[str, Tune]]:
    folder = Path(music21.__file__).parent / "corpus" / collection
    found = []
    for path in sorted(folder.rglob("*.abc")):
        text = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        found += [(f"{collection}/{path.name} X:{tune.reference}", tune) for tune in parse_book(text).tunes]
    return found


def _judged_pair(pair: tuple[str, Tune]) -> Verdict:
    return judged(*pair)


def table_row(name: str, verdicts: list[Verdict]) -> str:
    """A row of the table: how many tunes, how many compared, how many alike."""
    compared = [v for v in verdicts if v.notes in {"equal", "different"}]
    share = wilson(sum(v.notes == "equal" for v in compared), len(compared))
    bars = [v.ours_wrong == v.theirs_wrong for v in compared]
    interval = f"[{share.low:.4f}, {share.high:.4f}]"
    return (
        f"{name:<16}{len(verdicts):>7}{len(compared):>10}{share.estimate:>12.4f}{interval:>18}"
        f"{sum(bars) / len(bars):>12.4f}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--collection", action="append", choices=COLLECTIONS)
    parser.add_argument("--show", type=int, default=0, help="so many examples of each disagreement")
    arguments = parser.parse_args()
    if shutil.which("abc2midi") is None:
        print("abc2midi is not here; Debian has it in the package abcmidi", file=sys.stderr)
        return 2
    head = ("tunes", 7), ("compared", 10), ("same notes", 12), ("95 % interval", 18), ("bars agree", 12)
    print(f"{'collection':<16}" + "".join(f"{name:>{width}}" for name, width in head))
    every: list[Verdict] = []
    for collection in arguments.collection or COLLECTIONS:
        with ProcessPoolExecutor() as pool:
            verdicts = list(pool.map(_judged_pair, _tunes(collection), chunksize=32))
        print(table_row(collection, verdicts), flush=True)
        every += verdicts
    print(table_row("all", every))
    notes = [v.place for v in every if v.notes == "different"]
    bars = [v for v in every if v.notes in {"equal", "different"} and v.ours_wrong != v.theirs_wrong]
    for title, places in (
        ("other notes", notes),
        ("bars wrong to us alone", [v.place for v in bars if v.ours_wrong]),
        ("bars wrong to abc2midi alone", [v.place for v in bars if v.theirs_wrong]),
    ):
        print(f"{title}: {len(places)}", *places[: arguments.show], sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
