"""Forms of decisions on requests."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.web import forms, labels, proposing, texts


class DecisionForm(proposing.ProposalForm):
    """What is decided on one document; which of the buttons was pressed says what."""


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


class RowForm(proposing.ProposalForm):
    """What is decided on one document of a request. Left open where nothing is chosen."""

    act = proposing.choice(("", texts.later(labels.VERDICTS[""])))
    reason = forms.area(_l("Reason (the requester reads it)"), 2000, needed=False, render_kw={"rows": 2})
