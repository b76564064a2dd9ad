"""The form of the log of reading."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.web import forms

LONGEST_CODE = 40


class TraceForm(forms.PortalForm):
    """The code on a page that turned up somewhere."""

    code = forms.line(_l("Trace code"), LONGEST_CODE, render_kw={"spellcheck": False, "autocomplete": "off"})
