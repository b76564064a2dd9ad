"""The forms of the settings: one value in its languages, or a picture."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import FileField, HiddenField

from portal.blueprints.settings import words
from portal.core.nameplate import TEXTS, Key
from portal.site.rules import RULES
from portal.web import forms

VIETNAMESE, ENGLISH = _l("In Vietnamese"), _l("In English")
ROWS = {"rows": 14}


class LineForm(forms.PortalForm):
    """A line in both languages."""

    value = forms.line(VIETNAMESE, 300, needed=False)
    value_en = forms.line(ENGLISH, 300, needed=False)
    seen = HiddenField()


class OneForm(forms.PortalForm):
    """A line that is the same in every language."""

    value = forms.line("", 300, needed=False)
    seen = HiddenField()


class TextForm(forms.PortalForm):
    """A text of several paragraphs in both languages."""

    value = forms.area(VIETNAMESE, 20_000, needed=False, render_kw=ROWS)
    value_en = forms.area(ENGLISH, 20_000, needed=False, render_kw=ROWS)
    seen = HiddenField()


class EmblemForm(forms.PortalForm):
    """A picture."""

    picture = FileField(_l("Picture"))
    seen = HiddenField()


def of(key: Key, **data: object) -> forms.PortalForm:
    """Return the form of a value, filled in with what holds."""
    if key in TEXTS:
        return TextForm(data=data)
    if RULES[key].languages == 2:
        return LineForm(data=data)
    form = OneForm(data=data)
    form["value"].label.text = words.name(key)
    return form
