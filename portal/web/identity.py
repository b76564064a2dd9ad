"""What the installation says of itself, as the present request shows it: read once, by every process anew."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from flask import Flask, g, request

from portal.core import clock, house, nameplate
from portal.core.nameplate import Nameplate
from portal.web import locale, prose


def current() -> Nameplate:
    """Return it in the reader's language."""
    if "nameplate" not in g:
        g.nameplate = nameplate.read(locale.current())
    found: Nameplate = g.nameplate
    return found


def ask_nothing() -> None:
    """Use what the environment says for the rest of this request: error pages must not ask the database."""
    g.nameplate = nameplate.of_environment()


class OnPaper(NamedTuple):
    """What a printed page says of where and when it came from."""

    address: str
    moment: datetime


def on_paper() -> OnPaper:
    """Return the whole address of the present page, without what was typed, and the time."""
    return OnPaper(house.settings().public_url + request.script_root + request.path, clock.now())


def init_app(app: Flask) -> None:
    """Give templates province, emblem and texts."""
    app.jinja_env.filters.update(prose=prose.rendered, plain=prose.plain)
    app.jinja_env.globals["on_paper"] = on_paper
    app.context_processor(_known)


def _known() -> dict[str, object]:
    said = current()
    return {
        "province": said.province,
        "has_emblem": bool(said.emblem or house.settings().emblem),
        "said": said,
    }
