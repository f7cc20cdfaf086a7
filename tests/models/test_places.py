"""Where a model lies: with the package, in a folder, on the Hub."""

# ruff: noqa: S106 - the names of marks, not passwords
from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from small_hub import COMMIT, Hub, asked_of_the_hub, serving
from tiny import make_workplace
from tokenizers import Tokenizer, pre_tokenizers
from tokenizers.decoders import ByteLevel
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from abcgen.errors import ModelError
from abcgen.models.places import MANIFESTS, hub_name, model_folder, read_manifests
from abcgen.resources import embedded_model


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


def a_foreign_model(folder: Path) -> None:
    """A language model of somebody else, who never saw a tune: bytes, and pairs of them."""
    pieces = Tokenizer(BPE())
    pieces.pre_tokenizer, pieces.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), ByteLevel()
    trainer = BpeTrainer(
        vocab_size=300, special_tokens=["<|end|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    pieces.train_from_iterator(["the quick brown fox jumps over the lazy dog"] * 9, trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=pieces, eos_token="<|end|>", bos_token="<|end|>")
    tokenizer.save_pretrained(folder)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    ends = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id}
    torch.manual_seed(1)
    LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), **sizes, **ends)).save_pretrained(folder)


def test_a_folder_and_the_embedded_model(tmp_path: Path) -> None:
    assert model_folder("") == model_folder("embedded") == embedded_model()
    assert model_folder(tmp_path) == tmp_path
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
    for endpoint, model, told in (
        (hub.endpoint, "me/none", "no model on the Hub"),
        ("http://127.0.0.1:9", "me/never", "cannot be had from the Hub"),
    ):
        refused = asked_of_the_hub(endpoint, home, *train[:4], str(tmp_path / "other"), "--from", model)
        assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1), refused.stderr
        assert told in refused.stderr
        assert not (tmp_path / "other").exists()


def test_a_foreign_model_works_where_it_can(hub: Hub, tmp_path: Path) -> None:
    corpus, home = make_workplace(tmp_path)["corpus"], tmp_path / "home"
    words = f"you/words@{COMMIT}"
    measured = asked_of_the_hub(hub.endpoint, home, "evaluate", words, "--corpus", corpus, "--json")
    assert measured.returncode == 0, measured.stderr
    entry = json.loads(measured.stdout)["entries"][0]
    assert (entry["model"], entry["overlap_checked"]) == (words, False)
    assert 2 < entry["bits_per_byte"]["estimate"] < 20
    exported = asked_of_the_hub(hub.endpoint, home, "export", words, "--out", str(tmp_path / "onnx"))
    assert exported.returncode == 0, exported.stderr
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
    cut = asked_of_the_hub("http://127.0.0.1:9", tmp_path / "other", "pull", "me/never")
    assert cut.returncode == 2
    assert "cannot be had from the Hub" in cut.stderr
