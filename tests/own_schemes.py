"""Schemes of projects' own, as their files: two labels, and nine in another language."""

from __future__ import annotations

from annotator.core.scheme import Scheme, parse

TWO = """\
id = "checkable/1"
guideline = "1.0"
question = "Could a desk check this sentence with what is public?"

[[label]]
name = "checkable"
key = "h"
definition = "Somebody who looks into public records could say whether it holds."
examples = ["The line carried 900 passengers in May."]

[[label]]
name = "other"
key = "o"
definition = "Everything else: opinions, wishes, and what only insiders know."
"""

NINE = """\
# Types d'affirmations, pour des articles en français.
id = "affirmations/1"
guideline = "2026.1"
question = "Que fait cette phrase ?"
order = ["Qui parle ?", "Quel verbe porte la phrase ?"]

[[label]]
name = "fait"
key = "f"
definition = "Un état ou un événement que l'on peut vérifier."
examples = ["La mairie a ouvert trois crèches en mars."]

[[label]]
name = "chiffre"
key = "h"
definition = "Une quantité, une date ou une mesure."

[[label]]
name = "témoignage"
key = "m"
definition = "Ce qu'une personne nommée a vu ou vécu."

[[label]]
name = "opinion"
key = "o"
definition = "Un jugement de l'auteur ou d'une personne citée."

[[label]]
name = "prévision"
key = "p"
definition = "Ce qui arrivera ou pourrait arriver."

[[label]]
name = "promesse"
key = "s"
definition = "Un engagement que quelqu'un prend."

[[label]]
name = "éloge"
key = "e"
definition = "Une louange que rien ne permet de vérifier."

[[label]]
name = "accusation"
key = "a"
definition = "Une faute reprochée à quelqu'un."

[[label]]
name = "consigne"
key = "i"
definition = "Ce que le lecteur doit faire."

[not_a_sentence]
key = "z"
definition = "Un titre, une signature, un reste de formulaire."

[tags]
suggested = ["ironie", "douteux"]
"""


def scheme(text: str) -> Scheme:
    """Return the scheme in `text`."""
    return parse(text, "scheme.toml")


def of(identifier: str, *names: str) -> str:
    """Return the file of a scheme with labels of these names."""
    keys = iter("aefhimops")
    labels = "\n".join(
        f'[[label]]\nname = "{name}"\nkey = "{next(keys)}"\ndefinition = "What is {name}."\n'
        for name in names
    )
    return f'id = "{identifier}"\nguideline = "1"\nquestion = "Which?"\n\n{labels}'
