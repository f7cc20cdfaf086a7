"""A model on the Hub: used from there by plain transformers; a card that invents nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from foreign import a_foreign_model
from huggingface_hub import ModelCard
from small_hub import Fault, Hub, asked_of_the_hub, serving

from abcgen.corpus.index import INDEX
from abcgen.errors import CorpusError, InputError, ModelError, UsageError
from abcgen.evaluation.compare import model_sha256
from abcgen.hub.model import fill_model
from abcgen.models import load_model
from abcgen.models.places import MANIFESTS
from abcgen.notation import parse_book
from abcgen.resources import embedded_model
from abcgen.training import ModelRecipe, Recipe, read_recipe

MINE = "hf_of_me"
#: What a stranger does, who has transformers alone.
STRANGER = """
import sys
sys.modules["abcgen"] = None
from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline
trusted = {"trust_remote_code": True} if sys.argv[2:] else {}
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
model = AutoModelForCausalLM.from_pretrained(sys.argv[1], **trusted)
write = pipeline("text-generation", model=model, tokenizer=tokenizer)
text = write("X:1\\nR:jig\\nM:6/8\\nL:1/8\\nK:D\\n", max_new_tokens=60, do_sample=False)[0]["generated_text"]
print(text)
"""


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def figures() -> dict[str, object]:
    """As `abcgen evaluate --json` prints them, of the embedded model."""
    interval = {"estimate": 0.9162, "low": 0.8704, "high": 0.9639}
    entry = {
        "model": "m",
        "sha256": model_sha256(embedded_model()),
        "parameters": 4992704,
        **dict.fromkeys(("bits_per_byte", "bits_per_token", "top1", "top5"), interval),
        "difference": None,
        "groups": {"source": {"a|b": {"tunes": 3, "bits_per_byte": interval}}},
        "validity": None,
        "overlap_checked": True,
    }
    reference = {**entry, "model": "Kneser-Ney 6-gram", "sha256": "1", "parameters": None}
    stands = {
        "corpus": "data/pd",
        "split": "test",
        "tunes": 360,
        "bytes": 77876,
        "sha256": "0",
        "seed": 7,
        "ngram": 6,
    }
    versions = {"abcgen": "0.1.0", "torch": "2", "transformers": "5", "music21": "10"}
    return {**stands, "resamples": 10_000, "versions": versions, "entries": [entry, reference]}


def by_a_stranger(hub: Hub, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_HOME": str(home), "HF_TOKEN": ""}
    environment |= {"HF_HUB_DISABLE_XET": "1"}
    return subprocess.run(
        [sys.executable, "-c", STRANGER, *words],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


def test_published_and_used_without_us(hub: Hub, tmp_path: Path, figures: dict[str, object]) -> None:
    (tmp_path / "figures.json").write_text(json.dumps(figures))
    command = [
        "publish",
        "model",
        str(embedded_model()),
        "me/jigs",
        "--evaluation",
        str(tmp_path / "figures.json"),
    ]
    hub.faults.append(Fault("POST", "/commit/", 0))
    done = asked_of_the_hub(hub.endpoint, tmp_path / "home", *command, token=MINE)
    assert (done.returncode, done.stderr) == (0, "")
    assert MINE not in done.stdout + done.stderr
    repository = hub.repositories["models", "me/jigs"]
    assert len(repository.commits) == 2
    names = set(repository.files)
    assert names >= {
        "model.safetensors",
        "config.json",
        "tokenizer.json",
        "recipe.yaml",
        "log.jsonl",
        "curves.png",
    }
    assert names >= {
        "evaluation.json",
        "README.md",
        "samples/tune-1.abc",
        "samples/tune-1.png",
        "samples/tune-1.mid",
    }
    assert not [name for name in names if name.endswith((".py", ".bin", ".pt"))]
    (tune,) = parse_book(repository.files["samples/tune-1.abc"].decode()).tunes
    assert tune.problems == ()
    card = ModelCard(repository.files["README.md"].decode())
    assert card.data.license == "apache-2.0"
    (result, *_) = card.data.eval_results
    assert (result.metric_type, result.metric_value) == ("bits_per_byte", 0.9162)
    assert "0.9162 [0.8704, 0.9639]" in card.text
    command = "abcgen evaluate DIR --corpus data/pd --split test --ngram 6 --seed 7 --json"
    assert command in card.text
    assert "not measured" in card.text  # validity was not
    (tmp_path / "stranger").mkdir()
    used = by_a_stranger(hub, tmp_path / "stranger", "me/jigs")
    assert used.returncode == 0, used.stderr[-2000:]
    assert used.stdout.startswith("X:1\nR:jig\nM:6/8\nL:1/8\nK:D\n")
    assert used.stdout.count("|") > 3
    back = [
        "generate",
        "-n",
        "1",
        "--seed",
        "7",
        "--to",
        "abc",
        "--model",
        "me/jigs",
        "--out",
        str(tmp_path / "o"),
    ]
    assert asked_of_the_hub(hub.endpoint, tmp_path / "home", *back).returncode == 0


def test_a_model_that_says_nothing_of_itself_has_a_card_that_says_so(tmp_path: Path) -> None:
    source, out = bare_model(tmp_path / "bare"), tmp_path / "out"
    out.mkdir()
    (source / "modeling_x.py").write_text("raise SystemExit('run')")
    fill_model(source, "me/bare", out)
    text = (out / "README.md").read_text("utf-8")
    front = yaml.safe_load(text.split("---")[1])
    assert front["license"] == "other"
    assert "model-index" not in front
    for said in (
        "does not say which tunes",
        "Nothing was measured",
        "The recipe is not known",
        "The licence of the weights was not stated",
        "copy from those that it was made with was not measured",
    ):
        assert said in text
    assert not list(out.glob("*.py"))


def test_sources_and_their_licences_are_told(tmp_path: Path) -> None:
    source, out = tmp_path / "run", tmp_path / "out"
    shutil.copytree(embedded_model(), source / "best")
    out.mkdir()
    info = {"name": "my|tunes", "music_rights": "mine", "encoding_rights": "mine too", "license": "cc0-1.0"}
    manifest = {"rows_sha256": "abc", "kept": {"train": 1234}, "sources": [info]}
    (source / "best" / MANIFESTS).write_text(json.dumps([manifest]))
    records = [{"step": 1, "epoch": 0, "elapsed": 60 * n, "machine": f"{n} cores"} for n in (2, 2, 4)]
    (source / "log.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records))
    fill_model(source, "me/mine", out)
    text = (out / "README.md").read_text("utf-8")
    assert "1,234 tunes for training" in text
    assert "It took 4 minutes by its log, evaluation included. Hardware: 2 cores; 4 cores;" in text
    assert "| my\\|tunes | mine | mine too | cc0-1.0 |" in text


def test_figures_of_other_weights_are_refused(tmp_path: Path, figures: dict[str, object]) -> None:
    other = json.loads(json.dumps(figures))
    other["entries"][0]["sha256"] = "of another"
    for name, text, words in (
        ("other.json", json.dumps(other), "has the figures of other weights"),
        ("none.json", "[]", "is not what abcgen evaluate --json prints: it is no object"),
        ("gone.json", None, "gone.json cannot be read"),
    ):
        if text is not None:
            (tmp_path / name).write_text(text)
        (tmp_path / "out").mkdir(exist_ok=True)
        with pytest.raises(InputError, match=words):
            fill_model(embedded_model(), "me/jigs", tmp_path / "out", tmp_path / name)
        shutil.rmtree(tmp_path / "out")


def test_what_a_model_has_no_more_goes_and_what_people_added_stays(hub: Hub, tmp_path: Path) -> None:
    source = bare_model(tmp_path / "m")
    for name in ("generation_config.json", "recipe.yaml", "train_hashes.txt", "log.jsonl"):
        shutil.copyfile(embedded_model() / name, source / name)
    publish = ("publish", "model", str(source), "me/jigs")
    assert asked_of_the_hub(hub.endpoint, tmp_path / "home", *publish, token=MINE).returncode == 0
    repository = hub.repositories["models", "me/jigs"]
    added = {"notes.txt": b"mine", "data/log.jsonl": b"mine", "samples/tune-9.mid": b"mine"}
    repository.add("by hand", {**repository.files, **added})
    for name in ("generation_config.json", "recipe.yaml", "train_hashes.txt", "log.jsonl"):
        (source / name).unlink()
    again = asked_of_the_hub(hub.endpoint, tmp_path / "home", *publish, "--license", "cc0-1.0", token=MINE)
    assert again.returncode == 0, again.stderr
    left = set(repository.files)
    assert {*added, "README.md", "samples/tune-1.abc"} <= left
    assert not {"generation_config.json", "recipe.yaml", "train_hashes.txt", "log.jsonl"} & left
    assert ModelCard(repository.files["README.md"].decode()).data.license == "cc0-1.0"


def test_a_link_to_a_file_elsewhere_is_not_published(tmp_path: Path) -> None:
    source = bare_model(tmp_path / "m")
    (tmp_path / "secret").write_text("password")
    (source / "merges.txt").symlink_to(tmp_path / "secret")
    (tmp_path / "out").mkdir()
    with pytest.raises(InputError, match=r"merges\.txt is a link to .*secret, outside of"):
        fill_model(source, "me/x", tmp_path / "out")
    assert not (tmp_path / "out" / "merges.txt").exists()


def test_settings_that_name_code_of_others_are_published_without_it(tmp_path: Path) -> None:
    source, out = bare_model(tmp_path / "m"), tmp_path / "out"
    out.mkdir()
    for name in ("config.json", "tokenizer_config.json"):
        settings = json.loads((source / name).read_text())
        settings["auto_map"] = {"AutoModelForCausalLM": "evil/repo--code.Evil"}
        (source / name).write_text(json.dumps(settings))
    fill_model(source, "me/x", out)
    assert not [path for path in out.glob("*.json") if "evil" in path.read_text("utf-8")]
    assert json.loads((source / "config.json").read_text())["auto_map"]


def test_nothing_tells_of_folders_here_and_only_what_was_loaded_is_published(tmp_path: Path) -> None:
    source, out = bare_model(tmp_path / "m"), tmp_path / "out"
    out.mkdir()
    inner = {"_name_or_path": "/home/me", "of": [{"tokenizer_file": "/home/me/tokenizer.json"}]}
    for name in ("config.json", "tokenizer_config.json"):
        settings = json.loads((source / name).read_text())
        (source / name).write_text(
            json.dumps({**settings, "name_or_path": "/home/me", "_name_or_path": "/me", "part": inner})
        )
    recipe = Recipe(
        "/home/me/runs/jigs", corpus="../my tunes", model=ModelRecipe(name_or_path="/home/me/base")
    )
    (source / "recipe.yaml").write_text(recipe.as_yaml())
    (source / "optimizer.safetensors").write_bytes(b"not weights")
    (source / "model-00009-of-00009.safetensors").write_bytes(b"not weights")
    fill_model(source, "me/x", out)
    assert not [path for path in out.iterdir() if path.is_file() and b"/me" in path.read_bytes()]
    assert [path.name for path in out.glob("*.safetensors*")] == ["model.safetensors"]
    told = read_recipe(out / "recipe.yaml")
    assert (told.output_dir, told.corpus, told.model.name_or_path) == ("jigs", "my tunes", "base")
    (source / "recipe.yaml").write_text("output_dir: [")
    with pytest.raises(UsageError, match="is not YAML"):
        fill_model(source, "me/x", tmp_path / "out")


def test_weights_in_parts_are_published_whole(tmp_path: Path) -> None:
    source, out = bare_model(tmp_path / "m"), tmp_path / "out"
    out.mkdir()
    model, _ = load_model(source)
    (source / "model.safetensors").unlink()
    model.save_pretrained(source, max_shard_size="8MB")
    fill_model(source, "me/x", out)
    parts = {path.name for path in source.glob("model*.safetensors*")}
    assert len(parts) > 2
    assert {path.name for path in out.glob("*.safetensors*")} == parts
    load_model(out)


def test_weights_of_another_upload_give_way(hub: Hub, tmp_path: Path) -> None:
    source = bare_model(tmp_path / "m")
    repository = hub.make("models", "me/jigs")
    others = ("model-00001-of-00002.safetensors", "model.safetensors.index.json", "pytorch_model.bin")
    mine = ("model/model.safetensors", "adapter.safetensors", "models.txt")
    repository.add("by hand", dict.fromkeys((*others, *mine), b"old"))
    done = asked_of_the_hub(
        hub.endpoint, tmp_path / "home", "publish", "model", str(source), "me/jigs", token=MINE
    )
    assert done.returncode == 0, done.stderr
    assert not set(others) & set(repository.files)
    assert {*mine, "model.safetensors"} <= set(repository.files)


def test_a_model_that_abcgen_cannot_have_write_promises_nothing(tmp_path: Path) -> None:
    source, out = bare_model(tmp_path / "m"), tmp_path / "out"
    shutil.rmtree(source)
    a_foreign_model(source, max_position_embeddings=64)
    out.mkdir()
    fill_model(source, "me/words", out)
    card = (out / "README.md").read_text("utf-8")
    assert "cannot have it\nwrite tunes: this model's tokenizer has no tokens for header lines" in card
    for claim in ("abcgen generate", "## Controls", "that writes", "0.0 million", str(tmp_path)):
        assert claim not in card
    example = card.partition("```python\n")[2].partition("```")[0].replace('"me/words"', f"{str(out)!r}")
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert yaml.safe_load(card.split("---")[1])["tags"] == ["abcgen"]


def test_an_index_that_is_none_is_not_published(tmp_path: Path) -> None:
    source = bare_model(tmp_path / "m")
    (source / INDEX).write_bytes(b"broken")
    (tmp_path / "out").mkdir()
    with pytest.raises(CorpusError, match=INDEX):
        fill_model(source, "me/x", tmp_path / "out")


def test_a_licence_without_an_id_keeps_its_name(tmp_path: Path) -> None:
    source, out = bare_model(tmp_path / "m"), tmp_path / "out"
    out.mkdir()
    told = "license: other\nlicense_name: my-terms\nlicense_link: https://example.org/terms"
    (source / "README.md").write_text(f"---\n{told}\n---\nMine\n")
    fill_model(source, "me/x", out)
    card = (out / "README.md").read_text("utf-8")
    front = yaml.safe_load(card.split("---")[1])
    assert (front["license_name"], front["license_link"]) == ("my-terms", "https://example.org/terms")
    assert "The weights are under my-terms, https://example.org/terms." in card
    for front, said in (
        ("license: 'a b'", "'a b' is no licence"),
        ("license: [mit, other]", "does not name one license; say which with --license"),
        ("license: other\nlicense_name: My terms", "its license_name is 'My terms'"),
    ):
        (source / "README.md").write_text(f"---\n{front}\n---\n")
        with pytest.raises((InputError, UsageError), match=said):
            fill_model(source, "me/x", tmp_path / "out")


def bare_model(folder: Path) -> Path:
    """The embedded model without what tells of it."""
    folder.mkdir()
    for name in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(embedded_model() / name, folder / name)
    return folder


def test_no_model(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = asked_of_the_hub(
        hub.endpoint, tmp_path, "publish", "model", str(tmp_path / "empty"), "me/x", token=MINE
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "is not a model folder" in done.stderr
    assert not hub.repositories
    with pytest.raises(ModelError):
        fill_model(tmp_path / "gone", "me/x", tmp_path / "empty")


def test_a_recurrent_model_runs_its_one_file_on_the_users_word_alone(hub: Hub, tmp_path: Path) -> None:
    import torch

    from abcgen.models.recurrent import AbcRecurrentConfig, AbcRecurrentForCausalLM

    torch.manual_seed(0)
    config = AbcRecurrentConfig(
        vocab_size=1093, embedding_size=16, hidden_size=16, bos_token_id=0, eos_token_id=1
    )
    source = tmp_path / "lstm"
    AbcRecurrentForCausalLM(config).save_pretrained(source)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(embedded_model() / name, source / name)
    (source / "recurrent.py").write_text("raise SystemExit('somebody else wrote this')")
    done = asked_of_the_hub(
        hub.endpoint, tmp_path / "home", "publish", "model", str(source), "me/lstm", token=MINE
    )
    assert done.returncode == 0, done.stderr
    files = hub.repositories["models", "me/lstm"].files
    assert [name for name in files if name.endswith(".py")] == ["recurrent.py"]
    (tmp_path / "stranger").mkdir()
    refused = by_a_stranger(hub, tmp_path / "stranger", "me/lstm")
    assert refused.returncode != 0
    assert "trust_remote_code" in refused.stderr
    used = by_a_stranger(hub, tmp_path / "stranger", "me/lstm", "trusted")
    assert used.returncode == 0, used.stderr[-2000:]
    assert "trust_remote_code=True" in files["README.md"].decode()
