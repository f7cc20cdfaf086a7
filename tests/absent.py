"""What other programs and fonts tests lean on: where one is missing they skip, and say so.

`ABCGEN_REQUIRE_REFEREES=1` turns a skip into a failure.
"""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def absent(message: str) -> NoReturn:
    """Skip the test, or fail it, since something is not on this machine."""
    if os.environ.get("ABCGEN_REQUIRE_REFEREES"):
        pytest.fail(message)
    pytest.skip(message)
