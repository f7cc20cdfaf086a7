"""`abcgen evaluate`: bits per byte of models on a split. Everything heavy is imported inside the command."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("models", nargs=-1, metavar="[MODEL]...")
@click.option("--corpus", type=click.Path(path_type=Path), default=Path("data/pd"), show_default=True)
@click.option("--split", default="test", show_default=True, help="Choose on validation, claim on test.")
@click.option(
    "--ngram",
    type=click.IntRange(min=1, max=32),
    metavar="ORDER",
    help="Add a Kneser-Ney n-gram trained on the train split, such as 6.",
)
@click.option(
    "--samples",
    type=click.IntRange(min=0, max=10_000),
    default=0,
    metavar="N",
    help="Draw N tunes of each model, raw, and judge them by the validity ladder.",
)
@click.option(
    "--temperature",
    type=click.FloatRange(min=0.01, max=5),
    default=1.0,
    show_default=True,
    help="Of --samples.",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), default=0, help="Of --samples and of the intervals."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def evaluate(
    models: tuple[str, ...],
    corpus: Path,
    split: str,
    ngram: int | None,
    samples: int,
    temperature: float,
    seed: int,
    as_json: bool,
) -> None:
    """Measure MODELs in bits per byte of the bodies of tunes: folders, names on the Hub, or `embedded`.

    Headers are given and not counted. Figures by source and by metre follow, each with its 95 % interval. The
    second and later models are compared with the first, tune by tune. A test split that holds tunes a model
    was made with is refused.
    """
    import json

    from abcgen.evaluation.compare import compare
    from abcgen.evaluation.tables import as_table

    result = compare(
        models,
        corpus,
        split=split,
        ngram=ngram or 0,
        samples=samples,
        temperature=temperature,
        seed=seed,
    )
    click.echo(json.dumps(result.as_dict(), indent=2) if as_json else as_table(result))
