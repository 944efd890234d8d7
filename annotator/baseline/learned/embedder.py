"""The embedder that may stand beside the words: a static model of model2vec, an extra."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.core.errors import InputProblem, UsageProblem, install_hint

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Embedder:
    """A model that turns texts into rows of length 1; `digest` changes when its rows do."""

    name: str
    digest: str
    _model: Any

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return a row for each text: zeros where no word of it is known."""
        import numpy as np

        found = np.asarray(self._model.encode(list(texts)), dtype=np.float64)
        found = np.nan_to_num(found.reshape(len(texts), -1))
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        result: NDArray[np.float64] = found / np.where(lengths, lengths, 1.0)
        return result


def open_embedder(name: str) -> Embedder:
    """Return the embedder in the folder `name`, or of that name on the hub of model2vec.

    Raises UsageProblem if the extra is missing, InputProblem if there is no such model.
    """
    try:
        from model2vec import StaticModel
    except ImportError as error:
        raise UsageProblem(
            f"the embedder {name} needs model2vec, which is not installed",
            hint=install_hint("embeddings"),
        ) from error
    folder = Path(name)
    try:
        if folder.is_dir():
            model = StaticModel.from_pretrained(folder)
            name = str(folder.resolve())
        else:
            model = StaticModel.from_pretrained(name, force_download=False)
    except Exception as error:
        reason = str(error).split("\n", 1)[0] or type(error).__name__
        raise InputProblem(
            f"the embedder {name} cannot be loaded: {reason}",
            hint="name the folder of a model2vec model, or one of its hub where there is a network",
        ) from error
    digest = hashlib.sha256(model.embedding.tobytes())
    digest.update(model.tokenizer.to_str().encode())
    return Embedder(name, digest.hexdigest()[:12], model)


def as_recorded(card: Any, folder: Path) -> Embedder | None:
    """Return the embedder a model was trained with, by its card; raises as `open_embedder` does."""
    if not card:
        return None
    found = open_embedder(card["name"])
    if found.digest != card["digest"]:
        raise InputProblem(
            f"the model needs the embedder {card['name']} as it was ({card['digest']});"
            f" what is there now is another ({found.digest})",
            file=str(folder),
            hint=f"train it again: `annotator train --embedder {card['name']}`",
        )
    return found
