"""What a run begins with, as its recipe names it: a folder, `embedded`, or `user/name@REVISION` on the Hub.

A recipe keeps the name, so that it says the same on every machine; where that lies here is asked once.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from abcgen.models.places import EMBEDDED, model_folder


@cache
def named_folder(name: str) -> Path:
    """The folder of a model or a tokenizer. One of the Hub is fetched; raises ModelError when it cannot be.

    Without an @ a name is that of a folder: one that is misspelt is not asked for on the Hub.
    """
    if name == EMBEDDED or ("@" in name and not Path(name).exists()):
        return model_folder(name)
    return Path(name)
