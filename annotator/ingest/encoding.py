"""Bytes to text: which encoding, and the refusal of what is no text or could not be stored.

The order is byte order mark, strict UTF-8, Windows-1252. A guess by statistics is right for
only a part of short texts, so one is made only where it is asked for. Windows-1252 accepts
nearly every byte, so two ways of it being wrong are refused: UTF-8 with a damaged place, and
text in another script.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from string import ascii_letters
from typing import Final, NamedTuple, NoReturn

from annotator.core.errors import InputProblem, install_hint
from annotator.core.text import unix_newlines

AUTOMATIC: Final = ("auto", "detect")
"""Values of `encoding` that ask for a guess where the bytes are neither marked nor UTF-8."""

# UTF-32 stands first: its little-endian mark begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# First bytes of what lies about in folders of articles, from the formats' specifications.
_MAGIC: Final = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "gzip-compressed"),
    (b"BZh", "bzip2-compressed"),
    (b"\xfd7zXZ\x00", "xz-compressed"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x7fELF", "a program"),
)
MEND: Final = "remove it, or save the text anew as UTF-8"
"""What to do about what `unstorable` finds."""
_AS_TEXT: Final = "extract its text first, or give the article as .txt, .html, .jsonl or .csv"
_NAME_IT: Final = "name the encoding (--encoding cp1251), or let it be guessed (--encoding detect)"

# What no text holds: C0 controls but for tab, line ends, form feed and escape.
_CONTROLS: Final = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1b")
_SAMPLE: Final = 65_536
_FEW_NULS: Final = 3

# chardet is right on single sentences with values as low as 0.39; below this it is noise.
_LEAST_CONFIDENCE: Final = 0.2

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


class Decoded(NamedTuple):
    """A text with `\\n` line ends and no byte order mark, and the encoding it was read by."""

    text: str
    encoding: str


def decode(data: bytes, *, file: str, encoding: str | None = None) -> Decoded:
    """Return the text of `data`, unchanged but for its line ends and byte order mark.

    `encoding` is a codec's name, or one of `AUTOMATIC`; without it the order of this module
    holds. Raises InputProblem, with line and column where there is one, for binary files, bytes
    that the encoding does not know, NULs, lone surrogates, and files without text.
    """
    _refuse_magic(data, file)
    text, used = _decode(data, file, encoding)
    text = unix_newlines(text.removeprefix("\ufeff"))
    refuse_unstorable(text, file=file)
    refuse_empty(text, file=file)
    return Decoded(text, used)


def refuse_unstorable(text: str, *, file: str) -> None:
    """Raise InputProblem, with line and column, if `text` holds a NUL or a lone surrogate."""
    found = _UNSTORABLE.search(text)
    if found:
        line, column = _place(text[: found.start()])
        reason = unstorable(text) or ""
        raise InputProblem(
            f"there is {reason} in it",
            file=file,
            line=line,
            column=column,
            hint=MEND,
        )


def unstorable(text: str) -> str | None:
    """Return what keeps `text` from being stored ("a NUL character"), or None."""
    found = _UNSTORABLE.search(text)
    if not found:
        return None
    character = found.group()
    return "a NUL character" if character == "\0" else f"a lone surrogate U+{ord(character):04X}"


def refuse_empty(text: str, *, file: str) -> None:
    """Raise InputProblem if `text` is empty or white space only."""
    if not text or text.isspace():
        raise InputProblem(
            "there is no text in it", file=file, hint="put the article into it, or remove the file"
        )


def _decode(data: bytes, file: str, encoding: str | None) -> tuple[str, str]:
    if encoding is not None and encoding.lower() not in AUTOMATIC:
        return _by_name(data, file, encoding)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strictly(data.removeprefix(mark), name.removesuffix("-sig"), file), name
    _refuse_binary(data, file)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as problem:
        broken = problem
    _refuse_damaged(data, broken, file)
    if encoding is not None:
        return _guessed(data, file)
    _refuse_other_scripts(data, file)
    return _strictly(data, "cp1252", file), "cp1252"


def _by_name(data: bytes, file: str, encoding: str) -> tuple[str, str]:
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)
    except (LookupError, ValueError) as problem:
        raise InputProblem(
            f'there is no encoding "{encoding}"',
            file=file,
            hint="names that Python knows, such as utf-8, cp1252, cp1251, gb18030, shift_jis",
        ) from problem
    return _strictly(data, name, file), name


def _strictly(data: bytes, encoding: str, file: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as problem:
        _refuse_byte(data, problem, encoding, f"is not {encoding}", file, _NAME_IT)
    except ValueError as problem:
        raise InputProblem(f"it is not {encoding}: {problem}", file=file) from problem


def _refuse_byte(
    data: bytes, problem: UnicodeDecodeError, encoding: str, why: str, file: str, hint: str
) -> NoReturn:
    before = data[: problem.start].decode(encoding, "replace")
    line, column = _place(before.removeprefix("\ufeff"))
    reason = f"byte 0x{data[problem.start]:02X} {why}"
    raise InputProblem(reason, file=file, line=line, column=column, hint=hint) from problem


def _place(before: str) -> tuple[int, int]:
    """Return line and column, from 1, of what follows `before`."""
    before = unix_newlines(before)
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _refuse_magic(data: bytes, file: str) -> None:
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise InputProblem(f"it is not text but {what}", file=file, hint=_AS_TEXT)


def _refuse_binary(data: bytes, file: str) -> None:
    sample = data[:_SAMPLE]
    nuls, even = sample.count(0), sample[0::2].count(0)
    if nuls * 5 > len(sample) * 2 and even in (0, nuls):
        raise InputProblem(
            "it looks like UTF-16 without a byte order mark",
            file=file,
            hint=f"--encoding utf-16-{'be' if even else 'le'}",
        )
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    # A few NULs by themselves are an accident in a text, which is refused with their place.
    few = controls == nuls <= _FEW_NULS
    if not few and controls * (20 if nuls else 3) > len(sample):
        raise InputProblem("it is a binary file, not text", file=file, hint=_AS_TEXT)


def _refuse_damaged(data: bytes, broken: UnicodeDecodeError, file: str) -> None:
    """Raise InputProblem if the bytes are UTF-8 but for some places.

    As Windows-1252 such a file would decode, with every accented letter as two wrong ones.
    """
    with suppress(UnicodeDecodeError):
        refuse_unstorable(data.decode("utf-8", "surrogatepass"), file=file)
    sound = data.decode("utf-8", "ignore")
    letters = len(sound) - len(sound.encode("ascii", "ignore"))
    gaps = data.decode("utf-8", "replace").count("\ufffd") - sound.count("\ufffd")
    if letters > gaps:
        _refuse_byte(
            data, broken, "utf-8", "is damage in a text that is otherwise UTF-8", file,
            "repair the file, or name another encoding with --encoding",
        )  # fmt: skip


def _refuse_other_scripts(data: bytes, file: str) -> None:
    """Raise InputProblem if most letters are beyond ASCII, which no Western language does."""
    high = len(data) - len(data.translate(None, bytes(range(0x80, 0x100))))
    latin = len(data) - len(data.translate(None, ascii_letters.encode()))
    if high > 8 and high > latin:
        raise InputProblem(
            "it is neither UTF-8 nor a Western text in Windows-1252", file=file, hint=_NAME_IT
        )


def _guessed(data: bytes, file: str) -> tuple[str, str]:
    try:
        import chardet
    except ImportError as problem:
        raise InputProblem(
            "guessing an encoding needs the package chardet",
            file=file,
            hint=f"{install_hint('legacy')}; or name the encoding with --encoding",
        ) from problem
    guess = chardet.detect(data[:_SAMPLE])
    name, confidence = guess["encoding"], guess["confidence"]
    if not name or confidence < _LEAST_CONFIDENCE:
        raise InputProblem(
            "its encoding cannot be guessed", file=file, hint="name it: --encoding cp1251"
        )
    return _by_name(data, file, name)
