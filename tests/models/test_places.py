"""Where a model lies: with the package, in a folder, on the Hub."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from foreign import a_foreign_model
from huggingface_hub import hf_hub_download
from small_hub import COMMIT, Hub, asked_of_the_hub, serving
from tiny import make_workplace

from abcgen.errors import ModelError
from abcgen.hub.model import fill_model
from abcgen.models.places import MANIFESTS, hub_name, lasting_name, model_folder, read_manifests
from abcgen.resources import embedded_model
from abcgen.training import read_recipe


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    root = tmp_path_factory.mktemp("root")
    folder = root / "models" / "me" / "jigs"
    shutil.copytree(embedded_model(), folder)
    (folder / "modeling_jigs.py").write_text("raise SystemExit('run')")
    (folder / "pytorch_model.bin").write_bytes(b"\x80pickled")
    a_foreign_model(root / "models" / "you" / "words")
    with serving(root) as server:
        yield server


def test_a_folder_and_the_embedded_model(tmp_path: Path) -> None:
    assert model_folder("") == model_folder("embedded") == embedded_model()
    assert model_folder(tmp_path) == tmp_path
    for name in ("embedded", str(tmp_path), "no folder"):
        assert lasting_name(name) == name
    assert model_folder("not/a/name/of the Hub") == Path("not/a/name/of the Hub")


def test_a_folder_goes_before_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "me" / "jigs").mkdir(parents=True)
    assert model_folder("me/jigs") == Path("me/jigs")


def test_a_model_of_the_hub_writes_the_tunes_that_its_folder_writes(hub: Hub, tmp_path: Path) -> None:
    home = tmp_path / "home"
    write = ["generate", "-n", "1", "--seed", "7", "--to", "abc", "--out"]
    for name, model in (("hub", f"me/jigs@{COMMIT}"), ("here", "embedded")):
        done = asked_of_the_hub(hub.endpoint, home, *write, str(tmp_path / name), "--model", model)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "hub" / "tune-7-1.abc").read_bytes() == (
        tmp_path / "here" / "tune-7-1.abc"
    ).read_bytes()
    assert not [line for line in hub.asked if ".py" in line or ".bin" in line]
    offline = asked_of_the_hub(
        "http://127.0.0.1:9", home, *write, str(tmp_path / "again"), "--model", f"me/jigs@{COMMIT}"
    )
    assert offline.returncode == 0, offline.stderr


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("me/none", "me/none is no folder here, and no model on the Hub"),
        ("me/jigs@1.0", "me/jigs on the Hub has no revision 1.0"),
    ],
)
def test_what_the_hub_has_not(hub: Hub, tmp_path: Path, model: str, message: str) -> None:
    write = ["generate", "-n", "1", "--out", str(tmp_path / "out"), "--model", model]
    done = asked_of_the_hub(hub.endpoint, tmp_path / "home", *write)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") <= 2


def test_without_a_network_it_is_said_in_a_line(tmp_path: Path) -> None:
    write = ["generate", "-n", "1", "--out", str(tmp_path / "out"), "--model", "me/jigs"]
    done = asked_of_the_hub("http://127.0.0.1:9", tmp_path / "home", *write)
    assert done.returncode == 2
    assert "me/jigs is no folder here, and cannot be had from the Hub" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") <= 2


def test_told_to_stay_offline_it_says_how_to_have_the_model_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    write = ["generate", "-n", "1", "--out", str(tmp_path / "out"), "--model", "me/jigs@v1"]
    done = asked_of_the_hub("http://127.0.0.1:9", tmp_path / "home", *write)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "HF_HUB_OFFLINE is set; with a network: abcgen pull me/jigs@v1" in done.stderr


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("me/jigs", ("me/jigs", "")),
        ("me/jigs@refs/pr/1", ("me/jigs", "refs/pr/1")),
        *(
            (text, None)
            for text in ("m\u00e9/x", "me/x@--help", "me/a..b", "me/x@../y", "me/x-", "me", "a/b/c")
        ),
        ("me/" + "x" * 100, None),
    ],
)
def test_names_on_the_hub(text: str, found: tuple[str, str] | None) -> None:
    assert hub_name(text) == found


def test_training_goes_on_from_a_model_of_the_hub(hub: Hub, tmp_path: Path) -> None:
    corpus = make_workplace(tmp_path)["corpus"]
    train = ["train", "--corpus", corpus, "--out", str(tmp_path / "run"), "--set", "max_steps=2"]
    train += ["--set", "eval_samples=0"]
    home = tmp_path / "home"
    done = asked_of_the_hub(hub.endpoint, home, *train, "--from", f"me/jigs@{COMMIT}")
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "run" / "best" / "model.safetensors").is_file()
    told = read_recipe(tmp_path / "run" / "best" / "recipe.yaml")
    assert told.model.name_or_path == told.tokenizer == f"me/jigs@{COMMIT}"
    (tmp_path / "card").mkdir()
    fill_model(tmp_path / "run", "me/more", tmp_path / "card")
    card = (tmp_path / "card" / "README.md").read_text("utf-8")
    assert yaml.safe_load(card.split("---")[1])["base_model"] == "me/jigs"
    assert f"went on from [me/jigs](https://huggingface.co/me/jigs), commit `{COMMIT}`, whose terms" in card
    assert read_recipe(tmp_path / "card" / "recipe.yaml").tokenizer == f"me/jigs@{COMMIT}"
    resumed = asked_of_the_hub(hub.endpoint, home, *train, "--from", "me/jigs", "--resume")
    assert resumed.returncode == 0, resumed.stderr[-2000:]
    for endpoint, model, told in (
        (hub.endpoint, "me/none", "no model on the Hub"),
        ("http://127.0.0.1:9", "me/never", "cannot be had from the Hub"),
    ):
        refused = asked_of_the_hub(endpoint, home, *train[:4], str(tmp_path / "other"), "--from", model)
        assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1), refused.stderr
        assert told in refused.stderr
        assert not (tmp_path / "other").exists()


def test_what_others_fetched_into_the_cache_is_left_there(hub: Hub, tmp_path: Path) -> None:
    home, out = tmp_path / "home", tmp_path / "mine"
    done = asked_of_the_hub(hub.endpoint, home, "pull", "me/jigs")
    place = Path(done.stdout.strip())
    for name in ("modeling_jigs.py", "pytorch_model.bin"):
        (place / name).write_text("of another program")
    assert asked_of_the_hub(hub.endpoint, home, "pull", "me/jigs", "--out", str(out)).returncode == 0
    assert not [path for path in out.iterdir() if path.suffix in (".py", ".bin")]


def test_a_cache_that_another_program_filled_by_half(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    for name in ("config.json", "tokenizer.json"):
        hf_hub_download("me/jigs", name, endpoint=hub.endpoint, cache_dir=home / "hub")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    out = str(tmp_path / "o")
    half = asked_of_the_hub(hub.endpoint, home, "generate", "--model", "me/jigs", "--out", out)
    assert (half.returncode, len(half.stderr.splitlines())) == (2, 1), half.stderr
    assert "not whole in the cache, for want of model.safetensors" in half.stderr
    assert half.stderr.endswith("with a network: abcgen pull me/jigs\n")


def test_a_foreign_model_works_where_it_can(hub: Hub, tmp_path: Path) -> None:
    corpus, home = make_workplace(tmp_path)["corpus"], tmp_path / "home"
    words = f"you/words@{COMMIT}"
    measured = asked_of_the_hub(hub.endpoint, home, "evaluate", words, "--corpus", corpus, "--json")
    assert measured.returncode == 0, measured.stderr
    entry = json.loads(measured.stdout)["entries"][0]
    assert (entry["model"], entry["overlap_checked"]) == (words, False)
    assert 2 < entry["bits_per_byte"]["estimate"] < 20
    (home / "work").mkdir()
    for options in ((), ("--overwrite",)):
        exported = asked_of_the_hub(hub.endpoint, home, "export", words, *options, cwd=home / "work")
        assert exported.returncode == 0, exported.stderr
    assert (home / "work" / "exported" / "words" / "model.onnx").is_file()
    (home / "work" / "exported" / "words" / "mine").write_text("mine")
    kept = asked_of_the_hub(hub.endpoint, home, "export", words, "--overwrite", cwd=home / "work")
    assert "it holds mine; give another name" in kept.stderr
    run = ["--corpus", corpus, "--out", str(tmp_path / "run"), "--set", "max_steps=2"]
    trained = asked_of_the_hub(hub.endpoint, home, "train", "--from", words, *run, "--set", "eval_samples=0")
    assert trained.returncode == 0, trained.stderr[-2000:]
    asked = ["generate", "-n", "1", "--out", str(tmp_path / "tunes"), "--model", words, "--seed", "1"]
    written = asked_of_the_hub(hub.endpoint, home, *asked)
    assert (written.returncode, len(written.stderr.splitlines())) == (2, 1), written.stderr
    assert "no tokens for header lines; it cannot be steered" in written.stderr


@pytest.mark.parametrize("text", ["{}", "[1]", "no json", "[" * 100_000])
def test_manifests_that_are_none(text: str, tmp_path: Path) -> None:
    assert read_manifests(tmp_path) == []
    (tmp_path / MANIFESTS).write_text(text)
    with pytest.raises(ModelError, match="no list of the manifests"):
        read_manifests(tmp_path)


def test_a_model_is_pulled_once_and_there_without_a_network(hub: Hub, tmp_path: Path) -> None:
    home, out = tmp_path / "home", tmp_path / "mine"
    done = asked_of_the_hub(hub.endpoint, home, "pull", f"me/jigs@{COMMIT}", "--out", str(out))
    assert (done.returncode, done.stdout.strip()) == (0, str(out)), done.stderr
    names = {path.name for path in out.iterdir()}
    assert names >= {"model.safetensors", "config.json", "tokenizer.json"}
    assert not [name for name in names if name.endswith((".py", ".bin"))]
    assert (out / "model.safetensors").read_bytes() == (embedded_model() / "model.safetensors").read_bytes()
    again = asked_of_the_hub("http://127.0.0.1:9", home, "pull", f"me/jigs@{COMMIT}")
    assert again.returncode == 0, again.stderr
    assert COMMIT in again.stdout
    for words, told in (
        (("pull", "me/jigs", "--out", str(out)), "already"),
        (("pull", "me/none"), "no model on the Hub"),
        (("pull", "me/jigs@nothing"), "has no revision nothing"),
        (("pull", str(out)), "is no name of a model on the Hub"),
    ):
        refused = asked_of_the_hub(hub.endpoint, tmp_path / "other", *words)
        assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1), refused.stderr
        assert told in refused.stderr
    (out / "mine.safetensors").mkdir()
    for foreign in ("mine.safetensors", ".git", "recipe.yaml"):
        (out / foreign).mkdir(exist_ok=True)
        kept = asked_of_the_hub(hub.endpoint, home, "pull", "me/jigs", "--out", str(out), "--overwrite")
        assert f"it holds {foreign}; give another name" in kept.stderr
        (out / foreign).rmdir()
    (out / "config.json").write_text("{}")
    replaced = asked_of_the_hub(hub.endpoint, home, "pull", "me/jigs", "--out", str(out), "--overwrite")
    assert replaced.returncode == 0, replaced.stderr
    assert (out / "config.json").read_bytes() == (embedded_model() / "config.json").read_bytes()
    cut = asked_of_the_hub("http://127.0.0.1:9", tmp_path / "other", "pull", "me/never")
    assert cut.returncode == 2
    assert "cannot be had from the Hub" in cut.stderr
