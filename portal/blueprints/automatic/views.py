"""Views of rules that grant at once."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import auto_rules, auto_views, rulebook
from portal.access.auto_views import Shown
from portal.access.terms import TermKind
from portal.accounts.roles import Permission
from portal.blueprints.automatic.forms import ReasonForm, RuleForm
from portal.catalogue import documents
from portal.core import dated
from portal.core.db import transaction
from portal.core.paging import Paging
from portal.web import actors, forms, guards, locale

blueprint = Blueprint("automatic", __name__, url_prefix="/quy-dinh/tu-dong")

Page = Response | tuple[str, int]

PER_PAGE = 10
"""Records on the page of a rule: enough to see what it reaches."""


@blueprint.get("")
@guards.permission(Permission.HANDLE)
def overview() -> str:
    """List the rules: those that wait, those that hold, or those that are over."""
    actor, asked = actors.current(), request.args.get("xem")
    counts = auto_views.counts(actor)
    first = Shown.WAITING if counts[Shown.WAITING] else Shown.HOLDS
    which = Shown(asked) if asked in set(Shown) else first
    listing = auto_views.listing(actor, which, Paging.read(request.args.get("page")))
    return render_template("automatic/overview.html", listing=listing, which=which, counts=counts)


@blueprint.route("/moi", methods=["GET", "POST"])
@guards.permission(Permission.HANDLE)
def propose() -> Page:
    """Propose a rule."""
    form = RuleForm(
        data={"place": request.args.get("noi", ""), "grant_days": int(dated.value(dated.GRANT_DAYS))}
    )
    is_vietnamese = locale.current() == locale.VIETNAMESE
    form.offer(
        [(one.code, one.name) for one in documents.types()],
        [
            (term.code, term.name_vi if is_vietnamese else term.name_en)
            for term in rulebook.terms(TermKind.USE_FORM)
        ],
    )
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                rule_id = auto_rules.propose(actors.current(), form.wanted()).id
            flash(gettext("The rule waits for somebody else to approve it. Until then it grants nothing."))
            return redirect(url_for("automatic.one", rule_id=rule_id))
    limits = {
        "days": int(dated.value(dated.GRANT_DAYS_MOST)),
        "span": int(dated.value(dated.AUTO_RULE_DAYS_MOST)),
    }
    return render_template("automatic/new.html", form=form, limits=limits), form.status


@blueprint.get("/<id:rule_id>")
@guards.permission(Permission.HANDLE)
def one(rule_id: str) -> Page:
    """Show a rule, what it covers now and how much it granted."""
    return _shown(rule_id, ReasonForm())


@blueprint.post("/<id:rule_id>/duyet")
@guards.permission(Permission.DECIDE)
def approve(rule_id: str) -> Page:
    """Let a rule hold, as the second person."""
    form = ReasonForm()
    with forms.Refusal(form):
        with transaction():
            auto_rules.approve(actors.current(), rule_id)
        flash(gettext("The rule is approved. From its first day on it grants what it covers."))
        return redirect(url_for("automatic.one", rule_id=rule_id))
    return _shown(rule_id, form)


@blueprint.post("/<id:rule_id>/bac")
@guards.permission(Permission.DECIDE)
def decline(rule_id: str) -> Page:
    """Say that a proposed rule does not come."""
    form = ReasonForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                auto_rules.decline(actors.current(), rule_id, form.reason.data or "")
            flash(gettext("The rule is declined."))
            return redirect(url_for("automatic.one", rule_id=rule_id))
    return _shown(rule_id, form)


@blueprint.post("/<id:rule_id>/het")
@guards.permission(Permission.DECIDE)
def end(rule_id: str) -> Page:
    """End a rule before its last day."""
    form = ReasonForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                auto_rules.end(actors.current(), rule_id, form.reason.data or "")
            flash(gettext("The rule has ended. What it granted stays until its own end."))
            return redirect(url_for("automatic.one", rule_id=rule_id))
    return _shown(rule_id, form)


def _shown(rule_id: str, form: ReasonForm) -> Page:
    actor = actors.current()
    page = render_template(
        "automatic/one.html",
        rule=auto_views.show(actor, rule_id),
        covered=auto_views.covered(
            actor, rule_id, Paging(Paging.read(request.args.get("page")).page, PER_PAGE)
        ),
        most=auto_views.MOST_COUNTED,
        granted=auto_views.granted(actor, rule_id),
        forms_of_use={term.code: term for term in rulebook.terms(TermKind.USE_FORM)},
        form=form,
    )
    return page, form.status
