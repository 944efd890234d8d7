"""Cues: the words of a sentence that speak for or against a label, where they stand, and why.

Lexicons are data: a folder a language (`en`, `fr`, and `any` for what needs no language), a file a
kind. How an entry is written stands in `README.md`, what each list drew from in `../CREDITS.md`.
"""

from __future__ import annotations

from annotator.baseline.cues.lexicon import KINDS, Entry, entries, languages, version
from annotator.baseline.cues.reading import Cue, Reading, find, read

__all__ = ["KINDS", "Cue", "Entry", "Reading", "entries", "find", "languages", "read", "version"]
