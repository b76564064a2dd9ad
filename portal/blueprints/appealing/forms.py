"""The forms of appeals."""

from __future__ import annotations

from flask import request
from flask_babel import lazy_gettext as _l

from portal.access import appeals
from portal.access.appeal_views import AppealView
from portal.web import forms

UPHOLD, OVERTURN = "uphold", "overturn"


class AppealForm(forms.PortalForm):
    """Why a decision is wrong; which ones stands beside it as check boxes."""

    text = forms.area(_l("Why do you think it is wrong?"), appeals.MOST, render_kw={"rows": 8})


class AnswerForm(forms.PortalForm):
    """The answer to an appeal; what is said to each document stands beside it."""

    answer = forms.area(_l("Answer (the reader reads it)"), appeals.MOST, render_kw={"rows": 8})

    @staticmethod
    def verdicts(appeal: AppealView) -> dict[str, bool]:
        """Return what was chosen by document; what is left open is left out."""
        chosen = {one.item_id: request.form.get(f"verdict-{one.item_id}", "") for one in appeal.items}
        return {item: word == OVERTURN for item, word in chosen.items() if word in (UPHOLD, OVERTURN)}


class ExtendForm(forms.PortalForm):
    """By how much the answer is put off, and why."""

    days = forms.line(_l("Working days"), 3, render_kw={"inputmode": "numeric"})
    reason = forms.area(_l("Reason (the reader reads it)"), 2000, render_kw={"rows": 3})
