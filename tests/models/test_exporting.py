"""A model as ONNX gives the logits that it gives in PyTorch, for texts of any number and length."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from tiny import make_recurrent, make_tokenizer
from transformers import AutoModelForCausalLM, GPTNeoXConfig, LlamaConfig

from abcgen.cli import run
from abcgen.errors import MissingExtraError, ModelError, OutputError
from abcgen.models import exporting
from abcgen.models.exporting import export_onnx


def transformer(kind: Any) -> Any:
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    torch.manual_seed(1)
    config = kind(vocab_size=len(make_tokenizer()), max_position_embeddings=64, **sizes)
    return AutoModelForCausalLM.from_config(config).train(False)


@pytest.mark.parametrize(
    "make",
    [
        lambda: make_recurrent("lstm"),
        lambda: make_recurrent("gru"),
        lambda: make_recurrent("rnn"),
        lambda: transformer(LlamaConfig),
        lambda: transformer(GPTNeoXConfig),
    ],
    ids=["lstm", "gru", "rnn", "llama", "gpt-neox"],
)
def test_logits_are_those_of_pytorch(make: Any, tmp_path: Path) -> None:
    model = make()
    told = export_onnx(model, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    assert [entry.name for entry in session.get_inputs()] == ["input_ids"]
    assert 0 <= told < 1e-3
    for shape in ((1, 1), (4, 5), (1, 60)):
        ids = torch.randint(40, shape)
        with torch.inference_mode():
            wanted = model(input_ids=ids).logits.numpy()
        (found,) = session.run(None, {"input_ids": ids.numpy()})
        np.testing.assert_allclose(found, wanted, atol=1e-4 * np.abs(wanted).max())


def test_rows_filled_up_on_the_right_are_what_they_are_alone(tmp_path: Path) -> None:
    export_onnx(transformer(LlamaConfig), tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    short = np.arange(5, dtype=np.int64)[None]
    (alone,) = session.run(None, {"input_ids": short})
    (filled,) = session.run(None, {"input_ids": np.pad(short, ((0, 1), (0, 9)))})
    np.testing.assert_allclose(filled[:1, :5], alone, atol=1e-5)


def test_other_logits_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, other = transformer(LlamaConfig), transformer(GPTNeoXConfig)
    monkeypatch.setattr(exporting, "_logits_of", lambda _: OnlyLogits(other))
    with pytest.raises(ModelError, match="differ by"):
        export_onnx(model, tmp_path / "model.onnx")


class OnlyLogits(torch.nn.Module):
    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.model(input_ids=input_ids, use_cache=False).logits
        return found


def test_what_onnx_has_no_operator_for_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd(OnlyLogits):
        def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
            return super().forward(input_ids[:, : int(input_ids.sum())])

    model = transformer(LlamaConfig)
    monkeypatch.setattr(exporting, "_logits_of", Odd)
    with pytest.raises(ModelError, match="cannot be written as ONNX"):
        export_onnx(model, tmp_path / "model.onnx")


def test_missing_packages_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingExtraError, match=r"abcgen\[onnx\]"):
        export_onnx(make_recurrent(), tmp_path / "model.onnx")


def test_no_room_is_told_as_that(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot write full: No space left on device"):
        export_onnx(make_recurrent(), Path("/dev/full"))


def test_command_writes_a_folder_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    make_recurrent("gru").save_pretrained(tmp_path / "model")
    make_tokenizer().save_pretrained(tmp_path / "model")
    command = ["export", str(tmp_path / "model"), "--out", str(tmp_path / "out")]
    capfd.readouterr()
    assert run(command) == 0
    out, err = capfd.readouterr()
    assert [Path(line).name for line in out.split()][:3] == [
        "config.json",
        "generation_config.json",
        "model.onnx",
    ]
    assert err.startswith("its logits are those of PyTorch, within "), err
    assert len(err.splitlines()) == 1
    assert run(command) == 2
    assert run([*command, "--overwrite"]) == 0
    assert run(["export", str(tmp_path)]) == 2
    (tmp_path / "model" / "model.onnx").write_bytes(b"mine")
    assert run([*command[:3], str(tmp_path / "model"), "--overwrite"]) == 2
    assert (tmp_path / "model" / "model.safetensors").is_file()
    assert not list(tmp_path.glob(".*"))
