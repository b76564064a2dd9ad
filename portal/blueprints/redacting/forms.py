"""Forms of redacted versions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.web import forms

NUMBER = {"inputmode": "numeric", "autocomplete": "off"}


class BeginForm(forms.PortalForm):
    """What is hidden, and why."""

    reason = forms.area(_l("What is to be hidden, and why (for the staff)"), 500, render_kw={"rows": 3})


class BoxForm(forms.PortalForm):
    """Where a box lies, in px of the page image."""

    left = forms.line(_l("From the left"), 6, render_kw=NUMBER)
    top = forms.line(_l("From the top"), 6, render_kw=NUMBER)
    width = forms.line(_l("Width"), 6, render_kw=NUMBER)
    height = forms.line(_l("Height"), 6, render_kw=NUMBER)
    note = forms.line(_l("What it hides (optional)"), 200, needed=False, render_kw={"autocomplete": "off"})

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The four numbers; what cannot be read is 0, and a box without size is refused."""
        left, top = forms.whole(self.left.data), forms.whole(self.top.data)
        return left, top, forms.whole(self.width.data), forms.whole(self.height.data)


class OfferForm(forms.PortalForm):
    """Why hidden words may stay where they stand beside the boxes."""

    left_standing = forms.area(
        _l("Why the words that were found elsewhere may stay"), 2000, needed=False, render_kw={"rows": 3}
    )


class EndForm(forms.PortalForm):
    """Why a version is sent back or withdrawn."""

    reason = forms.area(_l("Reason (for the staff)"), 500, needed=False, render_kw={"rows": 3})
    seen = HiddenField()
