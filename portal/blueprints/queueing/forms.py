"""Forms of the queue of reading."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField

from portal.ingest.steering import LONGEST_REASON
from portal.ingest.steering_rows import Place
from portal.web import forms, intake_labels, labels


class PauseForm(forms.PortalForm):
    """Why reading is paused."""

    reason = forms.line(_l("Why it is paused (optional)"), LONGEST_REASON, needed=False)


class SkipForm(forms.PortalForm):
    """Why a page goes on without its text."""

    reason = forms.line(_l("Why it goes on without its text"), LONGEST_REASON)


class QuietForm(forms.PortalForm):
    """When reading rests, or goes on with fewer readers."""

    weekdays = SelectMultipleField(
        _l("Days on which they begin"),
        choices=forms.choices((day, _l(words)) for day, words in labels.WEEKDAYS.items()),
        default=[],
    )
    begins_at = forms.line(_l("Beginning"), 6)
    ends_at = forms.line(_l("End"), 6)
    readers = forms.CountField(_l("Pages read at a time, at most"), render_kw={"inputmode": "numeric"})
    valid_from = forms.DayField(_l("First day"))
    valid_to = forms.DayField(_l("Last day (optional)"))
    reason = forms.line(_l("Reason"), LONGEST_REASON)


class PlaceForm(forms.PortalForm):
    """Where in the queue a batch goes."""

    turn = RadioField(
        _l("Its turn"), choices=forms.choices((one.value, _l(intake_labels.PLACES[one])) for one in Place)
    )
