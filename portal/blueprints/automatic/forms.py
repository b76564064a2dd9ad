"""Forms of rules that grant at once."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField

from portal.access.auto_rules import BASIS_MOST, NAME_MOST, REASON_MOST, Wanted
from portal.web import forms


class RuleForm(forms.PortalForm):
    """What is granted, to whom it is told how, and from when until when."""

    name_vi = forms.line(_l("Name in Vietnamese"), NAME_MOST)
    name_en = forms.line(_l("Name in English"), NAME_MOST)
    place = forms.line(_l("Fonds, file or document"), 300, render_kw={"spellcheck": "false"})
    kinds = SelectMultipleField(
        _l("Kinds of document"), validate_choice=False, render_kw=forms.IN_VIETNAMESE, default=[]
    )
    last_year = forms.CountField(_l("Last year of the documents"), needed=False)
    use_forms = SelectMultipleField(_l("Forms of use"), validate_choice=False, default=[])
    grant_days = forms.CountField(_l("Days that access lasts"))
    with_copy = BooleanField(_l("A copy (PDF) comes with it"))
    valid_from = forms.DayField(_l("First day"))
    valid_to = forms.DayField(_l("Last day"))
    legal_basis = forms.area(_l("Legal basis"), BASIS_MOST, render_kw={"rows": 3})

    def offer(self, kinds: Iterable[tuple[str, str]], use_forms: Iterable[tuple[str, str]]) -> None:
        """Offer kinds of document and forms of use, by code and name."""
        self.kinds.choices = forms.choices(kinds)
        self.use_forms.choices = forms.choices(use_forms)

    def wanted(self) -> Wanted:
        """Return what was typed."""
        return Wanted(
            place=self.place.data or "",
            name_vi=self.name_vi.data or "",
            name_en=self.name_en.data or "",
            legal_basis=self.legal_basis.data or "",
            days=self.grant_days.data,
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
            with_copy=bool(self.with_copy.data),
            kinds=self.kinds.data or (),
            last_year=self.last_year.data,
            use_forms=self.use_forms.data or (),
        )


class ReasonForm(forms.PortalForm):
    """Why a rule does not come, or ends before its last day."""

    reason = forms.area(_l("Reason"), REASON_MOST, render_kw={"rows": 3})
