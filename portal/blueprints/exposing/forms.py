"""Forms of reports that a record shows personal data."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from portal.web import forms

_ADDRESS = {"type": "email", "autocomplete": "email", "inputmode": "email", "spellcheck": False}


class ReportForm(forms.PortalForm):
    """What is wrong, and where the answer goes."""

    term = RadioField(_l("What is it about?"), validate_choice=False)
    text = forms.area(_l("What is shown, and where on the page?"), 2000, render_kw={"rows": 5})
    email = forms.line(_l("E-mail address for the answer (optional)"), 254, needed=False, render_kw=_ADDRESS)


class AnswerForm(forms.PortalForm):
    """What whoever reported it is told."""

    answer = forms.area(_l("Answer (whoever reported it reads it)"), 2000, render_kw={"rows": 4})
