"""How well languages are told apart on real text, and what the first answer costs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable

import pytest

from annotator.ingest.language import UNDETERMINED, detect

pytestmark = pytest.mark.benchmark


def report(name: str, answers: Iterable[tuple[str, str]]) -> None:
    answers = list(answers)
    right = sum(found == true for found, true in answers)
    unsure = sum(found == UNDETERMINED for found, _ in answers)
    wrong = len(answers) - right - unsure
    print(f"{name}: right {right}, wrong {wrong}, und {unsure} of {len(answers)}")


def test_quality_and_cost(shared, capsys):
    paragraphs = []
    for line in (shared / "segmentation" / "dev.jsonl").read_text().split("\n"):
        record = json.loads(line) if line else {"set": "rules"}
        if not record["set"].startswith("rules"):
            paragraphs.append(record)
    sentences = [
        (record["text"][start:end], record["lang"])
        for record in paragraphs
        for start, end in record["sentences"]
    ]
    documents = []
    for name in sorted({record["set"] for record in paragraphs}):
        texts = [record for record in paragraphs if record["set"] == name]
        for first in range(0, len(texts), 5):
            group = [record["text"] for record in texts[first : first + 5]]
            documents.append((group, texts[first]["lang"]))
    cost = (
        "import time; from annotator.ingest.language import detect; start = time.perf_counter();"
        "detect(['a sentence']); print(1000 * (time.perf_counter() - start))"
    )
    first_call = float(subprocess.check_output([sys.executable, "-c", cost]))
    article = ["The mill in Lower Tarn has been closed since the flood of last year."] * 40
    start = time.perf_counter()
    for _ in range(200):
        detect(article)
    each = (time.perf_counter() - start) / 200 * 1000
    with capsys.disabled():
        print()
        report("documents of five paragraphs", ((detect(d).code, true) for d, true in documents))
        report("single paragraphs", ((detect([p["text"]]).code, p["lang"]) for p in paragraphs))
        report("single sentences", ((detect([s]).code, true) for s, true in sentences))
        print(f"first call {first_call:.1f} ms, then {each:.2f} ms a document of 40 sentences")
