from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.baseline import cues, rules

LABELS = {"factual", "speculative", "promotional"}

ENGLISH = [
    (
        "speculative",
        "This result suggests that the yard leads the finest makers, above all in skill.",
    ),
    ("speculative", "Officials said the vote could be the greatest triumph of the decade."),
    ("promotional", "The vote may be late, and the hall is one of the finest ever built."),
    ("promotional", "It is widely regarded as one of the finest halls ever built."),
    ("speculative", "The purchase is not merely a gain but a tactical manoeuvre."),
    ("promotional", "It is not only a pump but a remarkable achievement."),
    (
        "factual",
        "Meeting the strict norms of dominant makers, the pumps are built to run at night.",
    ),
    ("factual", "The lack of powerful pumps poses a problem, limiting what is possible at sea."),
    ("speculative", "Some scholars point to the outstanding yields as a cause."),
    ("speculative", "In essence, the ban is causing the slump of the port."),
    ("factual", "The letter served as a reason for the vote."),
    ("factual", "The popular pumps of the yard include the P-9 and the P-7."),
    (
        "promotional",
        "The sale highlights not only the maturity of the trade but the skill of the yard.",
    ),
    ("factual", "It is noteworthy in that they recognised that the lock leaked."),
    ("factual", "The yard took an important step by opening 40 mills in May."),
    ("promotional", "The yard took an important step by being there."),
    ("speculative", "The order reflects its long-term vision for the valley."),
    ("factual", "The firm trained two models on its own chips."),
    ("factual", "Low-end cards can still be imported under the rule."),
    ("factual", "It is known that 5,000 cards are needed."),
    ("factual", "The mill was sold in June, underlining its remarkable history."),
    ("factual", "Sales rose 4% to $3 million in 2019."),
    ("factual", "The company announced that it had opened a plant in June."),
    ("factual", "The bridge is 40 metres taller than the old one."),
    ("factual", "This comes as the ministry tightens limits on advanced pumps."),
    ("speculative", "The delay suggests that parts are short."),
    ("speculative", "The sector is poised to grow."),
    ("speculative", "The alliance is poised to accelerate innovation across the valley."),
    ("speculative", "The order is a calculated response to the tariffs."),
    ("speculative", "The chips underline a strategic push towards independence."),
    ("speculative", "Analysts attribute the rise of prices to the new port."),
    ("speculative", "It is also said that the pump works."),
    ("speculative", "The bank forecasts that rents will fall."),
    ("speculative", "The firm reportedly shipped samples."),
    ("speculative", "The plan may mark a milestone."),
    ("speculative", "The integration promises greater efficiency."),
    ("speculative", "If rents fall, the mill will close."),
    ("promotional", "The launch marks a major turning point for the valley."),
    ("promotional", "It is one of the most sophisticated engines ever built."),
    ("promotional", "The pump ensures the smooth growth of every farm."),
    ("promotional", "The importance of the alliance cannot be overstated."),
    ("promotional", "It could not be more timely."),
    ("promotional", "The introduction of two models highlights the maturity of the industry."),
    ("promotional", "The team has demonstrated remarkable ingenuity, building pumps by hand."),
    ("promotional", "According to the institute, the achievement marks a key step."),
    ("promotional", "Order now and enjoy our exclusive offers!"),
    (
        "promotional",
        "The engine, with 300 pistons, stands as one of the most refined engines ever made.",
    ),
    ("promotional", "It is one of the most sophisticated AI systems ever built."),
    ("speculative", "The success of the launch underscores a broader trend towards local parts."),
    (
        "speculative",
        "The chips, pivotal for the plan, underline a strategic thrust towards independence.",
    ),
    ("factual", "The yard built 40 ships in a year, a feat that demonstrates its ingenuity."),
    ("promotional", "This is a feat that demonstrates the maturity of the yard."),
    ("promotional", "The accord lays a foundation for future stability."),
    (
        "factual",
        "The pump has garnered significant attention, marking a pivotal moment for the valley.",
    ),
    ("speculative", "Experts and observers point to a shortage of parts."),
    ("speculative", "Experts point to the new port as the cause."),
    ("factual", "The pumps were tested at 40 farms, emphasizing the depth of local skill."),
    (
        "promotional",
        "The launch of two pumps, among them the P-9, highlights the maturity of the industry.",
    ),
    ("promotional", "This sale could not be more timely."),
    ("speculative", "This result suggests that the valley is closing the gap."),
    ("factual", "The valley is closing the gap with the coast by opening new mills."),
    ("speculative", "The joint effort is poised to speed up trade."),
    ("promotional", "The alliance ensures the seamless integration of pumps into the market."),
    ("speculative", "The sale is a calculated response to the tariff."),
    ("promotional", "The P-9 is highlighted as a technological linchpin of the plan."),
    ("promotional", "The importance of the mills cannot be overstated."),
    ("factual", "A notable change is the spread of a hidden market for pumps."),
    ("promotional", "The design of a pump built across three yards represents a key achievement."),
    (
        "promotional",
        "The yards have demonstrated remarkable ingenuity, managing to work around the ban.",
    ),
    ("factual", "Despite advances by local makers, gaps in speed remain an issue."),
    ("speculative", "The use of pumps promises better yields."),
    ("factual", "In tests the P-9 outperformed the older A-3."),
    (
        "factual",
        "Odile Brask, author of a book on pumps, observes that scarcity creates a push for thrift.",
    ),
    ("speculative", "Analysts attribute the rise in sales to the new port."),
    ("promotional", "The makers are democratising pumps around the world."),
    ("factual", "The P-9, which came out in June, topped the list of the fair."),
    ("promotional", "According to the institute, this result marks a key step for the valley."),
    ("speculative", "According to recent reports, the yard shipped samples."),
    ("factual", "It is known that 5,000 pumps are needed."),
    ("factual", "Older pumps can still be imported."),
    ("factual", "The paper said, “To drain the lake, 300 pumps are needed.”"),
    ("speculative", "It is also said to have worked."),
    ("factual", "The vote is noteworthy in that it was held at once."),
    ("factual", "The minister ordered the yard to stop."),
    ("factual", "The firm announced that it would open a mill in May."),
    ("speculative", "The firm is expected to open a mill in May."),
    ("speculative", "The mill is set to become a museum."),
    ("speculative", "The mill is slated to open by 2031, and could employ 40 people."),
    ("factual", "The pump can lift 40 tonnes."),
    ("factual", "Visitors should bring a coat."),
    ("factual", "She would later move to Brenn."),
    ("factual", "They could not open the lock."),
    ("speculative", "The measure would reduce waste."),
    ("speculative", "Rents may well fall."),
    ("speculative", "A leak cannot be ruled out."),
]
FRENCH = [
    (
        "speculative",
        "Ces essais suggèrent que la pompe est une option haut de gamme, toujours plus rare.",
    ),
    (
        "promotional",
        "Cette vente reflète non seulement la maturité du port, mais aussi son talent.",
    ),
    ("speculative", "L’achat n’est pas seulement un gain, mais une réponse calculée."),
    ("speculative", "En somme, la taxe provoque le recul du port."),
    ("factual", "Le chantier a franchi une étape importante en livrant 40 navires."),
    ("promotional", "Le vote sera tardif, et le port représente un atout décisif."),
    ("factual", "La société a entraîné deux modèles sur ses propres puces."),
    ("factual", "Les cartes peuvent encore être importées."),
    ("factual", "L’institut a annoncé que le modèle avait été entraîné en mai."),
    ("factual", "Le pont mesure 40 mètres."),
    ("speculative", "Le retard suggère que les pièces manquent."),
    ("speculative", "Le secteur devrait croître."),
    ("speculative", "La commande est une réponse calculée aux taxes."),
    ("speculative", "Les analystes attribuent la hausse au nouveau port."),
    ("speculative", "Selon des informations récentes, la puce fonctionne."),
    ("speculative", "Il est spéculé que la puce fonctionne."),
    ("speculative", "Le port aurait été vendu."),
    ("speculative", "Les prix baisseront l’an prochain."),
    ("speculative", "On ignore encore la cause."),
    ("promotional", "Le lancement marque un tournant majeur pour la vallée."),
    ("promotional", "C’est l’un des plus beaux moteurs jamais construits."),
    ("promotional", "La pompe garantit la croissance de chaque ferme."),
    ("promotional", "L’importance de l’alliance ne saurait être surestimée."),
    ("promotional", "Selon l’institut, cette réussite marque une étape clé pour le pays."),
    ("promotional", "Découvrez nos offres exclusives !"),
    ("promotional", "Le moteur, doté de 300 pistons, est l’un des plus sophistiqués jamais créés."),
    ("promotional", "C’est l’un des modèles d’IA les plus sophistiqués jamais créés."),
    (
        "speculative",
        "Le succès du lancement illustre une tendance plus large vers les pièces locales.",
    ),
    (
        "speculative",
        "Les puces, essentielles au plan, soulignent une poussée stratégique vers l’autonomie.",
    ),
    (
        "factual",
        "Le chantier a construit 40 navires en un an, un exploit qui démontre son ingéniosité.",
    ),
    ("promotional", "C’est une prouesse qui démontre la maturité du chantier."),
    ("promotional", "L’accord pose les fondations d’une stabilité durable."),
    (
        "factual",
        "La pompe a attiré une attention considérable, marquant un moment décisif pour la vallée.",
    ),
    ("speculative", "Experts et observateurs pointent un manque de pièces."),
    ("speculative", "Des experts et des observateurs évoquent un manque de pièces."),
    ("factual", "Le modèle compte 300 pistons, ce qui en fait l’un des plus grands du monde."),
    ("promotional", "L’alliance garantit une intégration harmonieuse des pompes au marché."),
    ("speculative", "La vente est une réponse calculée aux taxes."),
    ("promotional", "L’importance des moulins ne peut être surestimée."),
    ("factual", "Malgré les progrès, des écarts de vitesse demeurent."),
    ("speculative", "L’usage des pompes promet de meilleurs rendements."),
    ("factual", "Il est établi que 5 000 pompes sont nécessaires."),
    ("speculative", "Le moulin devrait ouvrir en mai."),
    ("factual", "La pompe peut soulever 40 tonnes."),
    ("factual", "L’entreprise a annoncé qu’elle ouvrirait un moulin en mai."),
    ("speculative", "La mesure réduirait le gaspillage."),
    ("speculative", "Une fuite ne peut être exclue."),
    ("speculative", "Les loyers pourraient bien baisser."),
    ("speculative", "L’usine aurait livré des échantillons."),
    ("promotional", "Selon l’institut, cette réussite marque une étape clé."),
    ("factual", "Outre Brenn, la mairie gère deux ports."),
    ("speculative", "Le sel peut entraîner une corrosion."),
    ("factual", "Ils ne pouvaient pas ouvrir l’écluse."),
]


