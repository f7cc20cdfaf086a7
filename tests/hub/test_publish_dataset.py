"""A corpus on the Hub: all of it in one commit, and the same rows back; what goes wrong is told in a line."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import DatasetCard
from small_hub import Fault, Hub, asked_of_the_hub, serving

from abcgen.corpus import build_corpus, find_sources, load_corpus, load_manifest
from abcgen.errors import CorpusError, UsageError
from abcgen.hub import fill_dataset

MINE, YOURS = "hf_of_me", "hf_of_you"
BACK = """
import json, sys
from datasets import load_dataset
rows = load_dataset(sys.argv[1])
print(json.dumps({split: list(rows[split]["id"]) for split in rows}))
"""


@pytest.fixture(scope="module")
def corpus(tunebook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("corpus") / "tunes"
    build_corpus(find_sources([str(tunebook)], license_id="cc0-1.0"), out, frozen=())
    return out


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as server:
        yield server


def publish(
    hub: Hub, home: Path, corpus: Path, *words: str, name: str = "me/tunes", token: str = MINE
) -> subprocess.CompletedProcess[str]:
    command = ["publish", "dataset", str(corpus), name, *words]
    done = asked_of_the_hub(hub.endpoint, home, *command, token=token)
    assert token not in done.stdout + done.stderr or not token
    return done


def sums(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_splits_come_back(hub: Hub, corpus: Path, tmp_path: Path) -> None:
    done = publish(hub, tmp_path, corpus)
    assert done.returncode == 0, done.stderr
    repository = hub.repositories["datasets", "me/tunes"]
    assert [commit.title for commit in repository.commits] == ["initial commit", "tunes by abcgen"]
    assert f"published: {hub.endpoint}/datasets/me/tunes" in done.stdout
    environment = {**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_HOME": str(tmp_path / "other")}
    environment |= {"HF_HUB_DISABLE_XET": "1", "HF_TOKEN": ""}
    back = subprocess.run(
        [sys.executable, "-c", BACK, "me/tunes"], env=environment, capture_output=True, text=True, check=False
    )
    assert back.returncode == 0, back.stderr[-2000:]
    rows = load_corpus(corpus)
    assert json.loads(back.stdout) == {split: list(rows[split]["id"]) for split in rows}
    assert json.loads(repository.files["manifest.json"]) == load_manifest(corpus)
    card = DatasetCard(repository.files["README.md"].decode())
    assert card.data.license == "cc0-1.0"


def test_dry_run_writes_what_would_be_published(hub: Hub, corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = publish(hub, tmp_path, corpus, "--dry-run", "--out", str(out), token="")
    assert done.returncode == 0, done.stderr
    assert not hub.asked
    assert publish(hub, tmp_path, corpus).returncode == 0
    there = hub.repositories["datasets", "me/tunes"].files
    assert sums(out) == {
        path: hashlib.sha256(data).hexdigest() for path, data in there.items() if path != ".gitattributes"
    }
    again = publish(hub, tmp_path, corpus, "--dry-run", "--out", str(out), token="")
    assert again.returncode == 2
    assert "already there" in again.stderr
    for place in (corpus, corpus.parent, corpus / "out"):
        within = publish(hub, tmp_path, corpus, "--dry-run", "--out", str(place), "--overwrite", token="")
        assert (within.returncode, len(within.stderr.splitlines())) == (2, 1)
        assert "which is read for it" in within.stderr
    assert load_manifest(corpus)


def test_publishing_again_updates_and_keeps_what_people_wrote(hub: Hub, corpus: Path, tmp_path: Path) -> None:
    assert publish(hub, tmp_path, corpus).returncode == 0
    repository = hub.repositories["datasets", "me/tunes"]
    card = (
        repository.files["README.md"].decode().replace("\n## Columns", "\n## Thanks\n\nTo all.\n\n## Columns")
    )
    old, mine = "data/train-00000-of-00009.parquet", "data/mine.txt"
    card = card.replace('"files":[', f'"files":["{old}",')
    repository.add("by hand", {**repository.files, "README.md": card.encode(), old: b"old", mine: b"mine"})
    assert publish(hub, tmp_path, corpus).returncode == 0
    assert len(repository.commits) == 4
    assert old not in repository.files
    assert repository.files[mine] == b"mine"
    assert b"## Thanks\n\nTo all." in repository.files["README.md"]


@pytest.mark.parametrize(
    ("fault", "tries"),
    [
        (Fault("POST", "/commit/", 503), 2),
        (Fault("POST", "/commit/", 429, headers={"retry-after": "1"}), 2),
        (Fault("POST", "/commit/", 0), 2),
        (Fault("POST", "/preupload/", 502), 1),
    ],
)
def test_what_passes_is_tried_again(hub: Hub, corpus: Path, tmp_path: Path, fault: Fault, tries: int) -> None:
    hub.faults.append(fault)
    done = publish(hub, tmp_path, corpus)
    assert done.returncode == 0, done.stderr
    assert len(hub.repositories["datasets", "me/tunes"].commits) == 2
    assert sum("/commit/" in line for line in hub.asked) == tries


@pytest.mark.parametrize("times", [1, 99])
def test_a_commit_that_was_made_is_known_though_its_answer_was_lost(
    hub: Hub, corpus: Path, tmp_path: Path, times: int
) -> None:
    hub.faults.append(Fault("POST", "/commit/", 0, times=times, done=True))
    done = publish(hub, tmp_path, corpus)
    assert done.returncode == 0, done.stderr
    repository = hub.repositories["datasets", "me/tunes"]
    assert len(repository.commits) == 2
    assert f"/datasets/me/tunes/commit/{repository.commits[-1].oid})" in done.stdout
    hub.faults.clear()
    repository.add("by hand", {**repository.files, "README.md": b"mine"})
    hub.faults.append(Fault("POST", "/commit/", 412))
    again = publish(hub, tmp_path, corpus)
    assert again.returncode == 2
    assert "somebody else changed it" in again.stderr


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("POST", "/commit/", 0, times=99), "the Hub is not reached"),
        (Fault("POST", "/commit/", 413), "takes no files as large"),
        (Fault("POST", "/commit/", 507), "no room left for it on the Hub"),
        # the client itself tries this again for half a minute
        pytest.param(Fault("PUT", "/lfs/", 0, times=99), "the Hub is not reached", marks=pytest.mark.slow),
        (Fault("POST", "/commit/", 412), "somebody else changed it"),
        (Fault("POST", "/api/repos/create", 500, times=99), "the Hub answers 500"),
    ],
)
def test_nothing_is_published_by_half(
    hub: Hub, corpus: Path, tmp_path: Path, fault: Fault, words: str
) -> None:
    hub.faults.append(fault)
    done = publish(hub, tmp_path, corpus)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert words in done.stderr
    there = hub.repositories.get(("datasets", "me/tunes"))
    assert there is None or len(there.commits) == 1
    assert (there is not None) == ("me/tunes is there now, and empty until then" in done.stderr)
    hub.faults.clear()
    assert publish(hub, tmp_path, corpus).returncode == 0
    assert len(hub.repositories["datasets", "me/tunes"].commits) == 2


def test_who_may_not(hub: Hub, corpus: Path, tmp_path: Path) -> None:
    for name, token, words in (
        ("me/tunes", "", "log in with: hf auth login"),
        ("me/tunes", "hf_of_nobody", "does not take your token"),
        ("me/tunes", "hf_\u00fc", "has signs that no token has"),
        ("you/tunes", MINE, "no right to write for you"),
        ("tunes", MINE, "write it as user/name"),
        ("me/tu nes", MINE, "is no name on the Hub"),
        ("../../tunes", MINE, "is no name on the Hub"),
    ):
        done = publish(hub, tmp_path, corpus, name=name, token=token)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
        assert words in done.stderr
    assert not hub.repositories


def test_a_name_that_is_another_kind_of_thing(hub: Hub, corpus: Path, tmp_path: Path) -> None:
    assert publish(hub, tmp_path, corpus).returncode == 0
    hub.repositories["models", "me/tunes"] = hub.repositories.pop(("datasets", "me/tunes"))
    done = publish(hub, tmp_path, corpus)
    assert done.returncode == 2
    assert "me/tunes is a model on the Hub already" in done.stderr


def test_private_stays_private(hub: Hub, corpus: Path, tmp_path: Path) -> None:
    assert publish(hub, tmp_path, corpus, "--private", name="me/secret").returncode == 0
    assert hub.repositories["datasets", "me/secret"].private
    assert publish(hub, tmp_path, corpus).returncode == 0
    done = publish(hub, tmp_path, corpus, "--private")
    assert done.returncode == 2
    assert "public there already" in done.stderr


def test_offline(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    done = asked_of_the_hub(
        "http://127.0.0.1:9", tmp_path, "publish", "dataset", str(corpus), "me/tunes", token=MINE
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "HF_HUB_OFFLINE is set" in done.stderr


def test_encodings_that_may_not_be_handed_on_are_refused_by_name(
    tunebook: Path, hub: Hub, tmp_path: Path
) -> None:
    out = tmp_path / "theirs"
    build_corpus(find_sources([str(tunebook)]), out, frozen=())
    done = publish(hub, tmp_path, out)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "may not be handed on" in done.stderr
    assert tunebook.name in done.stderr
    assert not hub.repositories


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: told["sources"].clear(), r"does not name the source '\w+' of its tunes"),
        (lambda told: told["sources"][0].update(of=7), r"sources\[0\].of is no list"),
        (lambda told: told["sources"][0].update(of=[{}]), r"sources\[0\].of\[0\].name is missing"),
        (lambda told: told["sources"][0].update(license="mine alone"), "'mine alone' is no licence"),
        (lambda told: told["sources"][0].update(license=7), "license is not a text"),
        (lambda told: told["sources"][0].pop("files"), "files is missing"),
        (lambda told: told["kept"].update(train=-1), "lacks kept"),
        (lambda told: told["kept"].update(train=10**6), "tells of other numbers of tunes than"),
        (lambda told: told["kept"].pop("test"), "lacks how many tunes of which split it kept"),
        (lambda told: told["dropped"].update(nobody=3), "lacks examples of what was dropped"),
        (lambda told: told.update(abcgen="\ud800"), "has no manifest.json that names its rows_sha256"),
    ],
)
def test_an_odd_manifest_is_refused(
    corpus: Path, tmp_path: Path, change: Callable[[dict[str, Any]], object], said: str
) -> None:
    own = tmp_path / "own"
    shutil.copytree(corpus, own)
    told = load_manifest(own)
    change(told)
    (own / "manifest.json").write_text(json.dumps(told))
    (tmp_path / "out").mkdir()
    with pytest.raises((CorpusError, UsageError), match=said):
        fill_dataset(own, "me/tunes", tmp_path / "out")
    (own / "manifest.json").write_text("[" * 100_000)
    with pytest.raises(CorpusError, match=r"has no manifest\.json that names its rows_sha256"):
        fill_dataset(own, "me/tunes", tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())
