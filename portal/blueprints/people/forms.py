"""Forms about accounts, for administrators."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from portal.accounts.roles import STAFF, Role
from portal.web import forms, labels, texts


class InviteForm(forms.PortalForm):
    """Whom to invite, and as what. Citizens register themselves."""

    email = forms.line(_l("E-mail address"), 254, render_kw={"type": "email", "spellcheck": False})
    name = forms.line(_l("Full name"), 200)
    role = SelectField(
        _l("Role"),
        choices=forms.choices(
            (role.value, texts.later(labels.ROLES[role.value])) for role in Role if role in STAFF
        ),
    )


class RoleForm(forms.PortalForm):
    """What somebody is to the archive from now on."""

    role = SelectField(
        _l("Role"),
        choices=forms.choices((role.value, texts.later(labels.ROLES[role.value])) for role in Role),
    )


class HeirForm(forms.PortalForm):
    """Who takes open work over; nobody leaves it where it is."""

    heir = SelectField(_l("Open work goes to"), choices=[], default="")

    def offer(self, people: Iterable[tuple[str, str, str]]) -> None:
        """Offer people, each with id, name and role."""
        rows = [(person_id, f"{name} ({texts.label(role, 'role')})") for person_id, name, role in people]
        self.heir.choices = forms.choices(rows, gettext("Nobody: leave it where it is"))
