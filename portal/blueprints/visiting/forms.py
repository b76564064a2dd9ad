"""The forms of those who ask without an account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.access import correspondence
from portal.web import forms


class GuestForm(forms.PortalForm):
    """Who asks, and what for; which records stands beside it as check boxes."""

    name = forms.line(_l("Full name"), 200, render_kw={"autocomplete": "name"})
    email = forms.line(_l("E-mail address"), 254, render_kw={"type": "email", "autocomplete": "email"})
    purpose = forms.area(_l("What do you need the records for?"), 2000, render_kw={"rows": 6})


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
