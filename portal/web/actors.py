"""Who makes the present request: the only adapter between Flask-Login and the actors of the domain."""

from __future__ import annotations

from datetime import timedelta

import flask_login
from flask import Flask, Request, flash, g, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_babel import ngettext

from portal.access import basket
from portal.accounts import lending, people, tokens
from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.models import Person
from portal.core.db import transaction
from portal.core.errors import NotAllowedError, NotFoundError
from portal.web import chosen

SESSION_LIFE = timedelta(hours=12)
API = "/api/"


class Sessions(SecureCookieSessionInterface):
    """Sessions that pages prolong, and nothing that runs by itself in a page that somebody left open.

    An answer to a script that was on its way while the person signed out would otherwise sign them in
    again, at a computer that the next reader uses.
    """

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        if session.modified:
            return True
        return "text/html" in request.headers.get("Accept", "") and super().should_set_cookie(app, session)


class SignedIn(flask_login.UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """A person as Flask-Login holds it for one request."""

    def __init__(self, person: Person) -> None:
        self.actor = lending.acting(person)
        self.epoch = person.session_epoch

    def get_id(self) -> str:
        """Return what the session keeps: raising the person's epoch ends all sessions at once."""
        return f"{self.actor.id}.{self.epoch}"


def current() -> Actor:
    """Return the actor of the present request."""
    if "actor" in g:
        actor: Actor = g.actor
        return actor
    user = flask_login.current_user
    return user.actor if user.is_authenticated else ANONYMOUS


def session_id() -> str:
    """Return what `of_session` takes: whose session this is, in which epoch; empty where nobody signed in."""
    user = flask_login.current_user
    return str(user.get_id()) if user.is_authenticated else ""


def of_session(session_id: str) -> Actor:
    """Return who acts in a session as it is now, for answers that outlast their request."""
    user = _load(session_id)
    return user.actor if user else ANONYMOUS


def sign_in(person: Person) -> None:
    """Begin a new session for the person; nothing of the old one survives, so none can be planted.

    What a visitor put into the basket goes into that of the person: ids of public records, no more.
    """
    carried, actor = chosen.ids(), person.actor
    session.clear()
    session.permanent = True
    flask_login.login_user(SignedIn(person))
    if carried:
        _merge(actor, carried)


def sign_out() -> None:
    """End this session."""
    flask_login.logout_user()
    session.clear()


def _merge(actor: Actor, node_ids: list[str]) -> None:
    with transaction():
        left_out = basket.merge(actor, node_ids)
    if left_out:
        flash(
            ngettext(
                "Your basket is full: %(num)s record that you chose before signing in did not fit.",
                "Your basket is full: %(num)s records that you chose before signing in did not fit.",
                left_out,
            )
        )


def become_nobody() -> None:
    """Treat the rest of this request as anonymous, for error pages that must not ask the database."""
    g.actor = ANONYMOUS


def init_app(app: Flask) -> None:
    """Let Flask-Login find people by the id in the session."""
    manager = flask_login.LoginManager(app)
    manager.user_loader(_load)
    manager.request_loader(_load_by_token)
    app.config["PERMANENT_SESSION_LIFETIME"] = SESSION_LIFE
    app.session_interface = Sessions()


def _load_by_token(asked: Request) -> SignedIn | None:
    """Return the holder of the token that a program sends, at the API only.

    Raises:
        NotAllowedError: there is a token, but not a good one: silence would look like an empty archive.
    """
    scheme, _, secret = asked.headers.get("Authorization", "").partition(" ")
    if not asked.path.startswith(API) or scheme.casefold() != "bearer":
        return None
    person = tokens.holder(secret.strip())
    if person is None:
        raise NotAllowedError("bad_token")
    return SignedIn(person)


def _load(session_id: str) -> SignedIn | None:
    person_id, _, epoch = session_id.partition(".")
    try:
        person = people.by_id(person_id)
    except NotFoundError:
        return None
    if person.disabled_at is not None or str(person.session_epoch) != epoch:
        return None
    return SignedIn(person)
