"""A fuzzer for the laws, on atheris: it changes the tunes of these tests byte by byte, led by coverage.

    cd tests/notation && python fuzz/fuzz_laws.py -max_total_time=600 FOLDER valid invalid constructs

New inputs that reach new code are kept in FOLDER; one that breaks a law is written to `crash-…`. All options
are libFuzzer's.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import atheris

HERE = Path(__file__).parent
#: On a machine where the valid tunes take a fifth of a second, an input may take five.
LEAST_PATIENCE, TIMES_VALID = 5, 25
sys.path.insert(0, str(HERE.parents[1]))

with atheris.instrument_imports(include=["abcgen.notation"]):
    from notation.laws import check_laws

    from abcgen.encodings import decode


def one_input(data: bytes) -> None:
    check_laws(decode(data))


def patience() -> int:
    """Seconds that an input may take: what the valid tunes here take together, so many times over."""
    texts = [decode(path.read_bytes()) for path in sorted((HERE.parent / "valid").glob("*.abc"))]
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        for text in texts:
            check_laws(text)
        seconds.append(time.perf_counter() - began)
    return max(LEAST_PATIENCE, round(TIMES_VALID * min(seconds)))


#: Address space that the fuzzer may take. libFuzzer's own limit counts the memory of whoever started it.
MAX_MEMORY = 2**30

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    options = [f"-timeout={patience()}", "-rss_limit_mb=0", "-max_len=1024", f"-dict={HERE / 'abc.dict'}"]
    atheris.Setup([sys.argv[0], *options, *sys.argv[1:]], one_input)
    atheris.Fuzz()
