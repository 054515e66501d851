"""Runs the speller; see docs/Contributing.md."""

from speller.cli import main

main()
