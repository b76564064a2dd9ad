"""Forms for agencies, fonds, files and for moving them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField

from portal.web import forms


class AgencyForm(forms.PortalForm):
    """What an agency is called and how long it existed."""

    code = forms.line(_l("Code"), 40)
    name = forms.line(_l("Name"), 300)
    valid_from = forms.DayField(_l("Exists from"))
    valid_to = forms.DayField(_l("Exists until"))
    version = HiddenField(default="1")


class FondsForm(forms.PortalForm):
    """A fonds: code, name, the agency that made it, its dates, the shelf it fills."""

    code = forms.line(_l("Code"), 60)
    name = forms.line(_l("Name"), 1000)
    agency = SelectField(_l("Agency"), validate_choice=False, render_kw=forms.IN_VIETNAMESE)
    date_from = forms.DayField(_l("Earliest date"))
    date_to = forms.DayField(_l("Latest date"))
    extent_mm = forms.MetresField(_l("Extent on the shelf"), render_kw={"inputmode": "decimal"})
    version = HiddenField(default="1")


class FileForm(forms.PortalForm):
    """A file: its place, code, name, dates."""

    parent = SelectField(_l("Inside"), validate_choice=False, render_kw=forms.IN_VIETNAMESE)
    code = forms.line(_l("Code"), 60, needed=False)
    name = forms.line(_l("Name"), 1000)
    date_from = forms.DayField(_l("Earliest date"))
    date_to = forms.DayField(_l("Latest date"))
    version = HiddenField(default="1")


class MoveForm(forms.PortalForm):
    """Where a file or a document goes."""

    parent = SelectField(
        _l("Move to"), [forms.Needed()], validate_choice=False, render_kw=forms.IN_VIETNAMESE
    )
