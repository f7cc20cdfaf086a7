from __future__ import annotations

from pathlib import Path

import pytest

from abcgen.errors import InputError, UsageError
from abcgen.training.recipe import read_recipe, recipe_from

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["small", "lstm"])
def test_our_recipes_are_read_and_written_back(name, tmp_path):
    recipe = read_recipe(ROOT / "recipes" / f"{name}.yaml")
    (tmp_path / "again.yaml").write_text(recipe.as_yaml())
    assert read_recipe(tmp_path / "again.yaml") == recipe


def test_overrides_reach_both_floors(tmp_path):
    (tmp_path / "r.yaml").write_text("output_dir: runs/a\nmodel:\n  size: small\n")
    overrides = ["learning_rate=3e-4", "model.size=tiny", "bf16=true", "max_steps=7", "output_dir=runs/b"]
    recipe = read_recipe(tmp_path / "r.yaml", overrides)
    assert recipe.learning_rate == 3e-4
    assert recipe.model.size == "tiny"
    assert (recipe.bf16, recipe.max_steps, recipe.output_dir) == (True, 7, "runs/b")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"learning_rat": 1}, "no such key learning_rat; did you mean learning_rate?"),
        ({"lr": 1}, "no such key lr; "),
        ({"model": {"sise": "tiny"}}, "no such key model.sise; did you mean model.size?"),
        ({"model": "tiny"}, "model should hold lines of its own"),
        ({"max_steps": 1.5}, "max_steps should be a whole number, not 1.5"),
        ({"max_steps": True}, "max_steps should be a whole number, not True"),
        ({"learning_rate": "fast"}, "learning_rate should be a number, not 'fast'"),
        ({"learning_rate": float("nan")}, "learning_rate should be a number, not nan"),
        ({"learning_rate": 0}, "learning_rate should be above 0"),
        ({"bf16": "yes"}, "bf16 should be true or false, not 'yes'"),
        ({"model": {"dropout": 1.0}}, "model.dropout should be at least 0 and below 1"),
        ({"lr_scheduler_type": "cosin"}, "did you mean cosine?"),
        ({"seed": -1}, "seed should be 0 or more"),
        ({"seed": 99999999999999999999}, "seed should be at most 9223372036854775807"),
        ({"num_train_epochs": 1e300}, "num_train_epochs should be at most 1000000"),
        ({"learning_rate": 10**400}, "learning_rate should be a number"),
        ({"learning_rate": 1e38}, "learning_rate should be at most 1000"),
        ({"model": {"attn_implementation": "flash_attention_2"}}, "works only with bf16: true"),
        ({"model": {"attn_implementation": "fast"}}, "should be one of sdpa, eager"),
        ({"num_train_epochs": 0}, "one of max_steps and num_train_epochs"),
    ],
)
def test_a_wrong_key_or_value_names_what_would_be_right(values, says):
    with pytest.raises(UsageError) as caught:
        recipe_from({"output_dir": "runs/a", **values}, where="r.yaml")
    assert says in str(caught.value)
    assert str(caught.value).startswith("r.yaml: ")


def test_files_and_overrides_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="not there"):
        read_recipe(tmp_path / "absent.yaml")
    (tmp_path / "list.yaml").write_text("- a\n")
    with pytest.raises(UsageError, match="not a recipe"):
        read_recipe(tmp_path / "list.yaml")
    (tmp_path / "bad.yaml").write_text("a: [1\n")
    with pytest.raises(UsageError, match="not YAML"):
        read_recipe(tmp_path / "bad.yaml")
    (tmp_path / "date.yaml").write_text("seed: 2024-02-30\n")
    with pytest.raises(UsageError, match=r"date\.yaml is not YAML"):
        read_recipe(tmp_path / "date.yaml")
    (tmp_path / "none.yaml").write_text("seed: 1\n")
    with pytest.raises(UsageError, match="the value is not YAML"):
        read_recipe(tmp_path / "none.yaml", ["output_dir=2024-13-45"])
    with pytest.raises(UsageError, match="output_dir is missing"):
        read_recipe(tmp_path / "none.yaml")
    with pytest.raises(UsageError, match="takes name=value"):
        read_recipe(tmp_path / "none.yaml", ["output_dir"])
