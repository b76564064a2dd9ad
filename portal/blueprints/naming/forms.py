"""The form for another name."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, HiddenField, SelectField

from portal.catalogue import aliases
from portal.catalogue.aliases import AliasKind
from portal.web import forms

KINDS = {
    AliasKind.PLACE: _l("Place name"),
    AliasKind.BODY: _l("Body"),
    AliasKind.ABBREVIATION: _l("Abbreviation"),
}


class AliasForm(forms.PortalForm):
    """Two names of the same thing, and since when and by what."""

    kind = SelectField(
        _l("What it is"), choices=forms.choices((kind.value, name) for kind, name in KINDS.items())
    )
    name = forms.line(_l("Former name or abbreviation"), aliases.LONGEST_NAME, render_kw=forms.IN_VIETNAMESE)
    other = forms.line(
        _l("Present name or full wording"), aliases.LONGEST_NAME, render_kw=forms.IN_VIETNAMESE
    )
    is_both_ways = BooleanField(_l("Who searches the second is also given the first"), default=True)
    valid_from = forms.DayField(_l("Since"))
    legal_basis = forms.line(_l("Legal basis"), aliases.LONGEST_BASIS, needed=False)
    note = forms.line(_l("Note"), aliases.LONGEST_NOTE, needed=False)
    version = HiddenField(default="1")


class TableForm(forms.PortalForm):
    """A table of names, as a file; `text` carries what was looked through to the loading."""

    table = FileField(_l("Table (CSV)"))
    text = HiddenField()
