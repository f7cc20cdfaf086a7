"""`abcgen export`: a model for programs without PyTorch."""

from __future__ import annotations

from pathlib import Path

import click

from abcgen.cli.inputs import shown


@click.command()
@click.argument("model")
@click.option("--to", "kind", type=click.Choice(["onnx"]), default="onnx", show_default=True, help="As what.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="The folder; else exported/NAME.")
@click.option("--overwrite", is_flag=True, help="Replace a folder that was exported before.")
def export(model: str, kind: str, out: Path | None, overwrite: bool) -> None:
    """Write MODEL as ONNX, with its tokenizer: embedded, a folder, or user/name on the Hub.

    `model.onnx` takes input_ids (batch, sequence) and gives logits (batch, sequence, vocabulary). It is
    compared with PyTorch's before it is written. Needs the extra: pip install 'abcgen[onnx]'.
    """
    import shutil

    from abcgen.files import folder_whole, refuse_within
    from abcgen.models import load_model
    from abcgen.models.exporting import export_onnx
    from abcgen.models.places import hub_name, model_folder

    place = model_folder(model)
    loaded, _ = load_model(place)
    on_the_hub = None if Path(model).exists() else hub_name(model)
    called = on_the_hub[0].partition("/")[2] if on_the_hub else place.resolve().name
    folder = out or Path("exported") / called
    refuse_within(folder, place)
    settings = ("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json")
    ours = ("model.onnx", "model.onnx.data", *settings)
    with folder_whole(folder, overwrite=overwrite, owned=ours, proof="model.onnx") as new:
        difference = export_onnx(loaded, new / "model.onnx")
        for name in settings:
            if (place / name).is_file():
                shutil.copyfile(place / name, new / name)
    click.echo("\n".join(shown(path) for path in sorted(folder.iterdir())))
    click.echo(f"its logits are those of PyTorch, within {difference:.1g}", err=True)
