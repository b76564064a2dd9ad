"""What is known of the paper of a batch before it is scanned: asked once, printed on the batch sheet."""

from __future__ import annotations

from dataclasses import dataclass

from portal.catalogue import fields
from portal.core.errors import InvalidError

LONGEST_BOX = 60
LONGEST_FOLDERS = 300
LONGEST_SCANNER = 60
MOST_SHEETS = 100_000


@dataclass(frozen=True, slots=True)
class Paper:
    """Where the sheets lie, how many there are, and how they are scanned."""

    box: str = ""
    folders: str = ""
    """Which folders of the box, as people write them: 12–15, 18."""
    expected_sheets: int | None = None
    """Sheets of paper as counted; None where nobody counted."""
    sides: int = 1
    """How many sides of each sheet are scanned."""
    scanner: str = ""

    def checked(self) -> Paper:
        """Return it as it can be kept.

        Raises:
            InvalidError: a text is too long, or a number cannot be; `fields` names the inputs.
        """
        if self.expected_sheets is not None and not 0 < self.expected_sheets <= MOST_SHEETS:
            raise InvalidError("bad_sheets", fields={"expected_sheets": "bad_sheets"}, most=MOST_SHEETS)
        if self.sides not in (1, 2):
            raise InvalidError("bad_choice", fields={"sides": "bad_choice"})
        return Paper(
            box=fields.optional("box", self.box, LONGEST_BOX),
            folders=fields.optional("folders", self.folders, LONGEST_FOLDERS),
            expected_sheets=self.expected_sheets,
            sides=self.sides,
            scanner=fields.optional("scanner", self.scanner, LONGEST_SCANNER),
        )


NOTHING_SAID = Paper()
