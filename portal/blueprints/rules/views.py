"""Views of the rulebook."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import period_making, rulebook, rulemaking
from portal.access.rulemaking import Limits, Wording
from portal.access.terms import Outcome, Standing, TermKind
from portal.accounts.roles import Permission
from portal.blueprints.rules import closures
from portal.blueprints.rules.forms import EndForm, PeriodForm, ServiceForm, TermForm
from portal.core import dated
from portal.core.db import transaction
from portal.site import periods
from portal.web import actors, forms, guards

blueprint = Blueprint("rules", __name__, url_prefix="/quy-dinh")

closures.register(blueprint)

Page = tuple[str, int] | Response

TERM_FIELDS = (
    *("code", "name_vi", "name_en", "text_vi", "text_en", "outcome"),
    *("needs_review_on", "can_appeal", "needs_evidence", "legal_basis"),
)
SERVICE_FIELDS = (
    *("name_vi", "name_en", "working_days", "extension_days_most", "pause_days_most"),
    *("needs_draft", "legal_basis"),
)

FOR_REASONS = frozenset({"outcome", "needs_review_on", "can_appeal"})
"""Fields that say something of reasons alone."""


@blueprint.get("")
@guards.permission(Permission.MANAGE_SITE)
def overview() -> str:
    """Show the rules that hold or will hold, and those that ended where asked."""
    actor, with_ended = actors.current(), "da-het" in request.args
    terms = rulebook.all_terms(actor, with_ended=with_ended)
    return render_template(
        "rules/overview.html",
        services=rulebook.all_services(actor, with_ended=with_ended),
        terms={kind: [one for one in terms if one.kind == kind.value] for kind in TermKind},
        periods=periods.listing(actor, with_ended=with_ended),
        closures=period_making.listing(actor, with_ended=with_ended),
        with_ended=with_ended,
        standing=rulebook.standing,
    )


@blueprint.route("/moi", methods=["GET", "POST"])
@guards.permission(Permission.MANAGE_SITE)
def new() -> Page:
    """Add a term, or the next wording of one that the address names."""
    kind, before = _kind(), request.args.get("tu")
    data = {}
    if before:
        row = rulebook.term(before)
        kind, data = TermKind(row.kind), {name: getattr(row, name) for name in TERM_FIELDS}
    form = TermForm(data=data)
    if kind is not TermKind.REASON:
        for name in FOR_REASONS:
            del form[name]
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                rulemaking.add(actors.current(), _wording(kind, form))
            return _done(gettext("Saved."), kind)
    return render_template("rules/new.html", form=form, kind=kind, is_next=bool(before)), form.status


@blueprint.route("/<id:term_id>", methods=["GET", "POST"])
@guards.permission(Permission.MANAGE_SITE)
def term(term_id: str) -> Page:
    """Show a term with its wordings, and let it end."""
    actor = actors.current()
    wordings = rulebook.wordings(actor, term_id)
    row = rulebook.term(term_id)
    form = EndForm(data={"last_day": row.valid_to})
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                rulemaking.end(actor, term_id, form.last_day.data)
            return _done(gettext("Saved."), TermKind(row.kind))
    standing = rulebook.standing(row)
    return render_template(
        "rules/term.html",
        form=form,
        row=row,
        wordings=wordings,
        standing=rulebook.standing,
        can_end=standing in (Standing.HOLDS, Standing.TO_COME),
    ), form.status


@blueprint.route("/dich-vu", methods=["GET", "POST"])
@guards.permission(Permission.MANAGE_SITE)
def service() -> Page:
    """Let a service take other days from a day on."""
    code = request.args.get("ma", "conditional")
    history = rulebook.service_history(actors.current(), code)
    form = ServiceForm(data={name: getattr(history[0], name) for name in SERVICE_FIELDS})
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                rulemaking.change_service(actors.current(), _limits(code, form))
            flash(gettext("Saved."))
            return redirect(url_for("rules.overview", _anchor="services"))
    return render_template(
        "rules/service.html", form=form, code=code, history=history, standing=rulebook.standing
    ), form.status


@blueprint.route("/han-muc", methods=["GET", "POST"])
@guards.permission(Permission.MANAGE_SITE)
def period() -> Page:
    """Let a period or limit have another value from a day on."""
    key = request.args.get("ma", dated.GRANT_DAYS)
    history = periods.history(actors.current(), key)
    form = PeriodForm(data={"value": int(history[0].value), "legal_basis": history[0].legal_basis})
    if form.is_sent():
        with forms.Refusal(form):
            sent = form.data
            with transaction():
                periods.change(actors.current(), key, sent["value"], sent["valid_from"], sent["legal_basis"])
            flash(gettext("Saved."))
            return redirect(url_for("rules.overview", _anchor="periods"))
    return render_template(
        "rules/period.html", form=form, key=key, history=history, standing=rulebook.standing
    ), form.status


def _kind() -> TermKind:
    """Return which kind of term the address asks for; reasons where it names none that there is."""
    asked = request.args.get("loai")
    return TermKind(asked) if asked in set(TermKind) else TermKind.REASON


def _wording(kind: TermKind, form: TermForm) -> Wording:
    sent = form.data
    return Wording(
        kind=kind,
        code=sent["code"],
        name_vi=sent["name_vi"],
        name_en=sent["name_en"],
        valid_from=sent["valid_from"],
        legal_basis=sent["legal_basis"],
        text_vi=sent["text_vi"],
        text_en=sent["text_en"],
        outcome=Outcome(sent["outcome"]) if kind is TermKind.REASON else None,
        needs_review_on=sent.get("needs_review_on", False),
        can_appeal=sent.get("can_appeal", False),
        needs_evidence=sent["needs_evidence"],
    )


def _limits(code: str, form: ServiceForm) -> Limits:
    return Limits(code=code, **form.data)


def _done(words: str, kind: TermKind) -> Response:
    flash(words)
    return redirect(url_for("rules.overview", _anchor=kind.value))
