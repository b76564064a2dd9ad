"""The forms of those who ask without an account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from portal.access import appeals, correspondence
from portal.web import answering, forms


class GuestForm(answering.AnswersForm):
    """Who asks, what for and how; which records stands beside it as check boxes."""

    name = forms.line(_l("Full name"), 200, render_kw={"autocomplete": "name"})
    email = forms.line(_l("E-mail address"), 254, render_kw={"type": "email", "autocomplete": "email"})
    accepted = BooleanField(_l("I have read this and accept it."))


class FollowForm(forms.PortalForm):
    """What stands on the receipt."""

    number = forms.line(
        _l("Number of the request"), 20, render_kw={"autocomplete": "off", "spellcheck": "false"}
    )
    code = forms.line(_l("Code"), 40, render_kw={"autocomplete": "off", "spellcheck": "false"})


class DigitsForm(forms.PortalForm):
    """What came by mail."""

    digits = forms.line(
        _l("Six digits from the e-mail"),
        12,
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


class LetterForm(forms.PortalForm):
    """A message to the archive, or the answer to its question."""

    text = forms.area(_l("Write to the archive"), correspondence.LONGEST, render_kw={"rows": 5})


class AppealForm(forms.PortalForm):
    """Why a decision is wrong; which ones stands beside it as check boxes."""

    text = forms.area(_l("Why do you think it is wrong?"), appeals.MOST, render_kw={"rows": 8})
