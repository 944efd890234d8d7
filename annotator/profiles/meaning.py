"""What each family of figures counts, and what it cannot say: the words that stand beside them."""

from __future__ import annotations

from typing import Final, NamedTuple

from annotator.profiles.labels import OPENING


class Meaning(NamedTuple):
    """Title, what is counted, and what nobody should read into it."""

    title: str
    counts: str
    cannot: str


FAMILIES: Final = {
    "labels": Meaning(
        "Labels",
        "share of the labelled sentences of the body; those labelled as no sentence are left out",
        "whether a sentence is true, or a source credible",
    ),
    "position": Meaning(
        "Labels by position",
        f"the same, in the first {OPENING} sentences of an article and after them",
        "why an article begins as it does",
    ),
    "tags": Meaning(
        "Tags",
        "share of the labelled sentences that reviewers gave a tag",
        "that a sentence without a tag has no reason for it: tags are optional",
    ),
    "agreement": Meaning(
        "Agreement of reviewers here",
        "Krippendorff's alpha, nominal, on sentences that two or more labelled; behind it stand"
        " those they differ on",
        "that the labels are right: reviewers can agree on a mistake",
    ),
    "contradictions": Meaning(
        "Contradictions",
        "pairs of sentences of which a reviewer says that they contradict each other",
        "which of the two is right, or that there are no more: the program looks for none",
    ),
    "wording": Meaning(
        "Hedging and puffery",
        "hits of the word lists for 100 words of the body",
        "whether it is honest: a hedge can be care or evasion, and praise deserved",
    ),
    "attribution": Meaning(
        "Whose word it is",
        "share of the sentences of the body; the first kind that fits counts",
        "whether the source said so, or is right; one named in the sentence before is not seen",
    ),
    "numbers": Meaning(
        "Figures",
        "share of the sentences with a number, sum or percentage; then those that name no source",
        "whether a figure is right, or part of a name; its source may stand in the next sentence",
    ),
    "sentiment": Meaning(
        "Sentiment (English only)",
        "mean polarity -1 to 1 and subjectivity 0 to 1 of the sentences",
        "what is meant: it knows words, no irony and no topic; bad news scores low",
    ),
    "readability": Meaning(
        "Readability",
        "LIX: words a sentence, plus the percentage of words over six letters",
        "how good or credible a text is: it knows only lengths",
    ),
    "outlets": Meaning(
        "Outlets named",
        "mentions of news outlets in the sentences of the body",
        "whether the outlet said so; outlets that the list does not know are missed",
    ),
    "origins": Meaning(
        "Origins",
        "documents that credit one outlet, or are copies of one text, have one origin",
        "which was first; a paraphrase or translation without a credit is not seen",
    ),
    "copies": Meaning(
        "Near-duplicates",
        "sentences that stand again, word for word or nearly",
        "who copied from whom; a paraphrase or translation is not seen",
    ),
    "metadata": Meaning(
        "What is known of the documents",
        "documents by what is in their text, beside it (a sources.toml, a field), or in neither",
        "that the page had none: what is not in this file may have been lost on the way here",
    ),
    "layout": Meaning(
        "What the files hold",
        "share of the units by kind: sentences of the body, and blocks that are none",
        "how a source writes: it describes how the text was extracted",
    ),
}
"""Every family, in the order in which they are shown."""
