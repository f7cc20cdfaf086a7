"""A demo on the Hub: what is in its repository, and that what is there runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen
from zipfile import ZipFile

import pytest
from huggingface_hub import SpaceCard
from small_hub import Hub, asked_of_the_hub, serving

from abcgen import __version__
from abcgen.errors import HubError, MissingExtraError
from abcgen.hub import space
from abcgen.resources import embedded_model

MINE = "hf_of_me"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as server:
        yield server


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """As much of a wheel as is looked at."""
    path = tmp_path / f"abcgen-{__version__}-py3-none-any.whl"
    with ZipFile(path, "w") as archive:
        told = f"Metadata-Version: 2.4\nName: abcgen\nVersion: {__version__}\n"
        archive.writestr(f"abcgen-{__version__}.dist-info/METADATA", told)
    return path


def publish(hub: Hub, home: Path, *words: str, token: str = MINE) -> subprocess.CompletedProcess[str]:
    return asked_of_the_hub(hub.endpoint, home, "publish", "space", "me/demo", *words, token=token)


def test_a_space_pins_its_packages_and_its_model(hub: Hub, wheel: Path, tmp_path: Path) -> None:
    model = asked_of_the_hub(
        hub.endpoint, tmp_path, "publish", "model", str(embedded_model()), "me/model", token=MINE
    )
    assert model.returncode == 0, model.stderr
    done = publish(hub, tmp_path, "--model", "me/model", "--wheel", str(wheel))
    assert done.returncode == 0, done.stderr
    assert f"published: {hub.endpoint}/spaces/me/demo" in done.stdout
    repository = hub.repositories["spaces", "me/demo"]
    assert repository.sdk == "docker"
    assert len(repository.commits) == 2
    files = repository.files
    head = hub.repositories["models", "me/model"].commits[-1].oid
    steps = files["Dockerfile"].decode()
    assert f"RUN abcgen pull me/model@{head}\n" in steps
    assert f'"--model", "me/model@{head}"]' in steps
    required = files["requirements.txt"].decode().splitlines()
    assert required[-1] == f"./wheels/{wheel.name}"
    assert all(re.fullmatch(r"[a-z0-9-]+==\S+", line) for line in required[1:-1])
    assert {"torch", "uvicorn", "midirenderer"} <= {line.partition("==")[0] for line in required}
    assert re.search(r"^torch==[0-9.]+\+cpu$", files["requirements.txt"].decode(), re.MULTILINE)
    card = SpaceCard(files["README.md"].decode())
    assert (card.data.sdk, card.data.app_port, card.data.models) == ("docker", 7860, ["me/model"])
    assert files[f"wheels/{wheel.name}"] == wheel.read_bytes()


def test_an_older_wheel_goes_and_what_people_wrote_stays(hub: Hub, wheel: Path, tmp_path: Path) -> None:
    assert publish(hub, tmp_path, "--wheel", str(wheel)).returncode == 0
    repository = hub.repositories["spaces", "me/demo"]
    old = "wheels/abcgen-0.0.1-py3-none-any.whl"
    card = repository.files["README.md"].decode().replace("emoji: 🎻", "emoji: 🪗")
    card = card.replace('"files":[', f'"files":["{old}",')
    files = {**repository.files, "README.md": card.encode(), old: b"\0"}
    repository.add("by hand", files)
    assert publish(hub, tmp_path, "--wheel", str(wheel)).returncode == 0
    assert [path for path in repository.files if "wheels" in path] == [f"wheels/{wheel.name}"]
    assert "emoji: 🪗" in repository.files["README.md"].decode()
    assert b"abcgen pull" not in repository.files["Dockerfile"]


def test_a_card_that_the_hub_refuses_changes_nothing(hub: Hub, wheel: Path, tmp_path: Path) -> None:
    assert publish(hub, tmp_path, "--wheel", str(wheel)).returncode == 0
    repository = hub.repositories["spaces", "me/demo"]
    card = repository.files["README.md"].decode().replace("colorFrom: green", "colorFrom: chartreuse")
    repository.add("by hand", {**repository.files, "README.md": card.encode()})
    done = publish(hub, tmp_path, "--wheel", str(wheel))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert "\"colorFrom\" may not be 'chartreuse'" in done.stderr
    assert "not reached" not in done.stderr
    assert len(repository.commits) == 3


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("me/nothing", "there is no model me/nothing"),
        ("you/secret", "there is no model you/secret"),
        ("me/secret", "me/secret is private"),
        ("me/empty", "it has no config.json"),
        ("me/empty@nope", "me/empty on the Hub has no revision nope"),
        ("runs/mine/best", "publish model DIR user/name"),
        (".", "publish model DIR user/name"),
    ],
)
def test_a_model_that_a_space_cannot_have(
    hub: Hub, wheel: Path, tmp_path: Path, model: str, told: str
) -> None:
    for name, private in (("me/secret", True), ("you/secret", True), ("me/empty", False)):
        hub.make("models", name, private=private)
    done = publish(hub, tmp_path, "--model", model, "--wheel", str(wheel))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert told in done.stderr
    assert ("spaces", "me/demo") not in hub.repositories


def test_other_wheels_are_refused(hub: Hub, wheel: Path, tmp_path: Path) -> None:
    other = tmp_path / "abcgen-0.0.1-py3-none-any.whl"
    wheel.rename(other)
    assert f"that is called {wheel.name}" in publish(hub, tmp_path, "--wheel", str(other)).stderr
    wheel.write_bytes(b"PK")
    assert "is no wheel of abcgen" in publish(hub, tmp_path, "--wheel", str(wheel)).stderr
    assert ("spaces", "me/demo") not in hub.repositories


def test_without_a_wheel_there_has_to_be_a_release(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Exception | BytesIO] = [
        HTTPError("", 404, "", {}, None),  # type: ignore[arg-type]
        HTTPError("", 500, "", {}, None),  # type: ignore[arg-type]
        URLError("no network"),
    ]

    def answer(address: str, timeout: float) -> BytesIO:
        assert __version__ in address
        found = told.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr("urllib.request.urlopen", answer)
    for words in ("is not released", "the server says 500", "no network"):
        with pytest.raises(HubError, match=words):
            space.require_release()
    told.append(BytesIO(b"{}"))
    space.require_release()


def test_packages_that_are_not_here_cannot_be_pinned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(space, "EXTRAS", frozenset({"app", "audio"}))

    def requires(name: str) -> list[str]:
        if name == "uvicorn":
            raise space.metadata.PackageNotFoundError(name)
        return ["uvicorn>=0.30 ; extra == 'app'"]

    monkeypatch.setattr(space.metadata, "requires", requires)
    with pytest.raises(MissingExtraError, match=r"abcgen\[app,audio\]"):
        space.fill_space("me/demo", tmp_path, space.Shown())


def test_dry_run_asks_nobody(hub: Hub, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = publish(hub, tmp_path, "--model", "me/model@v1", "--dry-run", "--out", str(out), token="")
    assert done.returncode == 0, done.stderr
    assert not hub.asked
    assert "RUN abcgen pull me/model@v1\n" in (out / "Dockerfile").read_text()
    assert (out / "requirements.txt").read_text().splitlines()[-1] == f"abcgen=={__version__}"


def test_dry_run_replaces_what_it_wrote_and_nothing_else(hub: Hub, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("--dry-run", "--out", str(out), "--overwrite")
    assert publish(hub, tmp_path, *words).returncode == 0
    assert publish(hub, tmp_path, *words).returncode == 0
    (out / ".git").mkdir()
    refused = publish(hub, tmp_path, *words)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    (out / ".git").rmdir()
    (out / "mine.txt").write_text("mine")
    assert "holds mine.txt, which --dry-run did not write" in publish(hub, tmp_path, *words).stderr
    (out / "mine.txt").unlink()
    card = (out / "README.md").read_text()
    for mine in ("my own work", card.replace("It runs", "For my friends it runs")):
        (out / "README.md").write_text(mine)
        assert publish(hub, tmp_path, *words).returncode == 2
        assert (out / "README.md").read_text() == mine


@pytest.mark.slow
def test_what_a_space_installs_runs(tmp_path: Path) -> None:
    """The packages into an environment of its own, then the command of the container, without a container."""
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    folder = tmp_path / "space"
    command = [sys.executable, "-m", "abcgen", "publish", "space", "me/demo", "--dry-run"]
    subprocess.run([*command, "--wheel", str(wheel), "--out", str(folder)], check=True)
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    # where the index for torch is out of reach, another has to do
    install = [python, "-m", "pip", "install", "-q", "--retries", "0", "-r", "requirements.txt"]
    subprocess.run(install, cwd=folder, check=True)
    subprocess.run([python, "-m", "pip", "check"], check=True)
    told = re.search(r"^CMD (.*)$", (folder / "Dockerfile").read_text(), re.MULTILINE)
    assert told is not None
    words = [word.replace("7860", "0") for word in json.loads(told[1])]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HOME": str(tmp_path)}
    program = [tmp_path / "venv" / "bin" / words[0], *words[1:]]
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    ) as server:
        assert server.stdout is not None
        try:
            address = re.search(r"http://\S+/", server.stdout.readline())
            assert address is not None
            asked = Request(f"{address[0]}api/generate", b'{"seed": 7}')  # noqa: S310 - our own server
            asked.add_header("Content-Type", "application/json")
            asked.add_header("Host", "me-demo.hf.space")
            begun = time.monotonic()
            with urlopen(asked, timeout=120) as answer:  # noqa: S310
                lines = [json.loads(line) for line in answer]
            assert "K:" in lines[-1]["tune"]["abc"], time.monotonic() - begun
        finally:
            server.terminate()
