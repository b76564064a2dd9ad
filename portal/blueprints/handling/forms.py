"""The form of what is done with a request as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField, RadioField, SelectField

from portal.access import correspondence
from portal.access.request_states import RequestAct
from portal.web import forms


class Work(StrEnum):
    """What can be chosen; what moves the request carries the name of its act."""

    WRITE = "write"
    NOTE = "note"
    ASK_READER = RequestAct.ASK_READER.value
    CONSULT = RequestAct.CONSULT.value
    GO_ON = RequestAct.GO_ON.value
    EXTEND = RequestAct.EXTEND.value
    TRANSFER = RequestAct.TRANSFER.value
    REOPEN = RequestAct.REOPEN.value


NAMES = {
    Work.WRITE: _l("Write to the reader"),
    Work.NOTE: _l("Note for the staff"),
    Work.ASK_READER: _l("Ask the reader, and stop the clock until the answer"),
    Work.CONSULT: _l("Ask another office for its opinion (the clock runs on)"),
    Work.GO_ON: _l("Go on working"),
    Work.EXTEND: _l("Put the answer off"),
    Work.TRANSFER: _l("Pass the request on to another archive"),
    Work.REOPEN: _l("Work on it again, with a new clock"),
}


WITH_FILES = frozenset({Work.WRITE.value, Work.NOTE.value, Work.ASK_READER.value})
"""With what files can go."""


class WorkForm(forms.PortalForm):
    """What is done, in which words."""

    work = RadioField(_l("What do you want to do?"), validate_choice=False)
    text = forms.area(_l("Text"), correspondence.LONGEST, render_kw={"rows": 4})
    files = MultipleFileField(_l("Files"))
    days = forms.line(_l("Working days"), 3, needed=False, render_kw={"inputmode": "numeric"})


class DraftForm(forms.PortalForm):
    """A decision on one document, drafted for somebody else to sign."""

    act = RadioField(
        _l("Decision"),
        choices=forms.choices([("grant", _l("Grant")), ("refuse", _l("Refuse"))]),
        validate_choice=False,
    )
    term = SelectField(_l("Reason by the rules"), validate_choice=False)
    reason = forms.area(_l("Reason (the requester reads it)"), 2000, render_kw={"rows": 4})
    version = SelectField(_l("What is granted"), validate_choice=False)
    pages = forms.line(_l("Pages"), 20, needed=False)
    until = forms.DayField(_l("Last day of access"))
    review_on = forms.DayField(_l("Looked at again on"))
    note = forms.area(_l("Note for whoever signs"), 2000, needed=False, render_kw={"rows": 2})

    def offer(self, terms: Sequence[tuple[str, str]], versions: Sequence[tuple[str, str]]) -> None:
        """Offer the reasons that hold today, and the redacted versions that are confirmed."""
        self.term.choices = forms.choices(terms, none=_l("None of the rules fits"))
        self.version.choices = forms.choices(versions, none=_l("The original"))

    @property
    def page_range(self) -> tuple[int, int] | None:
        """The pages as typed: "5" or "3-7"; what cannot be read is no page at all."""
        text = self.pages.data or ""
        if not text:
            return None
        first, _, last = (part.strip() for part in text.replace("–", "-").partition("-"))
        return forms.whole(first), forms.whole(last or first)


class AssignForm(forms.PortalForm):
    """Who works on it."""

    person = SelectField(_l("Who works on it"), validate_choice=False)

    def offer(self, people: Mapping[str, str], chosen: str | None) -> None:
        """Offer the colleagues, and nobody."""
        self.person.choices = forms.choices([("", _l("Nobody yet")), *people.items()])
        if self.person.data is None:
            self.person.data = chosen or ""
