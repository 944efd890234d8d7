"""Dates that are read, dates that are not, and which of them cannot both be right."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.profiles.dates import conflicts, disagree, read

MOMENTS = st.datetimes(datetime(2001, 10, 1), datetime(2060, 1, 1)).map(
    lambda one: one.replace(microsecond=0)
)
OFFSETS = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timedelta(minutes=15 * quarters))


def when(text):
    found = read(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-28", datetime(2025, 3, 28)),
        ("2025-03-28 09:15:00", datetime(2025, 3, 28, 9, 15)),
        ("2025-03-28T09:15:00.120Z", datetime(2025, 3, 28, 9, 15)),
        ("2025-03-28T09:15+02:00", datetime(2025, 3, 28, 7, 15)),
        ("2025-03-28T09:15-0330", datetime(2025, 3, 28, 12, 45)),
        ("1743153300", datetime(2025, 3, 28, 9, 15)),
        ("1743153300000", datetime(2025, 3, 28, 9, 15)),
        ("Velmouth, 28 March 2025", datetime(2025, 3, 28)),
        ("March 28th, 2025 at 9:15", datetime(2025, 3, 28, 9, 15)),
        ("Sept. 3, 2025", datetime(2025, 9, 3)),
        ("Publié le 1er août 2025 à 9h15", datetime(2025, 8, 1, 9, 15)),
    ],
)
def test_a_date_that_means_one_day_is_read(text, moment):
    assert when(text).moment == moment


@pytest.mark.parametrize(
    "text",
    ["05/04/2023", "31 February 2025", "Monday", "12:30", "0000000012", "9999999999", "",
     "Updated 3 March 2025", "Mis à jour le 3 mars 2025", "in 2025"],
)  # fmt: skip
def test_what_does_not_is_not_read(text):
    assert read(text) is None


def test_a_clock_after_noon_in_words_gives_the_day_alone():
    assert when("March 28, 2025 at 9:15 pm")[1:] == (datetime(2025, 3, 28), False, False)


def test_a_date_line_and_unix_time_that_no_zone_explains_are_in_conflict():
    line, unix = when("2025-03-28 09:15:00"), when("1743172496")
    assert conflicts([line, unix]) == [(line, unix)]
    assert str(unix) == "1743172496 (2025-03-28 14:34:56 UTC)"
    assert str(line) == "2025-03-28 09:15:00"


@given(MOMENTS, OFFSETS)
def test_the_same_moment_in_another_zone_is_no_conflict(moment, offset):
    seconds = int(moment.replace(tzinfo=timezone.utc).timestamp())
    local = moment + offset
    pair = when(str(seconds)), when(f"{local:%Y-%m-%d %H:%M:%S}")
    assert not disagree(*pair)
    assert not disagree(*reversed(pair))
    assert not disagree(pair[0], when(f"{local:%Y-%m-%d}"))


@given(MOMENTS, st.integers(3, 12))
def test_some_minutes_apart_is_one(moment, minutes):
    seconds = int(moment.replace(tzinfo=timezone.utc).timestamp())
    pair = when(str(seconds)), when(f"{moment + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}")
    assert disagree(*pair)
    assert disagree(*reversed(pair))


@given(MOMENTS, MOMENTS)
def test_to_disagree_is_symmetric(one, other):
    texts = [
        [f"{it:%Y-%m-%d}", f"{it:%Y-%m-%d %H:%M}", f"{it:%Y-%m-%dT%H:%M}Z"] for it in (one, other)
    ]
    for a in texts[0]:
        for b in texts[1]:
            assert disagree(when(a), when(b)) == disagree(when(b), when(a))


def test_days_alone_are_compared_as_days():
    assert disagree(when("2025-03-28"), when("29 March 2025"))
    assert not disagree(when("2025-03-28"), when("28 mars 2025"))
    assert disagree(when("2025-03-28"), when("2025-03-29 00:10"))
    assert disagree(when("2025-03-28"), when("2025-03-30T00:00Z"))
