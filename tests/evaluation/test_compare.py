from __future__ import annotations

import json
import math
import shutil

import datasets
import numpy as np
import pytest
from click.testing import CliRunner
from models.tiny import make_recurrent, make_rows, make_tokenizer, make_workplace
from transformers import BertConfig, BertLMHeadModel

from abcgen.cli import run
from abcgen.corpus.splits import SPLITS
from abcgen.errors import CorpusError, ModelError, UsageError
from abcgen.evaluation import body_bits, body_bytes, bootstrap_ratio, refuse_overlap
from abcgen.evaluation.compare import compare
from abcgen.evaluation.likelihood import body_scores
from abcgen.evaluation.rows import load_rows, rows_sha256
from abcgen.evaluation.samples import Sample, climb, draw_samples
from abcgen.evaluation.tables import as_table
from abcgen.models import KneserNey


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compare")
    make_workplace(folder)
    for name in ("one", "two"):
        make_recurrent().save_pretrained(folder / name)
        make_tokenizer().save_pretrained(folder / name)
    return folder


def test_figures_are_those_of_the_protocol(place):
    found = compare([place / "one"], place / "corpus", ngram=3, resamples=200)
    rows = make_rows(8, 3)
    bits, sizes = body_bits(make_recurrent(), make_tokenizer(), rows), body_bytes(rows)
    network, ngram = found.entries
    assert network.bits_per_byte.estimate == pytest.approx(bits.sum() / sizes.sum())
    assert network.difference is None
    assert ngram.model == "Kneser-Ney 3-gram"
    reference = KneserNey([row["header"] + row["body"] for row in make_rows(48, 1)], 3)  # the train split
    expected = sum(reference.body_bits(rows)) / sizes.sum()
    assert ngram.bits_per_byte.estimate == pytest.approx(expected, rel=1e-12)
    assert ngram.difference.estimate == pytest.approx(
        ngram.bits_per_byte.estimate - network.bits_per_byte.estimate
    )
    assert ngram.difference.excludes_zero  # an untrained network is worse than any n-gram
    assert (found.tunes, found.bytes) == (8, sizes.sum())


def test_the_command_prints_a_table_or_json(place):
    from abcgen.cli.evaluate import evaluate

    options = [str(place / "one"), str(place / "two"), "--corpus", str(place / "corpus"), "--ngram", "2"]
    done = CliRunner().invoke(evaluate, options, catch_exceptions=False)
    lines = done.output.splitlines()
    assert lines[0].split()[:3] == ["model", "parameters", "bits"]
    assert "+0.0000 [+0.0000, +0.0000]" in lines[2]
    assert lines[3].startswith("Kneser-Ney 2-gram")
    assert "8 tunes" in lines[-4]
    assert lines[-3].startswith(f"{place / 'one'} | sha ")
    assert lines[-1].startswith("Kneser-Ney 2-gram | sha ")
    done = CliRunner().invoke(evaluate, [*options, "--json"], catch_exceptions=False)
    told = json.loads(done.output)
    assert [entry["parameters"] is None for entry in told["entries"]] == [False, False, True]
    assert told["split"] == "test"
    assert told["entries"][0]["top1"]["estimate"] < told["entries"][0]["top5"]["estimate"]


def test_figures_are_told_apart_by_source_and_metre(tmp_path):
    rows = [
        {**row, "source": "even" if number % 2 else "odd", "meter": row["header"].partition("M:")[2][:3]}
        for number, row in enumerate(make_rows(9, 3))
    ]
    train = make_rows(30, 4)
    parts = {**dict.fromkeys(SPLITS, rows), "train": train}
    splits = datasets.DatasetDict({name: datasets.Dataset.from_list(part) for name, part in parts.items()})
    splits.save_to_disk(str(tmp_path / "corpus"))
    found = compare([], tmp_path / "corpus", ngram=2, resamples=100)
    groups = found.entries[0].groups
    assert [(name, group.tunes) for name, group in groups["source"].items()] == [("odd", 5), ("even", 4)]
    assert sum(group.tunes for group in groups["meter"].values()) == 9
    bits = np.array(KneserNey([row["header"] + row["body"] for row in train], 2).body_bits(rows))
    expected = bits[::2].sum() / body_bytes(rows)[::2].sum()
    assert groups["source"]["odd"].bits_per_byte.estimate == pytest.approx(expected)
    assert "\nodd     5      " in as_table(found)


def test_raw_tunes_are_drawn_by_the_seed_and_climb_the_ladder(place):
    model, tokenizer = make_recurrent(), make_tokenizer()
    headers = [row["header"] for row in make_rows(5, 3)]
    drawn = draw_samples(model, tokenizer, headers, seed=4)
    assert drawn == draw_samples(model, tokenizer, headers[:3], seed=4) + drawn[3:]
    assert drawn != draw_samples(model, tokenizer, headers, seed=5)
    assert all(sample.text.startswith(header) for sample, header in zip(drawn, headers, strict=True))
    good = "X:1\nM:4/4\nL:1/8\nK:C\n|:CDEFGABc|cBAGFEDC:|\n"
    texts = [
        Sample(good, ended=True),
        Sample(good, ended=False),
        Sample(good.replace("|c", "|cc"), ended=True),
    ]
    found = climb(texts)
    assert (found.tunes, found.ended) == (3, 2)
    assert found.heights == (3, 2, 2, 2, 1, 1, 1)
    assert found.valid.estimate == pytest.approx(1 / 3)
    told = compare([place / "one"], place / "corpus", samples=2, resamples=10)
    assert "raw tunes hold up to step" in as_table(told)
    assert told.as_dict()["entries"][0]["validity"]["ladder"]["tunes"] == 2


