"""`status --reviewer`, and the options of a review that measure the reviewer."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Annotator


def test_status_of_one_reviewer_has_their_own_figures(project: Path, annotator: Annotator):
    annotator("review", "--plain", "--reviewer", "ana", stdin="f\nf\ns\nf\n")
    annotator("review", "--plain", "--reviewer", "ben", stdin="f\ns\ns\nf\n")
    annotator("review", "--plain", "--reviewer", "cleo", stdin="f\ns\ns\nf\n")
    said = annotator("status", "--reviewer", "ana").out
    assert "agreement with the resolution" in said
    assert "1 to 4 75 %" in " ".join(said.split())
    assert "ben: 3 of 4 equal" in said
    hidden = annotator("status", "--reviewer", "ana", "--hide-names").out
    assert "ben" not in hidden
    assert "reviewer 2" in hidden
    data = annotator("status", "--reviewer", "ana", "--hide-names", "--json").json
    assert [one["name"] for one in data["reviewers"]] == ["ana"]
    assert [one["n"] for one in data["own"]["others"]] == [4, 4]
    assert "ben" not in str(data)
    (project / "annotator.toml").write_text("hide_names = true\n", encoding="utf-8")
    assert "ben" not in annotator("status", "--reviewer", "ana").out
    assert "ben: 3 of 4" in annotator("status", "--reviewer", "ana", "--show-names").out
    assert "agreement with" not in annotator("status").out
    assert annotator("status", "--reviewer", "eve").code == 0
    assert annotator("status", "--reviewer", "eve", "--json").json["own"] is None


def test_gold_and_retests_are_counted_like_labels(project: Path, annotator: Annotator):
    (project / "annotator.toml").write_text(
        "gold = 5\nretest = 25\nretest_after_hours = 0\n", encoding="utf-8"
    )
    said = annotator("review", "--plain", "--reviewer", "ana", stdin="f\nundo\n")
    assert "[0 labelled; " in said.out
    off = annotator("review", "--plain", "--reviewer", "ana", "--gold", "0", "--retest", "0")
    assert "/5; " in off.out
    assert annotator("review", "--plain", "--gold", "40").code == 2


@pytest.mark.parametrize("line", ["gold = 80", "retest = -1", "retest = true", "hide_names = 1"])
def test_what_cannot_be_configured_is_refused(project: Path, annotator: Annotator, line: str):
    (project / "annotator.toml").write_text(line + "\n", encoding="utf-8")
    found = annotator("review", "--plain")
    assert found.code == 3
    assert line.split(maxsplit=1)[0] in found.err


def test_a_control_stays_blind_where_the_suggestion_is_in_sight(
    project: Path, annotator: Annotator
):
    from annotator.store import Store

    annotator("review", "--plain", "--reviewer", "ana", "--reveal", "always", stdin="f\n" * 5)
    with Store.open(project / "labels" / "labels.db") as store:
        rows = store.db.execute(
            "SELECT json_extract(payload, '$.trial.hidden'), json_array_length(payload, '$.shown')"
            " FROM events WHERE kind = 'label'"
        ).fetchall()
    assert len(rows) == 5
    assert all(hidden in {0, 1} and (shown == 0) == bool(hidden) for hidden, shown in rows)
