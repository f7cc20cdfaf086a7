"""Where the files that are not code lie: in the clone beside the package, in a wheel inside it.

The only place that knows. Standard library only.
"""

from __future__ import annotations

from pathlib import Path

from abcgen.errors import InputError

_PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """The path of a shipped file or folder: "model", "datasets/public-domain/test-hashes.txt".

    Raises InputError when the installation lacks it.
    """
    for root in (_PACKAGE / "data", _PACKAGE.parent):
        if (root / name).exists():
            return root / name
    raise InputError(f"this installation of abcgen lacks {name}; install it again")


def embedded_model() -> Path:
    """The folder of the model that comes with the package. Raises InputError when it is missing."""
    return resource("model")
