"""The form of what is done with a request as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField, RadioField, SelectField

from portal.access import correspondence
from portal.access.proposals import Proposal
from portal.access.request_states import RequestAct
from portal.web import forms, proposing


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


class DraftForm(proposing.ProposalForm):
    """A decision on one document, drafted for somebody else to sign."""

    act = proposing.choice()
    version = SelectField(_l("What is granted"), validate_choice=False)
    note = forms.area(_l("Note for whoever signs"), 2000, needed=False, render_kw={"rows": 2})

    def offer_versions(self, versions: Sequence[tuple[str, str]]) -> None:
        """Offer the redacted versions that are confirmed."""
        self.version.choices = forms.choices(versions, none=_l("The original"))

    def drafted(self) -> Proposal:
        """Return what is drafted.

        Raises:
            InvalidError: nothing was chosen.
        """
        proposal = self.proposal(self.act.data or "", note=self.note.data or "")
        return replace(proposal, redaction_id=self.version.data or "")


class AssignForm(forms.PortalForm):
    """Who works on it."""

    person = SelectField(_l("Who works on it"), validate_choice=False)

    def offer(self, people: Mapping[str, str], chosen: str | None) -> None:
        """Offer the colleagues, and nobody."""
        self.person.choices = forms.choices([("", _l("Nobody yet")), *people.items()])
        if self.person.data is None:
            self.person.data = chosen or ""
