from __future__ import annotations

import json
import math

import pytest
from click.testing import CliRunner
from models.tiny import make_recurrent, make_rows, make_tokenizer, make_workplace

from abcgen.cli import run
from abcgen.errors import CorpusError, UsageError
from abcgen.evaluation import body_bits, body_bytes, refuse_overlap
from abcgen.evaluation.compare import compare
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
    assert "+0.0000 (+0.0000 to +0.0000)" in lines[2]
    assert lines[3].startswith("Kneser-Ney 2-gram")
    assert "8 tunes" in lines[-1]
    done = CliRunner().invoke(evaluate, [*options, "--json"], catch_exceptions=False)
    told = json.loads(done.output)
    assert [entry["parameters"] is None for entry in told["entries"]] == [False, False, True]
    assert told["split"] == "test"


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
