"""The form of what is done with a request as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from wtforms import Form, MultipleFileField, RadioField, SelectField, StringField

from portal.access import correspondence, queues, rulebook
from portal.access.bulk import Bulk, Order
from portal.access.proposals import Proposal
from portal.access.queues import Filters
from portal.access.request_states import RequestAct
from portal.access.terms import TermKind
from portal.core.errors import InvalidError
from portal.web import forms, labels, locale, proposing, texts


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


def _why() -> SelectField:
    return SelectField(_l("Why it is put off"), validate_choice=False)


def offer_reasons(field: SelectField) -> None:
    """Offer the reasons of extensions that hold today."""
    known = rulebook.terms(TermKind.EXTENSION)
    field.choices = forms.choices(
        ((one.id, rulebook.named(one, locale.current())) for one in known), none=_l("Choose a reason")
    )


class WorkForm(forms.PortalForm):
    """What is done, in which words."""

    work = RadioField(_l("What do you want to do?"), validate_choice=False)
    term = _why()
    text = forms.area(_l("Text"), correspondence.LONGEST, render_kw={"rows": 4})
    files = MultipleFileField(_l("Files"))
    days = forms.line(_l("Working days"), 3, needed=False, render_kw={"inputmode": "numeric"})


class DraftForm(proposing.ProposalForm):
    """A decision on one document, drafted for somebody else to sign."""

    act = proposing.choice()
    note = forms.area(_l("Note for whoever signs"), 2000, needed=False, render_kw={"rows": 2})

    def drafted(self) -> Proposal:
        """Return what is drafted.

        Raises:
            InvalidError: nothing was chosen.
        """
        return self.proposal(self.act.data or "", note=self.note.data or "")


class AssignForm(forms.PortalForm):
    """Who works on it."""

    person = SelectField(_l("Who works on it"), validate_choice=False)

    def offer(self, people: Mapping[str, str], chosen: str | None) -> None:
        """Offer the colleagues, and nobody."""
        self.person.choices = forms.choices([("", _l("Nobody yet")), *people.items()])
        if self.person.data is None:
            self.person.data = chosen or ""


class FilterForm(Form):
    """What narrows a queue; it stands in the address."""

    so = StringField(_l("Number of the request"), filters=[forms.clean])
    han = forms.DayField(_l("Due by"))
    nguoi = SelectField(_l("Who works on it"), validate_choice=False, render_kw=forms.IN_VIETNAMESE)
    loai = SelectField(_l("Kind of service"), validate_choice=False)
    ket_qua = SelectField(_l("What came of it"), validate_choice=False)
    phong = SelectField(_l("Fonds"), validate_choice=False, render_kw=forms.IN_VIETNAMESE)

    def offer(self, people: Mapping[str, str], services: Mapping[str, str], fonds: Mapping[str, str]) -> None:
        """Offer colleagues, kinds of service and fonds."""
        anything = _l("All of them")
        self.nguoi.choices = forms.choices(
            [(queues.NOBODY, _l("Nobody yet")), *people.items()], none=anything
        )
        self.loai.choices = forms.choices(services.items(), none=anything)
        self.phong.choices = forms.choices(fonds.items(), none=anything)
        outcomes = [(one, texts.later(words)) for one, words in labels.RESOLUTIONS.items()]
        self.ket_qua.choices = forms.choices(outcomes, none=anything)

    def filters(self) -> Filters:
        """Return what was chosen; what cannot be read narrows nothing."""
        return Filters(
            number=(self.so.data or "")[:20],
            due_by=self.han.data,
            assigned=self.nguoi.data or "",
            service=self.loai.data or "",
            outcome=self.ket_qua.data or "",
            fonds=self.phong.data or "",
        )


class BulkForm(forms.PortalForm):
    """What is done with all requests that are chosen."""

    bulk = RadioField(
        _l("With those chosen"),
        validate_choice=False,
        default=Bulk.TAKE.value,
    )
    person = SelectField(_l("Give them to"), validate_choice=False, render_kw=forms.IN_VIETNAMESE)
    term = _why()
    days = forms.line(_l("Working days"), 3, needed=False, render_kw={"inputmode": "numeric"})
    reason = forms.area(_l("Reason (the requester reads it)"), 2000, needed=False, render_kw={"rows": 2})

    def offer(self, people: Mapping[str, str], *, may_decide: bool) -> None:
        """Offer the colleagues, and what the reader of the page may do."""
        self.person.choices = forms.choices([("", _l("Nobody yet")), *people.items()])
        offer_reasons(self.term)
        heads = (Bulk.EXTEND, Bulk.SIGN)
        self.bulk.choices = forms.choices(
            (one.value, texts.later(labels.BULK[one.value])) for one in Bulk if may_decide or one not in heads
        )

    def order(self, seen: Iterable[str]) -> Order:
        """Return what is to be done.

        Raises:
            InvalidError: nothing was chosen.
        """
        if self.bulk.data not in set(Bulk):
            raise InvalidError("missing", fields={"bulk": "missing"})
        return Order(
            Bulk(self.bulk.data),
            self.person.data or "",
            forms.whole(self.days.data),
            self.reason.data or "",
            self.term.data or "",
            frozenset(seen),
        )
