"""A trained model as a folder: `model.skops`, `card.json`, and the card for people, `README.md`.

skops stores values without pickle: opening a file runs nothing. Only arrays and text are stored,
and a file that asks for anything else is refused. The same labels give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import secrets
import shutil
import zipfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, NamedTuple

from annotator.baseline import rules
from annotator.baseline.learned.card import readme
from annotator.baseline.learned.model import Linear, Terms
from annotator.core.errors import AnnotatorError, InputProblem, UsageProblem, install_hint

MODEL: Final = "model.skops"
CARD: Final = "card.json"
README: Final = "README.md"
FORMAT: Final = 3
TRUSTED: Final[tuple[str, ...]] = ()
"""Types that a model may hold beside those that skops trusts by itself: none."""
_LIBRARIES: Final = ("annotator-tui", "scikit-learn", "numpy", "scipy", "skops")
_SAME_DAY: Final = (1980, 1, 1, 0, 0, 0)
_AGAIN: Final = "train it again: `annotator train`"


class Saved(NamedTuple):
    """What is in the folder of a model."""

    linear: Linear
    card: Mapping[str, Any]


def check_installed() -> None:
    """Raise UsageProblem if what training needs is not installed."""
    for name in ("scikit-learn", "skops"):
        try:
            version(name)
        except PackageNotFoundError as error:
            raise UsageProblem(
                f"the model that learns needs {name}, which is not installed",
                hint=install_hint("train"),
            ) from error


def libraries() -> dict[str, str]:
    """Return the versions of what a model was trained with."""
    return {name: version(name) for name in _LIBRARIES}


# -- writing -----------------------------------------------------------------------------------


def save(folder: Path, linear: Linear, card: Mapping[str, Any]) -> dict[str, Any]:
    """Write a model with its card to `folder`, in the place of a model that is there.

    Returns the card as it was written, with its format and version. Raises InputProblem where the
    folder cannot be written or holds something else.
    """
    data = _packed(linear)
    digest = hashlib.sha256(data)
    digest.update(json.dumps(card, sort_keys=True).encode())
    whole = {"format": FORMAT, "version": digest.hexdigest()[:12], **card}
    files = {
        MODEL: data,
        CARD: (json.dumps(whole, indent=2, ensure_ascii=False) + "\n").encode(),
        README: readme(whole).encode(),
    }
    try:
        _replace(folder, files)
    except OSError as error:
        raise InputProblem(f"cannot be written: {error.strerror}", file=str(folder)) from error
    return whole


def _replace(folder: Path, files: Mapping[str, bytes]) -> None:
    if folder.exists() and not (folder / CARD).is_file() and any(folder.iterdir()):
        raise InputProblem(
            "is there already and holds no model", file=str(folder), hint="choose another folder"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    mark = secrets.token_hex(4)
    new, old = (folder.with_name(f".{folder.name}-{mark}.{end}") for end in ("new", "old"))
    try:
        new.mkdir()
        for name, data in files.items():
            (new / name).write_bytes(data)
        if folder.exists():
            # A folder cannot take the place of another in one step: a reader between the two
            # finds none, and never half of one.
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    finally:
        for left in (new, old):
            shutil.rmtree(left, ignore_errors=True)


def _packed(linear: Linear) -> bytes:
    from skops.io import dumps

    return _canonical(
        dumps(
            {
                "classes": "\n".join(linear.classes),
                "words": "\n".join(linear.words.names),
                "words idf": linear.words.idf,
                "pieces": "\n".join(linear.pieces.names),
                "pieces idf": linear.pieces.idf,
                "cues": "\n".join(linear.cues),
                "usual": linear.usual,
                "weights": linear.weights,
            }
        )
    )


def _canonical(data: bytes) -> bytes:
    """Return a file of skops without what differs from run to run: addresses, and the time."""
    names: dict[int, int] = {}

    def number(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: names.setdefault(inner, len(names)) if key == "__id__" else number(inner)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [number(inner) for inner in value]
        if isinstance(value, str) and value.endswith(".npy"):
            stem = value.removesuffix(".npy")
            return f"{names.setdefault(int(stem), len(names))}.npy" if stem.isdigit() else value
        return value

    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        schema = number(json.loads(before.read("schema.json")))
        contents = {
            str(number(name)): before.read(name)
            for name in before.namelist()
            if name != "schema.json"
        }
        contents["schema.json"] = json.dumps(schema).encode()
        for name in sorted(contents):
            info = zipfile.ZipInfo(name, _SAME_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(info, contents[name])
    return target.getvalue()


# -- reading -----------------------------------------------------------------------------------


def read_card(folder: Path) -> dict[str, Any]:
    """Return the card of the model in `folder`; raises UsageProblem or InputProblem."""
    path = folder / CARD
    try:
        card = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise UsageProblem(
            f"there is no trained model in {folder}", hint="`annotator train` makes one"
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise InputProblem(f"cannot be read: {error}", file=str(path), hint=_AGAIN) from error
    if not isinstance(card, dict) or not isinstance(card.get("version"), str):
        raise InputProblem("is no card of a model", file=str(path), hint=_AGAIN)
    return card


def load(folder: Path) -> Saved:
    """Return the model in `folder`.

    Raises UsageProblem if there is none or the extra `train` is missing, and InputProblem, which
    says what to do, if it was trained with other versions or is damaged.
    """
    card = read_card(folder)
    check_installed()
    _check(card, folder)
    path = folder / MODEL
    try:
        return Saved(_unpacked(path.read_bytes()), card)
    except AnnotatorError:
        raise
    except OSError as error:
        raise InputProblem(f"cannot be read: {error.strerror}", file=str(path)) from error
    except Exception as error:
        raise InputProblem(
            f"is damaged: {type(error).__name__}: {error}", file=str(path), hint=_AGAIN
        ) from error


def _check(card: Mapping[str, Any], folder: Path) -> None:
    there = version("scikit-learn")
    then = str(card.get("libraries", {}).get("scikit-learn"))
    wrong = None
    if card.get("format") != FORMAT:
        wrong = f"its format is {card.get('format')}, this program reads {FORMAT}"
    elif then.split(".")[:2] != there.split(".")[:2]:
        wrong = f"it was trained with scikit-learn {then}, and {there} is installed"
    elif card.get("rules") != rules.version():
        wrong = f"it was trained with the lexicons {card.get('rules')}, these are {rules.version()}"
    if wrong:
        raise InputProblem(f"the model cannot be used: {wrong}", file=str(folder), hint=_AGAIN)


def _unpacked(data: bytes) -> Linear:
    from skops.io import get_untrusted_types, loads

    unknown = set(get_untrusted_types(data=data)) - set(TRUSTED)
    if unknown:
        raise InputProblem(
            f"the model is refused: it holds {', '.join(sorted(unknown))}", hint=_AGAIN
        )
    kept = loads(data, trusted=list(TRUSTED))
    return Linear(
        tuple(_lines(kept["classes"])),
        Terms(_lines(kept["words"]), kept["words idf"]),
        Terms(_lines(kept["pieces"]), kept["pieces idf"]),
        tuple(_lines(kept["cues"])),
        kept["usual"],
        kept["weights"],
    )


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []
