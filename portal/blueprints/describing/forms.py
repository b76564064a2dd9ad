"""Forms of describing a document."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import HiddenField, RadioField, SelectField

from portal.catalogue.closing import Offer
from portal.rights.levels import Level
from portal.web import forms, labels, locale, texts


def _period() -> SelectField:
    return SelectField(_l("Closure period"), validate_choice=False)


def offer_periods(field: SelectField, rows: Iterable[Offer]) -> None:
    """Offer the closure periods that can be chosen today."""
    is_vietnamese = locale.current() == locale.VIETNAMESE
    field.choices = forms.choices(
        ((row.id, f"{row.name_vi if is_vietnamese else row.name_en} ({_years(row)})") for row in rows),
        none=_l("None of them"),
    )


def _years(row: Offer) -> str:
    start = texts.label(row.counted_from, "counted_from")
    text: str = ngettext(
        "%(num)s year from %(start)s", "%(num)s years from %(start)s", row.years, start=start
    )
    return text


class DescriptionForm(forms.PortalForm):
    """The six fields of a document, and how long it stays closed."""

    number = forms.line(_l("Number and symbol"), 80, needed=False)
    issued_on = forms.PartialDateField(_l("Date"))
    issuer = forms.line(_l("Issued by"), 300, needed=False)
    type_code = SelectField(_l("Type of document"), validate_choice=False, render_kw=forms.IN_VIETNAMESE)
    subject = forms.area(_l("Subject (becomes the public title)"), 1000, render_kw={"rows": 3})
    level = RadioField(
        _l("Access"),
        choices=forms.choices((level.value, texts.later(labels.LEVELS[level.value])) for level in Level),
        default=Level.CONDITIONAL.value,
    )
    reason = forms.area(
        _l("Reason for the access level (not needed for open)"), 500, needed=False, render_kw={"rows": 2}
    )
    period = _period()
    version = HiddenField()


class OpeningForm(forms.PortalForm):
    """When a record opens by itself, and by which rule: a closure period, or a day that is typed."""

    period = _period()
    opens_on = forms.DayField(_l("Opens on"))
    basis = forms.line(_l("By which rule (legal basis)"), 300, needed=False)
    seen = HiddenField()

    def has_seen(self) -> date | None:
        """Return the day that was shown for the period that is chosen; None where none was."""
        period, _, day = (self.seen.data or "").partition(":")
        try:
            return date.fromisoformat(day) if period == self.period.data else None
        except ValueError:
            return None


class PaperForm(DescriptionForm):
    """A document that exists on paper only: the six fields and its place."""

    parent = SelectField(_l("Inside"), [forms.Needed()], validate_choice=False, render_kw=forms.IN_VIETNAMESE)
