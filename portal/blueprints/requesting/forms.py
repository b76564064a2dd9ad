"""The form that asks for records."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.web import forms


class AskForm(forms.PortalForm):
    """What the records are needed for; which records stand beside it as hidden inputs."""

    purpose = forms.area(_l("What do you need the records for?"), 2000, render_kw={"rows": 6})
