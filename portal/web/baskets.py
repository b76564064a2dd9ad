"""The basket of whoever asks: rows of who is signed in, ids in the session of who is not.

A basket that stays after its visitor left would tell the next one what they looked for: it ends with the
session, and signing out ends that.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, g
from flask_babel import gettext

from portal.access import basket
from portal.accounts.roles import Permission
from portal.core.db import transaction
from portal.web import actors, chosen, filters


def ids() -> list[str]:
    """Return the ids in the basket; read once for each answer."""
    if "basket" not in g:
        actor = actors.current()
        if not actor.is_signed_in:
            g.basket = chosen.ids()
        else:
            g.basket = basket.of(actor) if actor.may(Permission.REQUEST) else []
    found: list[str] = g.basket
    return found


def most() -> int:
    """Return how many the basket can hold."""
    return basket.MOST if actors.current().is_signed_in else basket.MOST_OF_VISITOR


def put(node_ids: Sequence[str]) -> int:
    """Put records in; return how many more fit.

    Raises:
        NotFoundError: none of them is a record that everybody may know of.
        ConflictError: they do not fit all.
    """
    actor = actors.current()
    if actor.is_signed_in:
        with transaction():
            left = basket.add(actor, node_ids)
    else:
        wanted = basket.fitting(chosen.ids(), node_ids, basket.MOST_OF_VISITOR)
        chosen.keep(wanted)
        left = basket.MOST_OF_VISITOR - len(wanted)
    g.pop("basket", None)
    return left


def take_out(node_ids: Sequence[str]) -> None:
    """Take records out, to be put back on the next page if that was a mistake."""
    gone = [one for one in ids() if one in node_ids]
    actor = actors.current()
    if actor.is_signed_in:
        with transaction():
            basket.remove(actor, gone)
    else:
        chosen.keep([one for one in chosen.ids() if one not in gone])
    chosen.note_removed(gone)
    g.pop("basket", None)


def menu_name() -> str:
    """Return the words for the basket in the menu, with the number of records in it."""
    name: str = gettext("Basket")
    return f"{name} ({filters.number(len(ids()))})" if ids() else name


def holds(node_id: str) -> bool:
    """Tell whether a record is in the basket."""
    return node_id in ids()


def init_app(app: Flask) -> None:
    """Let templates ask what is in the basket."""
    app.jinja_env.globals["in_basket"] = holds
