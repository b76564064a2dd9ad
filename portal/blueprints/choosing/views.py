"""Views of the basket; open to everybody, for who asks is asked only when something is."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.access import askable, basket
from portal.access.askable import Askable
from portal.core.ids import is_id
from portal.web import actors, baskets, chosen, forms, guards

blueprint = Blueprint("choosing", __name__, url_prefix="/gio")

Page = Response | tuple[str, int]


@blueprint.get("")
@guards.public
def show() -> Page:
    """Show what is in the basket, and what asking for it would come to."""
    return _shown(forms.PortalForm())


@blueprint.post("/them")
@guards.public
def put() -> Page:
    """Put records into the basket and go back to where they were found."""
    form = forms.PortalForm()
    with forms.Refusal(form):
        left = baskets.put(_documents())
        flash(
            ngettext(
                "It is in your basket. %(num)s more fits.",
                "It is in your basket. %(num)s more fit.",
                left,
            )
        )
        return redirect(_back())
    return _shown(form)


@blueprint.post("/bo")
@guards.public
def take_out() -> Response:
    """Take records out of the basket."""
    baskets.take_out(_documents())
    return redirect(url_for("choosing.show"))


@blueprint.post("/bo-het")
@guards.public
def empty() -> Response:
    """Take everything out of the basket."""
    baskets.take_out(baskets.ids())
    return redirect(url_for("choosing.show"))


def _shown(form: forms.PortalForm) -> Page:
    held = baskets.ids()
    wanted = askable.of(actors.current(), held)
    page = render_template(
        "choosing/basket.html",
        form=form,
        wanted=wanted,
        most=baskets.most(),
        can_ask=any(one.can_be_asked for one in wanted),
        gone=[one for one in wanted if one.askable is Askable.GONE],
        removed=basket.public(chosen.take_removed()) if request.method == "GET" else [],
    )
    return page, form.status


def _documents() -> list[str]:
    return [one for one in request.form.getlist("document") if is_id(one)]


def _back() -> str:
    """Return the page of ours from which the form was sent, at the record; the basket where none is said."""
    came = urlsplit(request.referrer or "")
    here = url_for("choosing.show")
    if came.netloc != request.host or came.path == here:
        return here
    target = guards.local_path(came.path + (f"?{came.query}" if came.query else ""))
    documents = _documents()
    return f"{target}#gio-{documents[0]}" if len(documents) == 1 else target
