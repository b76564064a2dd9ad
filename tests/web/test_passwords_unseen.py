"""No page ever shows a password that was typed."""

from __future__ import annotations

from wtforms import PasswordField

from portal.blueprints.accounts.forms import SignInForm
from portal.blueprints.joining import forms as joining
from portal.blueprints.own import forms as own
from portal.web import errors


def test_no_field_with_a_password_is_shown_again_when_its_form_has_expired() -> None:
    classes = [SignInForm, *vars(joining).values(), *vars(own).values()]
    names = {
        name
        for one in classes
        if isinstance(one, type)
        for name in dir(one)
        if getattr(getattr(one, name), "field_class", None) is PasswordField
    }
    assert {"password", "present"} <= names
    assert names <= errors.NOT_SENT_AGAIN
