"""Forms about oneself."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, PasswordField, RadioField

from portal.web import forms


class OwnForm(forms.PortalForm):
    """Name and language of mails."""

    name = forms.line(_l("Full name"), 200, render_kw={"autocomplete": "name"})
    locale = RadioField(
        _l("Language of e-mails"), choices=forms.choices([("vi", _l("Vietnamese")), ("en", _l("English"))])
    )


class NoticesForm(forms.PortalForm):
    """Which messages come by mail, and in which language."""

    reminders = BooleanField(_l("Reminders before a request lapses and before access ends"))
    copies = BooleanField(_l("A copy is ready"))
    endings = BooleanField(_l("Access has ended"))
    calendar = BooleanField(_l("The day of an answer moved because the calendar of working days did"))
    reviews = BooleanField(_l("A refusal was looked at again and stands until another day"))
    sms = BooleanField(_l("A short message, too, when there is an answer or a question"))
    locale = RadioField(
        _l("Language of e-mails"), choices=forms.choices([("vi", _l("Vietnamese")), ("en", _l("English"))])
    )


class PasswordForm(forms.PortalForm):
    """The present password and the one to be. Both are taken exactly as they were typed."""

    present: Any = PasswordField(
        _l("Present password"), [forms.AtMost(200)], render_kw={"autocomplete": "current-password"}
    )
    password: Any = PasswordField(
        _l("New password"), [forms.Needed(), forms.AtMost(200)], render_kw={"autocomplete": "new-password"}
    )


class DetailsForm(forms.PortalForm):
    """What the circular asks of account holders; everything may be left out or taken back."""

    id_number = forms.line(
        _l("Number of your citizen's card or passport"), 40, needed=False, render_kw={"autocomplete": "off"}
    )
    phone = forms.line(_l("Phone"), 40, needed=False, render_kw={"type": "tel", "autocomplete": "tel"})
    workplace = forms.line(
        _l("Workplace or school"), 300, needed=False, render_kw={"autocomplete": "organization"}
    )
    priority = forms.line(
        _l("Reason to be served first"), 300, needed=False, render_kw={"autocomplete": "off"}
    )


class EvidenceForm(forms.PortalForm):
    """A picture or PDF of a card; looked at as it is taken in."""

    evidence = FileField(_l("Picture or PDF of your card or passport"))


class EraseForm(forms.PortalForm):
    """The password once more, and a tick: what is erased does not come back."""

    present: Any = PasswordField(
        _l("Present password"), [forms.AtMost(200)], render_kw={"autocomplete": "current-password"}
    )
    sure = BooleanField(_l("I am sure. My account is closed for good."))
