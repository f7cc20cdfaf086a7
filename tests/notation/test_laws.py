"""The laws hold for texts that hypothesis and a fuzzer think of."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from absent import absent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notation.laws import check_laws

from abcgen.encodings import decode
from abcgen.notation.explain import examples
from abcgen.notation.problems import CODES

HERE = Path(__file__).parent
SEEDS = [HERE / "valid", HERE / "invalid", HERE / "constructs"]
#: One seed, so that a run on the same code does what the last one did: new ground is for the fuzzer by hand.
SEED = 1
#: What broke a law once.
FOUND = sorted((HERE / "fuzz" / "found").glob("*.abc"))
PIECES = [
    line[1:-1].replace("\\\\", "\\").replace('\\"', '"')
    for line in (HERE / "fuzz" / "abc.dict").read_text("utf-8").splitlines()
    if line.startswith('"') and "x0a" not in line
]

HEADS = st.builds(
    "X:1\nT:t\nM:{}\nL:{}\nK:{}\n".format,
    st.sampled_from(["4/4", "6/8", "C|", "none", "3/4", "(2+3)/8"]),
    st.sampled_from(["1/8", "1/4", "1/16", "3/8"]),
    st.sampled_from(["C", "Gm", "F#dor", "HP", "none", "Bb clef=bass", "D ^c _e"]),
)
NOTES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "", "", "^", "_", "=", "^^"]),
    st.sampled_from(["A", "c", "e'", "F,", "z"]),
    st.sampled_from(["", "2", "/", "3/2", "//"]),
    st.sampled_from(["", "", " ", ">", "-", "|", "|", ":|"]),
)
MUSIC = st.lists(st.one_of(NOTES, st.sampled_from([*PIECES, " ", "|", "\n"])), max_size=40).map("".join)
#: A bar of 4/4 in eighths, with what may stand within it.
BARS = st.sampled_from(
    [
        *("CDEF GABc|", "z4 [CE]4|", '"Am"A2{c}B2 (3cde f2|', "c8-|c8|", "CDEF", "C8 & E8|"),
        *("[Q:1/4=90]C8|", "C4[N:an apple]D4|", "[r:a][K:G]F4 F4|", "C4 D4[I:MIDI x]|"),
        *(":|", "|:", "||", "[1 C8 :|[2 D8 |]"),
    ]
)
#: What may stand between lines of music, or fill one.
LINES = st.one_of(
    st.lists(BARS, max_size=4).map("".join),
    st.sampled_from(["w:la", "w:", "w:a-b * _ | c~d", 's:!trill! * "C7"', 's:|"^x"', "T:Part", "Q:1/4=60"]),
    st.sampled_from(["N:a", "+:b", "%%vskip 1", "P:A", "M:2/2", "K:D", "W:end", "N:[b]", "V:2", "V:1"]),
)
ANY_TEXT = st.one_of(
    st.lists(LINES, max_size=12).map(lambda lines: "\n".join(["X:1\nM:4/4\nL:1/8\nK:C", *lines, ""])),
    st.builds("{}{}|]\n".format, HEADS, MUSIC),
    st.builds("{}{}|]\n".format, HEADS, st.lists(NOTES, max_size=40).map("".join)),
    MUSIC,
    st.text(max_size=200),
    st.binary(max_size=200).map(decode),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY_TEXT)
def test_any_text(text: str) -> None:
    check_laws(text)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_example(code: str) -> None:
    for text in examples(code):
        check_laws(text)


@pytest.mark.parametrize("path", [p for f in SEEDS for p in sorted(f.glob("*.abc"))], ids=lambda p: p.stem)
def test_every_file(path: Path) -> None:
    check_laws(decode(path.read_bytes()))


@pytest.mark.parametrize("path", FOUND, ids=lambda p: p.stem)
def test_what_broke_a_law_once(path: Path) -> None:
    check_laws(decode(path.read_bytes()))


@pytest.mark.slow
def test_a_minute_of_fuzzing(tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        absent("atheris is not here; the extra dev installs it on Linux")
    folder, found = tmp_path / "corpus", tmp_path / "found"
    folder.mkdir()
    found.mkdir()
    command = [sys.executable, str(HERE / "fuzz" / "fuzz_laws.py"), f"-seed={SEED}", "-max_total_time=60"]
    command += ["-reload=0", f"-artifact_prefix={found}/", str(folder), *map(str, SEEDS)]
    path = os.pathsep.join([str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    said = done.stdout.decode("utf-8", "replace")[-4000:] + done.stderr.decode("utf-8", "replace")[-500:]
    assert done.returncode == 0, "\n".join([said, *(repr(f.read_bytes()) for f in found.iterdir())])
    assert len(list(folder.iterdir())) > 100  # inputs that reached new code
