"""`python -m abcgen` is the command line."""

from abcgen.cli import main

main()
