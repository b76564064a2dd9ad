"""The forms of the working calendar: the days of a year, and a date to count."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from portal.core.workdays import LONGEST_BASIS, LONGEST_NOTE
from portal.site import calendar_lines
from portal.web import forms


class YearForm(forms.PortalForm):
    """Every day of a year that is not as its weekday, one a line, and what says so."""

    days = forms.area(
        _l("Days off and days worked instead"),
        calendar_lines.MOST_BYTES,
        needed=False,
        render_kw={"rows": 24, "spellcheck": "false", "lang": "vi", "translate": "no"},
    )
    legal_basis = forms.area(_l("Legal basis"), LONGEST_BASIS, render_kw={"rows": 3})
    note = forms.area(_l("Note"), LONGEST_NOTE, needed=False, render_kw={"rows": 3})
    is_expected = BooleanField(_l("Some days are not announced yet"))
    seen = HiddenField()
