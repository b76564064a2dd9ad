"""The form that releases a document which was held back."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.web import forms


class ReleaseForm(forms.PortalForm):
    """Why it is no state secret, or none any more."""

    reason = forms.area(_l("Why is this no state secret, or none any more?"), 1000, render_kw={"rows": 3})
