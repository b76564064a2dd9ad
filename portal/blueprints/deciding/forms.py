"""Forms of decisions on requests."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from portal.web import forms, texts


class DecisionForm(forms.PortalForm):
    """Why, and until when. Which of the two buttons was pressed decides."""

    reason = forms.area(_l("Reason (the requester reads it)"), 2000)
    until = forms.DayField(_l("Last day of access"))


class RevokeForm(forms.PortalForm):
    """Why access ends early."""

    reason = forms.area(_l("Reason (the requester reads it)"), 500)


class ReturnForm(forms.PortalForm):
    """Why a draft is sent back."""

    reason = forms.area(_l("Why it is sent back (whoever drafted it reads it)"), 500, render_kw={"rows": 3})


class CommonForm(forms.PortalForm):
    """The reason of every document that has none of its own."""

    reason = forms.area(
        _l("Reason for all (the requester reads it)"), 2000, needed=False, render_kw={"rows": 2}
    )


class RowForm(forms.PortalForm):
    """What is decided on one document of a request. Left open where nothing is chosen."""

    act = RadioField(
        _l("Decision"),
        choices=forms.choices((act, texts.later(words)) for act, words in texts.VERDICTS.items()),
        default="",
        validate_choice=False,
    )
    reason = forms.area(_l("Reason (the requester reads it)"), 2000, needed=False, render_kw={"rows": 2})
    until = forms.DayField(_l("Last day of access"))
