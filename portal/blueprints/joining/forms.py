"""Forms of people who have no session yet."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField

from portal.web import forms

_ADDRESS = {"type": "email", "autocomplete": "email", "inputmode": "email", "spellcheck": False}


class RegisterForm(forms.PortalForm):
    """Who wants an account. The password is asked for when the address is proved."""

    name = forms.line(_l("Full name"), 200, render_kw={"autocomplete": "name"})
    email = forms.line(_l("E-mail address"), 254, render_kw=_ADDRESS)


class ForgottenForm(forms.PortalForm):
    """Whose password is forgotten."""

    email = forms.line(_l("E-mail address"), 254, render_kw=_ADDRESS | {"autocomplete": "username"})


class NewPasswordForm(forms.PortalForm):
    """A password to be, taken exactly as it was typed; it is asked for once, for it can be shown."""

    password: Any = PasswordField(
        _l("New password"), [forms.Needed(), forms.AtMost(200)], render_kw={"autocomplete": "new-password"}
    )
