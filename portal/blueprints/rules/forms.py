"""The forms of the rulebook: a term, its last day, and the days of a service."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from portal.access.rulemaking import LONGEST_BASIS, LONGEST_CODE, LONGEST_NAME, LONGEST_TEXT
from portal.access.terms import Outcome
from portal.web import forms, rule_labels, texts

IN_FORCE_FROM, BASIS = _l("Valid from"), _l("Legal basis")
NAME_VI, NAME_EN = _l("Name in Vietnamese"), _l("Name in English")


class TermForm(forms.PortalForm):
    """What can be chosen from a day on."""

    code = forms.line(_l("Code"), LONGEST_CODE, render_kw={"spellcheck": "false"})
    name_vi = forms.line(NAME_VI, LONGEST_NAME)
    name_en = forms.line(NAME_EN, LONGEST_NAME)
    text_vi = forms.area(_l("What readers read, in Vietnamese"), LONGEST_TEXT, needed=False)
    text_en = forms.area(_l("What readers read, in English"), LONGEST_TEXT, needed=False)
    outcome = SelectField(
        _l("Given for"),
        choices=forms.choices((one.value, texts.later(rule_labels.OUTCOMES[one.value])) for one in Outcome),
        default=Outcome.REFUSE.value,
    )
    needs_review_on = BooleanField(_l("A day is named on which it is looked at again"))
    can_appeal = BooleanField(_l("The reader can appeal"))
    needs_evidence = BooleanField(_l("Papers have to be shown"))
    valid_from = forms.DayField(IN_FORCE_FROM)
    legal_basis = forms.area(BASIS, LONGEST_BASIS, render_kw={"rows": 3})


class ClosureForm(forms.PortalForm):
    """For how many years a kind of record stays closed, from a day on."""

    code = forms.line(_l("Code"), LONGEST_CODE, render_kw={"spellcheck": "false"})
    name_vi = forms.line(NAME_VI, LONGEST_NAME)
    name_en = forms.line(NAME_EN, LONGEST_NAME)
    years = forms.CountField(_l("Number of years"))
    counted_from = SelectField(
        _l("Counted from"),
        choices=forms.choices((one, texts.later(words)) for one, words in rule_labels.COUNTED_FROM.items()),
    )
    by_year = BooleanField(_l("Counted from the end of that year"))
    valid_from = forms.DayField(IN_FORCE_FROM)
    legal_basis = forms.area(BASIS, LONGEST_BASIS, render_kw={"rows": 3})


class PeriodForm(forms.PortalForm):
    """The value of a period or limit from a day on."""

    value = forms.CountField(_l("Number"))
    valid_from = forms.DayField(IN_FORCE_FROM)
    legal_basis = forms.area(BASIS, LONGEST_BASIS, render_kw={"rows": 3})


class EndForm(forms.PortalForm):
    """The last day of a term."""

    last_day = forms.DayField(_l("Last day"))


class ServiceForm(forms.PortalForm):
    """How long a service takes from a day on."""

    name_vi = forms.line(NAME_VI, LONGEST_NAME)
    name_en = forms.line(NAME_EN, LONGEST_NAME)
    working_days = forms.CountField(_l("Working days for an answer"))
    extension_days_most = forms.CountField(_l("Working days of all extensions together, at most"))
    pause_days_most = forms.CountField(_l("Working days that the reader has for an answer"))
    needs_draft = BooleanField(_l("Somebody else drafts the decision before it is signed"))
    valid_from = forms.DayField(IN_FORCE_FROM)
    legal_basis = forms.area(BASIS, LONGEST_BASIS, render_kw={"rows": 3})