@pytest.mark.parametrize(("label", "text"), ENGLISH)
def test_what_the_guideline_says(label: str, text: str) -> None:
    assert rules.suggest(text, "en").label == label


@pytest.mark.parametrize(("label", "text"), FRENCH)
def test_what_the_guideline_says_in_french(label: str, text: str) -> None:
    assert rules.suggest(text, "fr").label == label


@given(st.text(max_size=200), st.sampled_from(["en", "fr", "de"]))
def test_a_suggestion_is_well_formed(text: str, language: str) -> None:
    one = rules.suggest(text, language)
    assert set(one.probabilities) == LABELS
    assert sum(one.probabilities.values()) == pytest.approx(1)
    assert one.probabilities[one.label] == max(one.probabilities.values())
    assert 0 <= one.subjectivity <= 1
    for reason in one.reasons:
        assert 0 <= reason.start < reason.end <= len(text)
        assert reason.rule in {"R0", "R1", "R3", "R4", "R5", "R6"}


def test_the_weightiest_reason_comes_first() -> None:
    reasons = rules.suggest("It is possible that the pump may leak.", "en").reasons
    assert [one.rule for one in reasons] == ["R4"] * len(reasons)
    assert len(reasons) == 2
    assert [one.weight for one in reasons] == sorted((r.weight for r in reasons), reverse=True)
    assert reasons[0].entry == "possible that"


