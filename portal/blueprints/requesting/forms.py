"""The forms that ask for records, and write about what was asked."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField

from portal.access import correspondence
from portal.web import forms


class ChangeForm(forms.PortalForm):
    """The purpose, written anew."""

    purpose = forms.area(_l("What do you need the records for?"), 2000, render_kw={"rows": 6})


class WriteForm(forms.PortalForm):
    """A message to the archive, or the answer to its question."""

    text = forms.area(_l("Write to the archive"), correspondence.LONGEST, render_kw={"rows": 5})
    files = MultipleFileField(_l("Files"))


class AskForm(forms.PortalForm):
    """What the records are needed for; which records stand beside it as hidden inputs."""

    purpose = forms.area(_l("What do you need the records for?"), 2000, render_kw={"rows": 6})
