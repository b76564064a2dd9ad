"""The form that opens a batch and sends its first files."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from portal.web import forms


class WithdrawForm(forms.PortalForm):
    """Why a batch is withdrawn."""

    reason = forms.area(_l("Reason (it stays with the batch)"), 500, render_kw={"rows": 2})


class BatchForm(forms.PortalForm):
    """Where the scans belong, what the batch is called, and the declaration. Files stand beside it."""

    fonds = SelectField(_l("Fonds"), [forms.Needed()], validate_choice=False, render_kw=forms.IN_VIETNAMESE)
    name = forms.line(_l("Name of the batch"), 200)
    declared = BooleanField(_l("I declare that these files hold no state secret."))