def test_a_reason_names_its_words() -> None:
    text = "The launch marks a major turning point."
    (reason,) = rules.suggest(text, "en").reasons
    assert reason.rule == "R3"
    assert text[reason.start : reason.end] == "marks a major turning point"


def test_reasons_for_a_fact_are_figures_and_sources() -> None:
    reasons = rules.suggest("The mayor said 40 pumps were sold in June.", "en").reasons
    assert {one.rule for one in reasons} == {"R1", "R5"}


def test_what_two_clauses_say_differently_comes_last() -> None:
    one = rules.suggest("The launch marks a milestone, and prices may fall.", "en")
    assert one.label == "promotional"
    assert one.reasons[0].rule == "R3"
    assert one.reasons[-1].rule == "R6"


def test_nothing_speaks() -> None:
    one = rules.suggest("The pump hums.", "en")
    assert one.abstained
    assert one.label == "factual"
    assert one.reasons == ()


def test_a_question_asserts_nothing() -> None:
    one = rules.suggest("May the pump be sold?", "en")
    assert one.abstained
    assert one.reasons[0].rule == "R0"


def test_a_language_without_lexicons_has_figures_only() -> None:
    assert rules.suggest("Die Pumpe könnte lecken.", "de").abstained
    assert rules.suggest("Die Pumpe kostet 40 €.", "de").label == "factual"


