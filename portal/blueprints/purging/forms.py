"""Forms of purges: on what law and why, the second look, and why something stays."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, RadioField

from portal.purging.deciding import REASON_MOST
from portal.web import forms


class ProposeForm(forms.PortalForm):
    """On what law something is to be purged, and why."""

    basis = RadioField(_l("On what law"), validate_choice=False, default="")
    reason = forms.area(
        _l("Reason (it stays; write nothing of the content)"), REASON_MOST, render_kw={"rows": 3}
    )


class ConfirmForm(forms.PortalForm):
    """The password once more, a tick, and what was looked at: what is purged does not come back."""

    present: Any = PasswordField(
        _l("Present password"), [forms.AtMost(200)], render_kw={"autocomplete": "current-password"}
    )
    seen = HiddenField()
    sure = BooleanField(_l("I have looked at what goes. It cannot be brought back."))


class DeclineForm(forms.PortalForm):
    """Why it stays."""

    end_reason = forms.area(_l("Why it stays"), REASON_MOST, render_kw={"rows": 2})
