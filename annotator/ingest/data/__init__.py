"""The word lists of languages: one TOML file a language, and `common` for all of them.

A language is added by adding a file. `[sentences]` is used for texts of that language alone;
the `[blocks]` of all files are used together, because blocks are found before the language is.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import resources
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@cache
def tables(section: str, *languages: str) -> tuple[dict[str, Any], ...]:
    """Return the tables named `section` of the files of `languages`, or of every file if none.

    A language without a file is left out. Lists of single words are strings, of phrases arrays.
    """
    files = [file for file in resources.files(__name__).iterdir() if file.name.endswith(".toml")]
    wanted = {f"{language}.toml" for language in languages}
    return tuple(
        tomllib.loads(file.read_text("utf-8")).get(section, {})
        for file in sorted(files, key=lambda file: file.name)
        if not languages or file.name in wanted
    )
