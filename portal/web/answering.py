"""What is typed beside the choice of records, the same for account holders and for guests."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from portal.access import rulebook
from portal.access.terms import TermKind
from portal.web import forms, locale


class AnswersForm(forms.PortalForm):
    """What the records are needed for, and how they will be used."""

    purpose_kind: Any = RadioField(_l("Kind of purpose"), choices=[], validate_choice=False)
    purpose = forms.area(_l("What do you need the records for?"), 2000, render_kw={"rows": 6})
    use_form: Any = RadioField(_l("Form of use"), choices=[], validate_choice=False)

    def offer(self) -> None:
        """Offer what the rulebook holds today; where it holds something, a choice is needed."""
        self.purpose_kind.choices = forms.choices(choices(TermKind.PURPOSE))
        self.use_form.choices = forms.choices(choices(TermKind.USE_FORM))
        for field in (self.purpose_kind, self.use_form):
            field.validators = [forms.Needed()] if field.choices else []


def choices(kind: TermKind) -> list[tuple[str, str]]:
    """Return what can be chosen of a kind; where the rules ask for papers, it says so."""
    is_vietnamese = locale.current() == locale.VIETNAMESE
    found = []
    for term in rulebook.terms(kind):
        name = term.name_vi if is_vietnamese else term.name_en
        needs = gettext("%(name)s (with papers that show it)", name=name)
        found.append((term.id, needs if term.needs_evidence else name))
    return found
