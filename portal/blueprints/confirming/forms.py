"""The form by which an officer decides on an identity."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.web import forms


class IdentityForm(forms.PortalForm):
    """What was seen, and where it does not do, why."""

    seen = HiddenField()
    reason = forms.area(_l("What is missing or does not fit"), 500, needed=False)
