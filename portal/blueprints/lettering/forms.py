"""Forms of official letters."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.access.letters import issuing, wordings
from portal.web import forms


class LetterForm(forms.PortalForm):
    """The words of one letter before it is issued."""

    subject = forms.line(_l("Subject"), wordings.LONGEST_SUBJECT)
    body = forms.area(_l("Text"), issuing.LONGEST_BODY, render_kw={"rows": 16})
    authority = forms.area(_l("Signed as"), issuing.LONGEST_AUTHORITY, render_kw={"rows": 2})


class CancelForm(forms.PortalForm):
    """Why a letter is void."""

    reason = forms.area(_l("Reason"), issuing.CANCEL_MOST, render_kw={"rows": 3})


class WordingForm(forms.PortalForm):
    """How a kind of letter is worded from a day on."""

    type_name = forms.line(_l("Type of document"), wordings.LONGEST_TYPE, needed=False)
    type_code = forms.line(_l("Abbreviation in the number"), wordings.LONGEST_CODE, needed=False)
    subject = forms.line(_l("Subject"), wordings.LONGEST_SUBJECT)
    body = forms.area(_l("Text"), wordings.LONGEST_BODY, render_kw={"rows": 16})
    valid_from = forms.DayField(_l("In force from"))
    legal_basis = forms.line(_l("Legal basis"), wordings.LONGEST_BASIS)
