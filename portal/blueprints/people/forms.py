"""The form for a new account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from portal.accounts.roles import Role
from portal.web import forms, texts


class PersonForm(forms.PortalForm):
    """Who somebody is and what they are to the archive. They sign in by a one-time address first."""

    email = forms.line(_l("E-mail address"), 254)
    name = forms.line(_l("Name"), 200)
    role = SelectField(
        _l("Role"), choices=forms.choices((role.value, texts.later(texts.ROLES[role.value])) for role in Role)
    )
