"""Forms of delegation and absence."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField

from portal.accounts.actors import Form
from portal.accounts.delegations import BASIS_MOST, REASON_MOST, Giving
from portal.accounts.roles import Permission
from portal.web import forms, labels, texts

BOTH = "both"
WHAT = {
    "decide": frozenset({Permission.DECIDE}),
    "handle": frozenset({Permission.HANDLE}),
    BOTH: frozenset({Permission.DECIDE, Permission.HANDLE}),
}
"""What can be chosen, and what it lends."""


class GiveForm(forms.PortalForm):
    """Who signs for whom, by which paper, from when until when."""

    giver = SelectField(
        _l("Whose work is lent"), choices=[], validate_choice=False, render_kw=forms.IN_VIETNAMESE
    )
    delegate = SelectField(
        _l("Who signs for them"), choices=[], validate_choice=False, render_kw=forms.IN_VIETNAMESE
    )
    what = RadioField(
        _l("What is lent"),
        choices=forms.choices(
            [
                ("decide", texts.later(labels.LENT["decide"])),
                ("handle", texts.later(labels.LENT["handle"])),
                (BOTH, _l("Both")),
            ]
        ),
        validate_choice=False,
        default="decide",
    )
    form = RadioField(
        _l("How it is signed"),
        choices=forms.choices((one.value, texts.later(labels.SIGNING_FORMS[one.value])) for one in Form),
        validate_choice=False,
        default=Form.TUQ.value,
    )
    from_day = forms.DayField(_l("First day"))
    to_day = forms.DayField(_l("Last day"))
    basis = forms.area(_l("Paper and legal basis"), BASIS_MOST, render_kw={"rows": 2})
    reason = forms.area(_l("Reason"), REASON_MOST, needed=False, render_kw={"rows": 2})

    def offer(self, givers: Mapping[str, str], delegates: Mapping[str, str]) -> None:
        """Offer the people, by name."""
        self.giver.choices = forms.choices(givers.items())
        self.delegate.choices = forms.choices(delegates.items(), none=_l("Choose a colleague"))

    def giving(self) -> Giving:
        """Return what was typed; what was tampered with lends nothing."""
        return Giving(
            giver_id=self.giver.data or "",
            delegate_id=self.delegate.data or "",
            permissions=WHAT.get(self.what.data or "", frozenset()),
            form=Form(self.form.data) if self.form.data in set(Form) else Form.TUQ,
            from_day=self.from_day.data,
            to_day=self.to_day.data,
            basis=self.basis.data or "",
            reason=self.reason.data or "",
        )


class AwayForm(forms.PortalForm):
    """Who is away, from when until when."""

    away = SelectField(_l("Who is away"), choices=[], validate_choice=False, render_kw=forms.IN_VIETNAMESE)
    from_day = forms.DayField(_l("First day"))
    to_day = forms.DayField(_l("Last day"))

    def offer(self, people: Mapping[str, str]) -> None:
        """Offer the people, by name."""
        self.away.choices = forms.choices(people.items())
