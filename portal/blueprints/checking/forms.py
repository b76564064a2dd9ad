"""Forms of the second look."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import FileField, RadioField

from portal.ingest import checking
from portal.ingest.check_rows import CheckReason
from portal.web import forms, locale


class LookForm(forms.PortalForm):
    """What is wrong with a page; accepting it needs nothing of this."""

    reason = RadioField(_l("What is wrong with it"), validate_choice=False)
    note = forms.line(_l("Note (for whoever scans again)"), 500, needed=False)

    def offer(self) -> None:
        """Offer the reasons that hold today."""
        self.reason.choices = forms.choices((row.id, named(row)) for row in checking.reasons())


class ShareForm(forms.PortalForm):
    """How much more of a batch is looked at, and why."""

    percent = forms.CountField(_l("Share to look at, in percent"), render_kw={"inputmode": "numeric"})
    reason = forms.area(_l("Reason"), 500, render_kw={"rows": 2})


class CloseForm(forms.PortalForm):
    """Why the numbers differ, where they do."""

    explanation = forms.area(_l("Explanation of the difference"), 1000, needed=False, render_kw={"rows": 4})


class ReopenForm(forms.PortalForm):
    """Why a closed batch is opened again."""

    reason = forms.area(_l("Reason"), 500, render_kw={"rows": 2})


class RescanForm(forms.PortalForm):
    """The picture that stands in the place of a page."""

    file = FileField(_l("The page, scanned again"))


def named(row: CheckReason) -> str:
    """Return a reason in the reader's language."""
    return row.name_vi if locale.current() == "vi" else row.name_en
