"""The model that learns from labels: `learned`.

A linear model over words, pieces of words, cues and the sentiment, which learns what to add to the
log odds of the rules; how much, cross-validation chooses. So it begins where the rules are and
moves as far as the labels carry it. scikit-learn (extra `train`) is loaded when a model is trained
or asked.
"""

from __future__ import annotations

from typing import Final

NAME: Final = "learned"
"""What the model of a project is called."""
