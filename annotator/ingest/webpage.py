"""Web pages as they were saved: the article in them, without what stands around it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from annotator.core.errors import InputProblem, install_hint
from annotator.ingest import encoding, tables
from annotator.ingest.raw import RawDocument, ReadOptions

# How far browsers look for the page's own word on its encoding (WHATWG HTML, 13.2.3.2).
_PRESCAN: Final = 1024
_CHARSET: Final = re.compile(rb"""<meta[^>]*?charset\s*=\s*["']?\s*([\w:.-]+)""", re.IGNORECASE)

# What browsers take these names for (WHATWG Encoding, 4.2), as pages rely on it.
_AS_BROWSERS: Final = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
}
_DECLARATION: Final = re.compile(r"\s*<\?xml[^>]*\?>")


def read(name: str, data: bytes, options: ReadOptions) -> Iterator[RawDocument]:
    """Yield the main text of a page, with title, author, date, site and address it names.

    Raises InputProblem if the extra `html` is not installed or no article is found.
    """
    try:
        from trafilatura import bare_extraction
    except ImportError as problem:
        raise InputProblem(
            f"reading HTML needs packages that are not installed ({problem.name or problem})",
            file=name,
            hint=f"{install_hint('html')}; or give the article as .txt",
        ) from problem
    page, used = _decoded(name, data, options)
    found = bare_extraction(
        # lxml refuses a decoded page that still declares an encoding.
        _DECLARATION.sub("", page, count=1),
        fast=True,
        with_metadata=True,
        include_comments=False,
        include_tables=False,
        # Without it, any date in the footer would do.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    text = (found.text or "").strip() if found else ""
    if not text:
        raise InputProblem(
            "no article is found in this page", file=name, hint="save its text as .txt"
        )
    encoding.refuse_unstorable(text, file=name)
    stated = {
        "title": found.title,
        "source": found.sitename or found.hostname,
        "url": found.url,
        "published": found.date,
        "author": found.author,
    }
    yield RawDocument("", text, used, tables.metadata(stated, file=name))


def _decoded(name: str, data: bytes, options: ReadOptions) -> encoding.Decoded:
    """Return the page by the named encoding, its own word, or as any other file.

    Pages that were saved anew as UTF-8 often kept an older word, so UTF-8 goes before it.
    """
    stated = _CHARSET.search(data[:_PRESCAN])
    if options.encoding is None and stated and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            charset = _codec(stated.group(1).decode("ascii", "replace"))
            if charset not in {None, "utf-8"}:
                return encoding.decode(data, file=name, encoding=charset)
    return encoding.decode(data, file=name, encoding=options.encoding)


def _codec(charset: str) -> str | None:
    try:
        name = codecs.lookup(charset).name
    except LookupError:
        return None
    return _AS_BROWSERS.get(name, name)
