"""Units: the sentences of body blocks, other blocks whole, offsets exact on any text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.core.model import KINDS, Block, Unit
from annotator.ingest.blocks import find_blocks
from annotator.ingest.units import find_units

LINES = st.sampled_from([
    "", "The plant opened. It is big.", "Plant Opens in Arcadia", "By Jane Roe", "# Title",
    "- an item", "> Quoted words. More of them.", "1. Another item.", "Source: Arcadia Wire",
    "Share this:", "***", "=====", "5 June 2031", "#plant #arcadia", "Key points:",
    "• One point", "的工厂开业。市长很高兴。", "“(Roe, etc.) said so,” she said.",
    "the line goes on until it is broken off somewhere near",
    "مرحبا؟ نعم.", "\N{WOMAN}\u200d\N{WOMAN}\u200d\N{GIRL} 🇫🇷", "x" * 500, "\ufeff", "\ud800",
])  # fmt: skip
MARKERS = set("#>-*+=_`~.)0123456789")


def test_body_gives_sentences_and_the_rest_whole_blocks():
    text = "Plant opens. So it does\nIt opened. It is big."
    blocks = [Block(0, 23, "title"), Block(24, 45, "body")]
    assert find_units(text, blocks, "en") == [
        Unit(0, 23, "title", 0),
        Unit(24, 34, "body", 1),
        Unit(35, 45, "body", 1),
    ]


@settings(max_examples=300)
@given(
    st.lists(LINES | st.text(max_size=12), max_size=12),
    st.sampled_from(["\n", "\n", "\n\n", "\x0b", "\x0c", "\x85", "\u2028", " \n\t"]),
    st.none() | st.just("Plant opens in “Arcadia”"),
    st.booleans(),
)
def test_offsets_are_exact_on_any_text(lines, joint, title, markdown):
    text = joint.join(lines).replace("\r", "\n")
    blocks = find_blocks(text, title=title, markdown=markdown)
    units = find_units(text, blocks, "en")
    for spans in (blocks, units):
        last = 0
        for start, end, kind, *_ in spans:
            assert last <= start < end <= len(text)
            assert text[start:end] == text[start:end].strip()
            assert kind in KINDS
            last = end
    for start, end, kind, ordinal in units:
        assert blocks[ordinal].start <= start
        assert end <= blocks[ordinal].end
        assert kind == blocks[ordinal].kind
    held = {at for start, end, *_ in units for at in range(start, end)}
    lost = {char for at, char in enumerate(text) if at not in held and not char.isspace()}
    # Fences of code may carry a word ("```python"), the other markers never do.
    if not (markdown and ("```" in text or "~~~" in text)):
        assert lost <= (MARKERS if markdown else set())
