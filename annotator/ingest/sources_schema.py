"""The shape of `sources.toml`; a module of its own, because pydantic takes long to load."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from annotator.ingest.encoding import unstorable
from annotator.ingest.metadata import is_iso_date, language_code


class Source(BaseModel):
    """One `[[source]]` table: which files, and what is known about them."""

    model_config = ConfigDict(extra="forbid", strict=True)

    files: str | list[str] = Field(min_length=1)
    title: str | None = None
    source: str | None = None
    url: str | None = None
    published: str | None = None
    author: str | None = None
    language: str | None = None

    @property
    def patterns(self) -> tuple[str, ...]:
        """The globs of `files`."""
        return (self.files,) if isinstance(self.files, str) else tuple(self.files)

    @field_validator("published", mode="before")
    @classmethod
    def _date(cls, value: Any) -> Any:
        # TOML has dates of its own, written without quotes.
        if isinstance(value, (date, datetime)):
            return value.isoformat()
        if isinstance(value, str) and not is_iso_date(value):
            raise ValueError(f'"{value}" is not a date of ISO 8601, such as 2024-11-05')
        return value

    @field_validator("language")
    @classmethod
    def _code(cls, value: str) -> str:
        code = language_code(value)
        if code is None:
            raise ValueError(f'"{value}" is not a language code, such as en or fr')
        return code

    @field_validator("title", "source", "url", "author")
    @classmethod
    def _storable(cls, value: str) -> str:
        problem = unstorable(value)
        if problem:
            raise ValueError(f"there is {problem} in it")
        return value


class Sources(BaseModel):
    """A whole `sources.toml`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    source: list[Source] = []
