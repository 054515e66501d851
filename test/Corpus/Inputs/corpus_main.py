#!/usr/bin/env python3
"""See corpus/cli.py."""
import sys

from corpus.cli import main

sys.exit(main())
