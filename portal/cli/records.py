"""`flask page`, `flask access set`."""

from __future__ import annotations

import click
from flask import current_app

from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.catalogue import documents, images, pages
from portal.catalogue.pages import PageView
from portal.cli import speaking
from portal.core.db import transaction
from portal.rights import policy
from portal.rights.levels import Level
from portal.rights.reads import Use
from portal.web import sitemap

VIEW_WIDTHS = tuple(width for width in images.WIDTHS if width != images.THUMBNAIL)

AT_THE_MACHINE = Actor(id=None, role=Role.ADMINISTRATOR, name=PORTAL.name, is_machine=True)
"""Whoever can start commands on the server can read its disk; looking is not refused."""


@speaking.command("page")
@click.argument("page_id", metavar="ID")
@speaking.as_json
def page(page_id: str, as_json: bool) -> None:
    """Show what is known of one page."""
    view = _seen(page_id)
    row = view.page
    known = {
        "id": row.id,
        "document": row.document_id,
        "number": row.number,
        "state": row.state,
        "text": view.text,
        "words": [list(word) for word in view.words],
        "source": view.source or None,
        "engine": view.engine or None,
        "ms": view.milliseconds,
        "confidence": view.confidence,
        "language": view.language,
        "quality": view.quality,
        "image": {"width": row.width, "height": row.height, "dpi": row.dpi},
        "access": policy.effective_level(row.document_id).value,
        "published": view.sight.published,
        "urls": sitemap.of_page(current_app, row.id, VIEW_WIDTHS),
    }
    speaking.answer(known, as_json, view.text)


def _seen(page_id: str) -> PageView:
    with transaction():
        return pages.seen(AT_THE_MACHINE, page_id, Use.PAGE)


@click.group("access")
def access() -> None:
    """Who may see a record."""


@speaking.command("set")
@click.argument("node_id", metavar="ID")
@click.argument("level", type=click.Choice([level.value for level in Level]))
@click.option("--reason", default="", help="Why; shown to staff.")
@speaking.as_person
@speaking.as_json
def set_level(node_id: str, level: str, reason: str, email: str, as_json: bool) -> None:
    """Set the level of a record and publish it."""
    actor = speaking.acting(email)
    with transaction():
        documents.set_level(actor, node_id, Level(level), reason)
        documents.publish(actor, node_id)
    speaking.answer({"id": node_id, "access": level, "published": True}, as_json, f"{node_id} {level}")


access.add_command(set_level)

COMMANDS = (page, access)
