"""The forms that ask for records, and write about what was asked."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, HiddenField, MultipleFileField, RadioField

from portal.access import correspondence
from portal.access.terms import TermKind
from portal.web import answering, forms


class ChangeForm(forms.PortalForm):
    """The purpose, written anew."""

    purpose = forms.area(_l("What do you need the records for?"), 2000, render_kw={"rows": 6})


class WriteForm(forms.PortalForm):
    """A message to the archive, or the answer to its question."""

    text = forms.area(_l("Write to the archive"), correspondence.LONGEST, render_kw={"rows": 5})
    files = MultipleFileField(_l("Files"))


class WhatForm(forms.PortalForm):
    """Which records; they stand beside it, each with what asking for it would come to."""


class WhyForm(answering.AnswersForm):
    """The same, and who is served first."""

    first_served: Any = RadioField(_l("Are you to be served first?"), choices=[], validate_choice=False)

    def offer(self) -> None:
        """Offer what the rulebook holds today."""
        super().offer()
        self.first_served.choices = forms.choices(answering.choices(TermKind.PRIORITY), gettext("No"))


class EvidenceForm(forms.PortalForm):
    """A picture or PDF of a paper, or that it will be brought."""

    evidence = FileField(_l("Picture or PDF of the paper"))
    way = HiddenField()


class UndertakeForm(forms.PortalForm):
    """The undertaking, accepted."""

    accepted = BooleanField(_l("I have read this and accept it."))


class SendForm(forms.PortalForm):
    """Which half-written request is sent, as it was seen."""

    draft = HiddenField()
    seen = HiddenField()
