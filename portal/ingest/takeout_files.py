"""The files of an entry of the register: read as they are typed, looked at when they come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.catalogue import fields
from portal.core.errors import InvalidError
from portal.ingest.takeout_rows import TakeoutFile

MOST_FILES, MOST_SHEETS = 100, 9999


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of one file that came back."""

    position: int
    sheets: int | None
    """None where nobody said."""
    is_in_order: bool
    note: str = ""


def read(text: str) -> list[TakeoutFile]:
    """Return the files that were typed, one a line: code, semicolon, number of sheets.

    Raises:
        InvalidError: there is none, one cannot be read, or they are too many.
    """
    lines = [(place, line.strip()) for place, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise InvalidError("takeout_no_files", fields={"files": "takeout_no_files"})
    if len(lines) > MOST_FILES:
        raise InvalidError("takeout_too_many", fields={"files": "takeout_too_many"}, most=MOST_FILES)
    return [_file(position, place, line) for position, (place, line) in enumerate(lines, 1)]


def check(files: Sequence[TakeoutFile], found: Sequence[Checked]) -> bool:
    """Tell whether all files came back as they left; see first that somebody looked at each.

    Raises:
        InvalidError: a file was not looked at, or it is not said what is wrong with one.
    """
    by_position = {one.position: one for one in found}
    wrong: dict[str, str] = {}
    is_whole = True
    for file in files:
        one = by_position.get(file.position)
        if one is None or one.sheets is None:
            wrong[f"sheets_{file.position}"] = "takeout_not_checked"
            continue
        as_it_left = one.is_in_order and one.sheets == file.sheets
        if not as_it_left and not one.note.strip():
            wrong[f"note_{file.position}"] = "takeout_say_what"
        is_whole = is_whole and as_it_left and not one.note.strip()
    if wrong:
        raise InvalidError(next(iter(wrong.values())), fields=wrong)
    return is_whole


def keep(files: Sequence[TakeoutFile], found: Sequence[Checked]) -> None:
    """Write down what was found; `check` has seen that it is said of each."""
    by_position = {one.position: one for one in found}
    for file in files:
        one = by_position[file.position]
        file.sheets_back, file.is_in_order = one.sheets, one.is_in_order
        file.note = fields.optional(f"note_{file.position}", one.note, 500)


def _file(position: int, place: int, line: str) -> TakeoutFile:
    code, _, sheets = line.rpartition(";")
    number = sheets.strip()
    is_number = number.isascii() and number.isdigit() and 0 < int(number[:5]) <= MOST_SHEETS
    if not code.strip() or not is_number or len(number) > 4:
        raise InvalidError("takeout_bad_line", fields={"files": "takeout_bad_line"}, line=place)
    return TakeoutFile(position=position, code=fields.required("files", code, 120), sheets=int(number))
