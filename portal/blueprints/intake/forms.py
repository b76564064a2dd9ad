"""The form that opens a batch and sends its first files."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField

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
