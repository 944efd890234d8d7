"""Reading: search and near-duplicates say that there are more than they list."""

from __future__ import annotations

from pathlib import Path

import pytest
from strategies import THREE, article, fill

from annotator.core.history import Annotation
from annotator.session.shown import Baseline
from annotator.store import Store, reading


def test_a_hit_is_known_by_its_id(tmp_path: Path):
    with Store.open(tmp_path / "labels.db") as store:
        fill(store, THREE)
        hits = reading.search(store, "bridge monday")
        assert [hit.unit for hit in hits] == [2, 11]
        assert [reading.find_unit(store, hit.id) for hit in hits] == [2, 11]


@pytest.mark.parametrize(
    ("copies", "found", "near"), [(3, "3", "2"), (4, "4", "3"), (5, "4+", "3+")]
)
def test_more_than_are_counted_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copies: int, found: str, near: str
):
    monkeypatch.setattr(reading, "PROBE", 4)
    monkeypatch.setattr(reading, "COPIES", 3)
    with Store.open(tmp_path / "labels.db") as store:
        fill(store, [article("One wording.", f"Only {n}.") for n in range(copies)])
        hits = reading.search(store, "wording")
        assert reading.counted(len(hits), reading.PROBE) == found
        unit = reading.article(store, 1).units[0]
        duplicates = tuple(reading.same_group(store, unit.group, unit.n))
    shown = Baseline(unit, "", Annotation(), "en", None, None, None, duplicates)
    assert shown.origin_in_words().startswith(f"{near} near-duplicates in ")
