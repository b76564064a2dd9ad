"""Forms about oneself."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField

from portal.web import forms


class OwnForm(forms.PortalForm):
    """Name and language of mails."""

    name = forms.line(_l("Full name"), 200, render_kw={"autocomplete": "name"})
    locale = RadioField(
        _l("Language of e-mails"), choices=forms.choices([("vi", _l("Vietnamese")), ("en", _l("English"))])
    )


class PasswordForm(forms.PortalForm):
    """The present password and the one to be. Both are taken exactly as they were typed."""

    present: Any = PasswordField(
        _l("Present password"), [forms.AtMost(200)], render_kw={"autocomplete": "current-password"}
    )
    password: Any = PasswordField(
        _l("New password"), [forms.Needed(), forms.AtMost(200)], render_kw={"autocomplete": "new-password"}
    )
