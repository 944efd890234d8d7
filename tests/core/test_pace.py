"""Pace is said only when there is enough to say it."""

from __future__ import annotations

import pytest

from annotator.core.pace import labels_an_hour


@pytest.mark.parametrize(
    ("labels", "seconds", "pace"),
    [(9, 600.0, None), (10, 59.9, None), (10, 60.0, 600.0), (120, 3600.0, 120.0), (0, 0.0, None)],
)
def test_pace(labels, seconds, pace):
    assert labels_an_hour(labels, seconds) == pace