def test_a_test_tune_that_made_the_model_is_refused(place, tmp_path):
    ids = [row["id"] for row in make_rows(8, 3)]
    model = tmp_path / "model"
    make_recurrent().save_pretrained(model)
    make_tokenizer().save_pretrained(model)
    assert refuse_overlap(model, ids) is False  # no list, nothing checked
    (model / "train_hashes.txt").write_text("00\n01\n")
    assert refuse_overlap(model, ids) is True
    (model / "train_hashes.txt").write_text(f"00\n{ids[2]}\n")
    with pytest.raises(CorpusError, match=f"1 of 8 .* {ids[2]}"):
        compare([model], place / "corpus")
    with pytest.raises(CorpusError, match="1 of 8"):
        refuse_overlap(model, ids)


def test_an_ngram_is_not_tested_on_what_makes_it(tmp_path):
    train, test = make_rows(20, 1), make_rows(5, 2)
    splits = {"train": [*train, test[3]], "validation": make_rows(4, 3), "test": test}
    corpus = datasets.DatasetDict({name: datasets.Dataset.from_list(rows) for name, rows in splits.items()})
    corpus.save_to_disk(str(tmp_path / "corpus"))
    with pytest.raises(CorpusError, match=f"1 of 5 tunes would make the n-gram .*{test[3]['id']}"):
        compare([], tmp_path / "corpus", ngram=2)
    with pytest.raises(CorpusError, match="21 of 21 tunes"):
        compare([], tmp_path / "corpus", ngram=2, split="train")
    found = compare([], tmp_path / "corpus", ngram=2, leave_out=[test[3]["id"]], resamples=10)
    assert found.tunes == 4
    with pytest.raises(CorpusError, match="all 5 tunes"):
        compare([], tmp_path / "corpus", ngram=2, leave_out=[row["id"] for row in test])


def test_the_signature_covers_configuration_and_the_tunes_of_an_ngram(place, tmp_path):
    shutil.copytree(place / "one", tmp_path / "other")
    config = tmp_path / "other" / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "hidden_dropout": 0.5}))
    models = [place / "one", tmp_path / "other", place / "two"]
    found = compare(models, place / "corpus", ngram=2, resamples=10)
    one, other, two, ngram = (entry.sha256 for entry in found.entries)
    assert one != other
    assert one == two
    assert ngram == rows_sha256(load_rows(place / "corpus", ["train"]))
    assert "music21" in found.versions


def test_a_model_that_sees_what_it_is_to_predict_is_refused(place, tmp_path):
    config = BertConfig(
        vocab_size=len(make_tokenizer()),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        is_decoder=False,
    )
    BertLMHeadModel(config).save_pretrained(tmp_path / "both-ways")
    make_tokenizer().save_pretrained(tmp_path / "both-ways")
    with pytest.raises(ModelError, match="both-ways: the model sees the tokens that it is to predict"):
        compare([tmp_path / "both-ways"], place / "corpus")


def test_a_token_as_likely_as_all_others_is_no_hit(place):
    model = make_recurrent()
    for weight in model.parameters():
        weight.data.zero_()
    scores = body_scores(model, make_tokenizer(), make_rows(8, 3))
    assert scores.top1.sum() == 0
    assert scores.top5.sum() <= 0.2 * scores.tokens.sum()


def test_one_tune_gives_no_interval():
    interval = bootstrap_ratio(np.array([3.0]), np.array([2.0]))
    assert interval.estimate == 1.5
    assert interval.shown(".2f") == "1.50 [one tune]"
    assert not interval.excludes_zero


def test_weights_that_are_no_numbers_are_one_line_and_no_figure(place, tmp_path, capsys):
    model = make_recurrent()
    model.projection.bias.data.fill_(math.nan)
    model.save_pretrained(tmp_path / "model")
    make_tokenizer().save_pretrained(tmp_path / "model")
    capsys.readouterr()
    assert run(["evaluate", str(tmp_path / "model"), "--corpus", str(place / "corpus")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert f"the weights in {tmp_path / 'model'} are no numbers" in err


def test_what_cannot_be_measured_is_said(place, tmp_path):
    with pytest.raises(UsageError, match="nothing to evaluate"):
        compare([], place / "corpus")
    with pytest.raises(CorpusError, match="abcgen corpus build"):
        compare([place / "one"], tmp_path / "absent")
    with pytest.raises(CorpusError, match="no split 'tset'"):
        compare([place / "one"], place / "corpus", split="tset")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="is no corpus"):
        compare([place / "one"], tmp_path / "empty")
