"""Views of the user guide: its contents, and one chapter."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.web import guards, guide

blueprint = Blueprint("guide", __name__, url_prefix="/tro-giup")


@blueprint.get("")
@guards.public
def contents() -> str:
    """List all chapters with their sections, first the one for whoever asks."""
    return render_template("guide/contents.html", chapters=guide.chapters())


@blueprint.get("/<slug>")
@guards.public
def chapter(slug: str) -> str:
    """Show a chapter."""
    return render_template("guide/chapter.html", chapter=guide.chapter(slug), others=guide.chapters())
