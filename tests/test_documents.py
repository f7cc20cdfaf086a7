"""Every command of the documents runs as it stands there; trainings are cut short, what is not run says why.

Also what is named in passing has to be a command with such options.
"""

from __future__ import annotations

import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from small_hub import TOKENS, Hub, serving

from abcgen import __version__
from abcgen.cli import app
from abcgen.notation.explain import CODES
from tests.conftest import made_up_tune

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(
    r"^```(bash|python|console)\n(.*?)^```$|((?:^ {4}abcgen [^\n]*\n)+)", re.DOTALL | re.MULTILINE
)
#: What is not run here, and why.
NOT_RUN = {
    r"pip install|python3 -m venv": "a new environment is what the gate begins with",
    r"hf auth login": "a person has to",
    r"scripts/release": "the gate runs it itself",
}
#: What is added to commands that would take long, or wait for somebody.
ADDED = {
    r"abcgen train .*--from": "--set num_train_epochs=1",
    r"abcgen train (?!.*--from)": "--set num_train_epochs=1 --set model.size=tiny --set eval_steps=1000",
    r"abcgen app": "--port 0 --no-browser --shelf shelf.sqlite",
}
JIG = """X:1
T:The Cold Kettle
M:6/8
L:1/8
K:Edor
|:E2E EFG|B2B BAF|E2E EFG|AFD D2B|E2E EFG|B2B BAF|dBG AFD|E3 E2z:|
|:e2e efg|f2d BAF|e2e efg|afd d2B|e2e efg|f2d BAF|dBG AFD|E3 E2z:|
"""


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    TOKENS["hf_of_user"] = "user"
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory, hub: Hub) -> Path:
    """What the documents take for granted: a few files, a folder of tunes, a corpus, a trained model."""
    place = tmp_path_factory.mktemp("place")
    rng = random.Random(5)
    (place / "my-tunes").mkdir()
    tunes = "\n".join(made_up_tune(number, rng) for number in range(1, 81))
    (place / "my-tunes" / "mine.abc").write_text(tunes, "utf-8")
    for name in ("jig", "reel", "book", "set"):
        (place / f"{name}.abc").write_text(JIG, "utf-8")
    (place / "begun.abc").write_text(JIG.split("|B2B")[0] + "|\n", "utf-8")
    for name in ("recipes", "tokenizer", "constraints.txt", "abcgen", "benchmarks"):
        (place / name).symlink_to(ROOT / name)
    (place / "dist").mkdir()
    with zipfile.ZipFile(place / "dist" / f"abcgen-{__version__}-py3-none-any.whl", "w") as wheel:
        told = f"Metadata-Version: 2.4\nName: abcgen\nVersion: {__version__}\n"
        wheel.writestr(f"abcgen-{__version__}.dist-info/METADATA", told)
    for command in (
        "abcgen render jig.abc --to midi,musicxml --out .",
        "mv The-Cold-Kettle.mid session.mid && mv The-Cold-Kettle.musicxml score.musicxml",
        "abcgen corpus build --source my-tunes/ --license cc-by-4.0 --out data/mine",
        "abcgen train --from embedded --corpus data/mine --out runs/mine",
        "abcgen publish model runs/mine user/jigs",
    ):
        run(command, place, hub)
    return place


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_of_a_page_run(page: Path, workplace: Path, hub: Hub, tmp_path: Path) -> None:
    place = tmp_path / "place"
    shutil.copytree(workplace, place, symlinks=True)
    if page.stem in {"training", "README"}:  # where these are made
        shutil.rmtree(place / "data")
        shutil.rmtree(place / "runs")
    for kind, text in blocks(page):
        if kind == "python":
            if page != README:  # whose Python is run by the test below
                run(f"{shlex.quote(sys.executable)} -c {shlex.quote(text)}", place, hub)
        elif kind == "console":
            assert_says(text, place, hub)
        else:
            for command in commands(text):
                run(command, place, hub)


def blocks(page: Path) -> list[tuple[str, str]]:
    """Kind and text of what is set as code; indented lines that begin with abcgen are commands too."""
    found = BLOCK.findall(page.read_text("utf-8"))
    return [(kind or "bash", text or indented) for kind, text, indented in found]


PYTHON_OF_README = [text for kind, text in blocks(README) if kind == "python"]


@pytest.mark.parametrize("text", PYTHON_OF_README)
def test_the_python_of_the_readme_runs(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("reel.abc").write_text(JIG, "utf-8")
    exec(compile(text, str(README), "exec"), {})  # noqa: S102 - our own text
    assert capsys.readouterr().out.strip()


def test_the_readme_shows_python() -> None:
    assert len(PYTHON_OF_README) >= 3


def commands(text: str) -> list[str]:
    """One a line, their remarks left off."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def run(command: str, place: Path, hub: Hub) -> None:
    if any(re.search(pattern, command) for pattern in NOT_RUN):
        return
    for pattern, more in ADDED.items():
        if re.match(pattern, command):
            command = f"{command.partition(' #')[0]} {more}"
    if command.startswith("abcgen app"):
        command = f"timeout -s INT 15 {command} | grep -m1 http"
    done = bash(command, place, hub)
    assert done.returncode == 0, f"{command}\n{done.stdout[-1500:]}{done.stderr[-1500:]}"


def bash(command: str, place: Path, hub: Hub) -> subprocess.CompletedProcess[str]:
    home = place.parent / "home"
    environment = {**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_HOME": str(home), "HF_TOKEN": "hf_of_user"}
    environment |= {"HF_HUB_DISABLE_XET": "1", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", "-c", command], cwd=place, env=environment, capture_output=True, text=True, check=False
    )


def assert_says(text: str, place: Path, hub: Hub) -> None:
    """A shell as it looks: after each line with $ stands what the command says."""
    for piece in text.split("$ ")[1:]:
        command, _, said = piece.partition("\n")
        done = bash(command, place, hub)
        assert (done.stdout + done.stderr).strip() == said.strip(), command


# -- what is named in passing ----------------------------------------------------------------------


def named() -> list[tuple[str, str]]:
    """Every command line of abcgen in the documents, by page."""
    found = []
    for page in [*PAGES, ROOT / "CHANGELOG.md", ROOT / "abcgen/data/model/README.md"]:
        text = page.read_text("utf-8")
        lines = re.findall(r"`(abcgen [a-z][^`]*)`", text)
        lines += [command for kind, block in blocks(page) if kind == "bash" for command in commands(block)]
        found += [(page.stem, " ".join(line.split())) for line in lines if line.startswith("abcgen ")]
    return found


@pytest.mark.parametrize(("page", "line"), named())
def test_commands_that_are_named_have_these_options(page: str, line: str) -> None:
    words = shlex.split(re.split(r" [|>&;]+ ", line.replace("…", ""))[0], comments=True)[1:]
    command: click.Command = app
    context = click.Context(app, info_name="abcgen")
    while isinstance(command, click.Group) and words:
        found = command.get_command(context, words[0])
        assert found is not None, f"{page}: there is no {words[0]}"
        command, words = found, words[1:]
        context = click.Context(command, info_name=command.name, parent=context)
    known = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    asked = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    assert asked <= known | {"--help"}, f"{page}: {line}"


def test_every_problem_has_its_line() -> None:
    text = (ROOT / "docs" / "problems.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", text, re.MULTILINE))
    assert rows == {code: known.severity for code, known in CODES.items()}


def test_links_lead_somewhere() -> None:
    for page in [*PAGES, ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[\w-]+)?\)", page.read_text("utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page.name}: {target}"
