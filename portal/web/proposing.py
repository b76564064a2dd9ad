"""What is typed to decide on a document, the same for who drafts and for who decides at once."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField

from portal.access import proposals, redactions, rulebook
from portal.access.proposals import Proposal
from portal.access.states import Act
from portal.access.terms import Outcome
from portal.core import clock
from portal.core.errors import InvalidError
from portal.web import actors, filters, forms, labels, locale, texts


class ProposalForm(forms.PortalForm):
    """Why, by which rule, for which pages, and until when."""

    term = SelectField(_l("Reason by the rules"), validate_choice=False)
    reason = forms.area(_l("Reason (the requester reads it)"), 2000, render_kw={"rows": 4})
    pages = forms.line(_l("Pages"), 20, needed=False)
    until = forms.DayField(_l("Last day of access"))
    review_on = forms.DayField(_l("Looked at again on"))
    version = SelectField(_l("What is granted"), choices=[], validate_choice=False)

    def offer(self, document_id: str) -> None:
        """Offer the redacted versions of the document that are confirmed, and the reasons of the rules that
        hold today, by what they are given for."""
        versions = redactions.confirmed(actors.current(), document_id)
        self.version.choices = forms.choices(
            (
                (one.id, gettext("Redacted version %(number)s", number=filters.number(one.version)))
                for one in versions
            ),
            none=_l("The original"),
        )
        is_vietnamese = locale.current() == locale.VIETNAMESE
        self.term.choices = forms.choices(
            (
                (
                    term.id,
                    f"{texts.label(outcome.value, 'outcome')}: "
                    f"{term.name_vi if is_vietnamese else term.name_en}",
                )
                for outcome in Outcome
                for term in rulebook.reasons(outcome)
            ),
            none=_l("None of the rules fits"),
        )

    def proposal(self, act: str, reason: str = "", note: str = "") -> Proposal:
        """Return what is proposed.

        Args:
            reason: stands where this form has none of its own.

        Raises:
            InvalidError: nothing was chosen.
        """
        if act not in set(proposals.OUTCOMES):
            raise InvalidError("missing", fields={"act": "missing"})
        return Proposal(
            act=Act(act),
            reason=self.reason.data or reason,
            term_id=self.term.data or "",
            until=self.last_instant,
            pages=self.page_range,
            review_on=self.review_on.data,
            note=note,
            redaction_id=self.version.data or "",
        )

    @property
    def last_instant(self) -> datetime | None:
        """The last second of the day typed."""
        return clock.last_second(self.until.data)

    @property
    def page_range(self) -> tuple[int, int] | None:
        """The pages as typed: "5" or "3-7"; what cannot be read is no page at all."""
        text = self.pages.data or ""
        if not text:
            return None
        first, _, last = (part.strip() for part in text.replace("–", "-").partition("-"))
        return forms.whole(first), forms.whole(last or first)


def choice(*others: tuple[str, str]) -> RadioField:
    """Return the field of what is decided; `others` come behind the decisions."""
    return RadioField(
        _l("Decision"),
        choices=forms.choices(
            [*((act.value, texts.later(labels.VERDICTS[act.value])) for act in proposals.OUTCOMES), *others]
        ),
        validate_choice=False,
        default="",
    )
