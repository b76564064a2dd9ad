"""Forms of the register: what leaves, what came back, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from portal.ingest.takeout_files import Checked
from portal.ingest.takeout_rows import TakeoutFile
from portal.ingest.takeouts import LONGEST_NAME, LONGEST_NOTE, LONGEST_PURPOSE, Leaving, Returning
from portal.web import forms


class LeavingForm(forms.PortalForm):
    """What leaves the store, by whose hands, and until when."""

    fonds = SelectField(_l("Fonds"), [forms.Needed()], validate_choice=False, render_kw=forms.IN_VIETNAMESE)
    store = forms.line(_l("From where: store, shelf"), LONGEST_NAME)
    box = forms.line(_l("Box (optional)"), 60, needed=False)
    files = forms.area(_l("Files and their sheets"), 20_000, render_kw={"rows": 6})
    handed_by = forms.line(_l("Who hands over"), LONGEST_NAME)
    handed_to = forms.line(_l("Who takes over"), LONGEST_NAME)
    purpose = forms.line(_l("Purpose"), LONGEST_PURPOSE)
    due_on = forms.DayField(_l("Expected back on"))
    condition = forms.area(_l("Condition of the originals"), LONGEST_NOTE, render_kw={"rows": 2})

    def leaving(self) -> Leaving:
        """Return what was typed."""
        return Leaving(
            fonds_id=self.fonds.data or "",
            store=self.store.data or "",
            files=self.files.data or "",
            handed_by=self.handed_by.data or "",
            handed_to=self.handed_to.data or "",
            purpose=self.purpose.data or "",
            due_on=self.due_on.data,
            condition=self.condition.data or "",
            box=self.box.data or "",
        )


class ReturnForm(forms.PortalForm):
    """Who brought the originals back, who took them, and how they are; each file has fields of its own."""

    returned_by = forms.line(_l("Who brings back"), LONGEST_NAME)
    received_by = forms.line(_l("Who receives"), LONGEST_NAME)
    condition = forms.area(_l("Condition of the originals"), LONGEST_NOTE, render_kw={"rows": 2})

    def returning(self, files: Sequence[TakeoutFile]) -> Returning:
        """Return what was typed."""
        return Returning(
            returned_by=self.returned_by.data or "",
            received_by=self.received_by.data or "",
            condition=self.condition.data or "",
            files=[
                Checked(
                    one.position,
                    self[f"sheets_{one.position}"].data,
                    bool(self[f"order_{one.position}"].data),
                    self[f"note_{one.position}"].data or "",
                )
                for one in files
            ],
        )


class NoteForm(forms.PortalForm):
    """How it was made good, or why the entry is a mistake."""

    note = forms.area(_l("What was done about it"), LONGEST_NOTE, render_kw={"rows": 2})


class TieForm(forms.PortalForm):
    """By which entry the originals of a batch left the store."""

    takeout = SelectField(_l("Entry of the register"), validate_choice=False, render_kw=forms.IN_VIETNAMESE)


def return_form(files: Sequence[TakeoutFile]) -> ReturnForm:
    """Return the form of a return, with three fields for each file."""
    each: dict[str, object] = {}
    for one in files:
        each[f"sheets_{one.position}"] = forms.CountField(_l("Sheets that came back"), needed=False)
        each[f"order_{one.position}"] = BooleanField(_l("Every sheet lies in its place"))
        each[f"note_{one.position}"] = forms.line(_l("Missing, damaged, out of order"), 500, needed=False)
    kind: type[ReturnForm] = type("FilesReturnForm", (ReturnForm,), each)
    return kind()
