"""Configuration: a TOML file of the user and one of the project, checked before anything starts.

A value is looked up on the command line first, then in `annotator.toml` of the project, then in
the user's own file. A missing file costs nothing: pydantic is imported when there is one to check.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from annotator.core.errors import InputProblem

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT_FILE: Final = "annotator.toml"
REVEALS: Final = ("always", "after", "never")
ORDERS: Final = ("document", "random", "uncertain", "disagreement")
"""In which order a review asks. The last is of sentences that are labelled: it cannot be set."""


@dataclass(frozen=True)
class Config:
    """What can be set. None and empty mean: the default.

    `keys` maps an action of the review screen to its keys, separated by commas.
    `languages` are the codes that the language vote chooses from. `retrain_every` is after how
    many labels of a review the model is trained again; 0 and None: never. `gold` and `retest` are
    percent of what a review asks; `hide_names` is about the others where a reviewer sees their own
    figures.
    """

    reviewer: str | None = None
    theme: str | None = None
    reveal: str | None = None
    order: str | None = None
    analyzers: dict[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    retrain_every: int | None = None
    gold: float | None = None
    retest: float | None = None
    retest_after_hours: float | None = None
    hide_names: bool | None = None
    keys: dict[str, str] = field(default_factory=dict)

    def over(self, other: Config) -> Config:
        """Return this configuration with what it leaves open taken from `other`."""
        return Config(
            reviewer=self.reviewer or other.reviewer,
            theme=self.theme or other.theme,
            reveal=self.reveal or other.reveal,
            order=self.order or other.order,
            analyzers={**other.analyzers, **self.analyzers},
            languages=self.languages or other.languages,
            retrain_every=(
                other.retrain_every if self.retrain_every is None else self.retrain_every
            ),
            gold=other.gold if self.gold is None else self.gold,
            retest=other.retest if self.retest is None else self.retest,
            retest_after_hours=(
                other.retest_after_hours
                if self.retest_after_hours is None
                else self.retest_after_hours
            ),
            hide_names=other.hide_names if self.hide_names is None else self.hide_names,
            keys={**other.keys, **self.keys},
        )


def user_file() -> Path:
    """Return where the user's own configuration is looked for."""
    import platformdirs

    return platformdirs.user_config_path("annotator", appauthor=False) / "config.toml"


def load(path: Path) -> Config:
    """Return the configuration in `path`, or the default if there is no such file.

    Raises InputProblem with the file, and the key that is wrong.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        raise InputProblem(f"the configuration cannot be read: {error}", file=str(path)) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputProblem(f"not TOML: {error}", file=str(path)) from error
    return _checked(data, path)


def _checked(data: dict[str, Any], path: Path) -> Config:
    from typing import Literal

    from pydantic import BaseModel, ConfigDict, Field, ValidationError

    class Model(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)

        reviewer: str | None = None
        theme: str | None = None
        reveal: Literal["always", "after", "never"] | None = None
        order: Literal["document", "random", "uncertain"] | None = None
        analyzers: dict[str, str] = {}
        languages: list[str] = []
        retrain_every: int | None = Field(default=None, ge=0)
        gold: float | None = Field(default=None, ge=0, le=25)
        retest: float | None = Field(default=None, ge=0, le=25)
        retest_after_hours: float | None = Field(default=None, ge=0)
        hide_names: bool | None = None
        keys: dict[str, str] = {}

    try:
        model = Model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        unknown = first["type"] == "extra_forbidden"
        raise InputProblem(
            f"{where}: {'there is no such key' if unknown else first['msg'].lower()}",
            file=str(path),
            hint="the configuration knows " + ", ".join(sorted(Model.model_fields)),
        ) from error
    values = model.model_dump()
    return Config(**{**values, "languages": tuple(values["languages"])})
