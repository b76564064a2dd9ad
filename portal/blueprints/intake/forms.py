"""Forms of taking in: what opens a batch, withdraws it, and says where two passes of a scanner lie."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField

from portal.ingest.collating import Passes
from portal.ingest.papers import LONGEST_BOX, LONGEST_FOLDERS, LONGEST_SCANNER, Paper
from portal.web import forms


class WithdrawForm(forms.PortalForm):
    """Why a batch is withdrawn."""

    reason = forms.area(_l("Reason (it stays with the batch)"), 500, render_kw={"rows": 2})


class BatchForm(forms.PortalForm):
    """Where the scans belong, what the batch is called, and the declaration. Files stand beside it."""

    fonds = SelectField(_l("Fonds"), [forms.Needed()], validate_choice=False, render_kw=forms.IN_VIETNAMESE)
    name = forms.line(_l("Name of the batch"), 200)
    box = forms.line(_l("Box (optional)"), LONGEST_BOX, needed=False)
    folders = forms.line(_l("Folders (optional)"), LONGEST_FOLDERS, needed=False)
    expected_sheets = forms.CountField(_l("Sheets of paper, as counted (optional)"), needed=False)
    sides = RadioField(
        _l("Sides that are scanned"),
        choices=forms.choices([("1", _l("One")), ("2", _l("Both"))]),
        default="1",
    )
    scanner = forms.line(_l("Scanner (optional)"), LONGEST_SCANNER, needed=False)
    declared = BooleanField(_l("I declare that these files hold no state secret."))

    @property
    def paper(self) -> Paper:
        """What was typed about the paper."""
        return Paper(
            box=self.box.data or "",
            folders=self.folders.data or "",
            expected_sheets=self.expected_sheets.data,
            sides=int(self.sides.data or 1),
            scanner=self.scanner.data or "",
        )


class PassesForm(forms.PortalForm):
    """Where two passes of a scanner lie among the pages of a batch."""

    first = forms.CountField(_l("First page of the first pass"))
    second = forms.CountField(_l("First page of the second pass"))
    last = forms.CountField(_l("Last page of the second pass"))
    starts = RadioField(
        _l("What was scanned first"),
        choices=forms.choices([("fronts", _l("The fronts")), ("backs", _l("The backs"))]),
        default="fronts",
    )
    order = RadioField(
        _l("How the backs lie"),
        choices=forms.choices(
            [
                ("reversed", _l("The last one first: the pile was turned over as a whole")),
                ("same", _l("In the order of the fronts")),
            ]
        ),
        default="reversed",
    )

    @classmethod
    def asked(cls, passes: Passes, said: Mapping[str, str]) -> PassesForm:
        """Return the form as an address fills it; what the address does not say is as usual."""

        def number(name: str, usual: int) -> int:
            return forms.whole(said[name]) if name in said else usual

        return cls(
            data={
                "first": number("first", passes.first),
                "second": number("second", passes.second),
                "last": number("last", passes.last),
                "starts": "backs" if said.get("starts") == "backs" else "fronts",
                "order": "same" if said.get("order") == "same" else "reversed",
            }
        )

    @property
    def passes(self) -> Passes:
        """What was said; a number that could not be read is none that a page has."""
        return Passes(
            self.first.data or 0,
            self.second.data or 0,
            self.last.data or 0,
            backs_first=self.starts.data == "backs",
            is_reversed=self.order.data != "same",
        )

    @property
    def address(self) -> dict[str, object]:
        """What an address says for it, so that one can turn the pages of what was asked for."""
        return {name: field.data for name, field in self._fields.items()}
