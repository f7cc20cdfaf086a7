"""A fuzzer for the laws, on atheris: it changes the tunes of these tests byte by byte, led by coverage.

    cd tests/notation && python fuzz/fuzz_laws.py -max_total_time=600 FOLDER valid invalid constructs

New inputs that reach new code are kept in FOLDER; one that breaks a law is written to `crash-…`. All options
are libFuzzer's.
"""

from __future__ import annotations

import resource
import sys
from functools import partial
from pathlib import Path
from timeit import repeat

import atheris

HERE = Path(__file__).parent
#: Seconds that an input may take on a machine that adds so many numbers in so many seconds.
PATIENCE, MANY, SECONDS_FOR_MANY = 5, 2_000_000, 0.03
sys.path.insert(0, str(HERE.parents[1]))

with atheris.instrument_imports(include=["abcgen.notation"]):
    from notation.laws import check_laws

    from abcgen.encodings import decode


def one_input(data: bytes) -> None:
    check_laws(decode(data))


def patience() -> int:
    """Seconds that an input may take: `PATIENCE`, and more on a slower machine."""
    count = partial(sum, range(MANY))
    return round(PATIENCE * max(1.0, min(repeat(count, number=1, repeat=5)) / SECONDS_FOR_MANY))


#: Address space that the fuzzer may take. libFuzzer's own limit counts the memory of whoever started it.
MAX_MEMORY = 2**30

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    options = [f"-timeout={patience()}", "-rss_limit_mb=0", "-max_len=1024", f"-dict={HERE / 'abc.dict'}"]
    atheris.Setup([sys.argv[0], *options, *sys.argv[1:]], one_input)
    atheris.Fuzz()
