"""Forms of decisions on requests."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.web import forms


class DecisionForm(forms.PortalForm):
    """Why, and until when. Which of the two buttons was pressed decides."""

    reason = forms.area(_l("Reason (the requester reads it)"), 2000)
    until = forms.DayField(_l("Last day of access"))


class RevokeForm(forms.PortalForm):
    """Why access ends early."""

    reason = forms.area(_l("Reason (the requester reads it)"), 500)