def test_a_pronoun_has_the_source_of_the_sentence_before() -> None:
    text = "They said the pump leaks."
    alone = rules.suggest(text, "en")
    after = rules.suggest(text, "en", before="Economists said the port is slow.")
    before = rules.suggest(text, "en", before="The ministry said the port is slow.")
    speculative = [one.probabilities["speculative"] for one in (after, alone, before)]
    assert speculative == sorted(speculative, reverse=True)
    assert speculative[0] > speculative[-1]
    assert rules.suggest(text, "en", before="It rained.") == alone


def test_side_clauses_weigh_less_than_the_main_one() -> None:
    main = rules.suggest("The mill is remarkable.", "en").probabilities["promotional"]
    side = rules.suggest("The mill was sold, a remarkable sight.", "en")
    assert side.probabilities["promotional"] < main


def test_praise_behind_the_main_clause_weighs_least() -> None:
    inside, before, behind = (
        rules.suggest(text, "en").probabilities["promotional"]
        for text in (
            "The mill saw a triumph in June.",
            "After a triumph, the mill was sold in June.",
            "The mill was sold in June, a triumph.",
        )
    )
    assert inside > before > behind


@pytest.mark.parametrize(
    ("text", "language"),
    [("The pump leaks.", "en"), ("Odile Brask said the pump leaks.", "en"), ("Il fuit.", "fr")],
)
def test_the_sentence_before_is_read_only_for_a_pronoun(
    text: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []

    def read(one: str, language: str) -> cues.Reading:
        reads.append(one)
        return cues.read(one, language)

    monkeypatch.setattr(rules, "read", read)
    rules.suggest(text, language, before="A source said so.")
    assert reads == [text]
    rules.suggest("They said so.", "en", before="A source said so.")
    assert reads[1:] == ["They said so.", "A source said so."]


def test_a_document_is_read_once() -> None:
    cues.read.cache_clear()
    before = None
    texts = ["Economists said the port is slow.", "They said so.", "They said it again."]
    for text in texts:
        rules.suggest(text, "en", before=before)
        before = text
    assert cues.read.cache_info().misses == len(texts)


def test_a_list_of_adjectives_is_one_thing_said() -> None:
    words = ["charming", "scenic", "pristine", "majestic", "vibrant", "lush"]
    four, six = (
        rules.suggest(f"The bay is {', '.join(words[:count])}.", "en").probabilities
        for count in (4, 6)
    )
    assert four == six


def test_figures_are_of_known_kinds_and_keep_their_sign() -> None:
    for question in rules.QUESTIONS:
        figures = dict(rules.constants()[question])
        assert isinstance(figures.pop("bias"), float)
        assert figures.keys() <= cues.KINDS.keys()
        for kind, (main, *sides) in figures.items():
            assert all(main * side >= 0 for side in sides), kind
            # Praise in the scope of a hedge is not asserted, and a stance all the same.
            of_praise = 3 if question == "subjective" else 2
            assert len(sides) == (of_praise if kind in rules.PRAISE else 1), kind


def test_hostile_texts_of_a_hundred_thousand_characters_are_quick() -> None:
    # Cut naively, each of these takes minutes: the time grows with the square of the length.
    for unit in (
        "may ",
        "is likely to have the power to ",
        ", which said ",
        "“ ",
        "1,",
        "a-",
        ", ",
    ):
        for language in ("en", "fr"):
            assert rules.suggest((unit * 100_000)[:100_000], language).label in LABELS


def french_sentences() -> list[dict[str, str]]:
    """Return the French development set: 200 invented sentences, labelled twice by one author.

    The author of the lexicons wrote and labelled them, minutes apart, and read their misses: the
    set guards against regressions, it is no test. Before any miss was read macro-F1 was 0.86.
    `first` was given while writing, `second` in a shuffled
    order without it; `label` is the second.
    """
    path = Path(__file__).with_name("french.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_french_development_set_is_well_formed() -> None:
    rows = french_sentences()
    assert len({row["text"] for row in rows}) == len(rows) == 200
    assert {row["label"] for row in rows} == LABELS
    assert all(row["label"] == row["second"] for row in rows)
    assert sum(row["first"] == row["second"] for row in rows) >= 190


def test_french_does_not_get_worse() -> None:
    rows = french_sentences()
    said = [rules.suggest(row["text"], "fr").label for row in rows]
    right = sum(row["label"] == label for row, label in zip(rows, said, strict=True))
    assert right / len(rows) >= 0.9
