"""Forms of describing a document."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField

from portal.rights.levels import Level
from portal.web import forms, labels, texts


class DescriptionForm(forms.PortalForm):
    """The six fields of a document."""

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
    version = HiddenField()


class OpeningForm(forms.PortalForm):
    """When a record opens by itself, and by which rule."""

    opens_on = forms.DayField(_l("Opens on"))
    basis = forms.line(_l("By which rule (legal basis)"), 300, needed=False)


class PaperForm(DescriptionForm):
    """A document that exists on paper only: the six fields and its place."""

    parent = SelectField(_l("Inside"), [forms.Needed()], validate_choice=False, render_kw=forms.IN_VIETNAMESE)
