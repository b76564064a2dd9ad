"""The sign-in form."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField

from portal.web import forms


class SignInForm(forms.PortalForm):
    """E-mail address and password. The password is taken exactly as it was typed."""

    email = forms.line(
        _l("E-mail address"),
        254,
        render_kw={"type": "email", "autocomplete": "username", "inputmode": "email", "spellcheck": False},
    )
    password = PasswordField(
        _l("Password"), [forms.Needed(), forms.AtMost(200)], render_kw={"autocomplete": "current-password"}
    )
