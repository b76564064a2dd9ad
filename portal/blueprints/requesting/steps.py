"""The steps of asking: what, why, evidence, undertaking, a look at it all, and the receipt.

What is answered is kept by `access.asking` after each step. Whoever comes to a step too early is led to the
first one that is not done.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import answers as answering
from portal.access import askable, asking, receipts, rulebook
from portal.access.answers import Answers, Evidence
from portal.access.asking import Step, Written
from portal.access.terms import TermKind
from portal.accounts import evidence
from portal.accounts.roles import Permission
from portal.blueprints.requesting.forms import EvidenceForm, SendForm, UndertakeForm, WhatForm, WhyForm
from portal.blueprints.requesting.views import blueprint
from portal.core.db import transaction
from portal.core.errors import NotFoundError
from portal.core.ids import is_id
from portal.web import actors, baskets, forms, guards, papers

Page = Response | tuple[str, int]

ORDER = tuple(Step)


@blueprint.route("/yeu-cau/moi", methods=["GET", "POST"])
@guards.permission(Permission.REQUEST)
def ask() -> Page:
    """Choose what to ask for: one record, what was chosen before, or what lies in the basket."""
    actor = actors.current()
    named = [one for one in request.values.getlist("document") if is_id(one)]
    again = request.values.get("again", "")
    form = WhatForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                asking.choose(actor, named, again if is_id(again) else "")
            return _on()
    written = asking.present(actor)
    ids = list(dict.fromkeys([*named, *(() if request.args.get("document") else _before(written))]))
    wanted = askable.of(actor, ids)
    if named and all(one.askable is askable.Askable.GONE for one in wanted):
        raise NotFoundError("not_found")
    if not wanted:
        return redirect(url_for("choosing.show"))
    chosen = set(named) if request.method == "POST" or named else set(ids)
    page = render_template(
        "requesting/what.html",
        form=form,
        wanted=wanted,
        chosen=chosen,
        again=again if is_id(again) else "",
        written=written if written and set(written.documents) - set(ids) else None,
    )
    return page, form.status


@blueprint.route("/yeu-cau/moi/muc-dich", methods=["GET", "POST"])
@guards.permission(Permission.REQUEST)
def why() -> Page:
    """Say what the records are needed for, how they will be used, and who is served first."""
    actor = actors.current()
    written = asking.present(actor)
    if too_early := _too_early(written, Step.WHY):
        return too_early
    assert written is not None
    given = written.answers
    form = WhyForm(
        data={
            "purpose": written.purpose,
            "purpose_kind": given.purpose_kind,
            "use_form": given.use_form,
            "first_served": given.priority,
        }
    )
    form.offer()
    if form.is_sent():
        with forms.Refusal(form):
            answers = Answers(
                form.purpose_kind.data or "", form.use_form.data or "", form.first_served.data or ""
            )
            with transaction():
                asking.explain(actor, form.purpose.data or "", answers)
            return _on()
    return render_template("requesting/why.html", form=form, written=written), form.status


@blueprint.route("/yeu-cau/moi/giay-to", methods=["GET", "POST"])
@guards.permission(Permission.REQUEST)
@guards.up_to(papers.MOST_BYTES)
def prove() -> Page:
    """Send the papers that the rules ask for, or say that they are brought."""
    actor = actors.current()
    written = asking.present(actor)
    if too_early := _too_early(written, Step.EVIDENCE):
        return too_early
    assert written is not None
    if not written.needs_evidence:
        return _on()
    form = EvidenceForm()
    if form.is_sent():
        with forms.Refusal(form):
            way = Evidence.BROUGHT if form.way.data == Evidence.BROUGHT.value else Evidence.SENT
            if way is Evidence.SENT and form.way.data != "before":
                papers.take(actor, request.files.get("evidence"))
            with transaction():
                asking.prove(actor, way)
            return _on()
    page = render_template(
        "requesting/evidence.html",
        form=form,
        needed=answering.needs_evidence(written.answers),
        kinds=rulebook.terms(TermKind.EVIDENCE),
        sent=[one for one in evidence.of(actor.id or "") if one.pages],
    )
    return page, form.status


@blueprint.route("/yeu-cau/moi/cam-ket", methods=["GET", "POST"])
@guards.permission(Permission.REQUEST)
def undertake() -> Page:
    """Read the undertaking in full and accept it."""
    actor = actors.current()
    written = asking.present(actor)
    if too_early := _too_early(written, Step.UNDERTAKING):
        return too_early
    assert written is not None
    held = rulebook.undertaking()
    if held is None:
        return _on()
    form = UndertakeForm(data={"accepted": written.answers.undertaking == held.id})
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                asking.undertake(actor, request.form.get("term", "") if form.accepted.data else "")
            return _on()
    return render_template("requesting/undertake.html", form=form, held=held), form.status


@blueprint.route("/yeu-cau/moi/kiem-tra", methods=["GET", "POST"])
@guards.permission(Permission.REQUEST)
def check() -> Page:
    """Look at all answers once more, and send them."""
    actor = actors.current()
    form = SendForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                asked = asking.send(actor, form.draft.data or "", forms.whole(form.seen.data))
            flash(gettext("Your request has arrived. Its number is %(number)s.", number=asked.number))
            return redirect(url_for("requesting.receipt", request_id=asked.id))
    written = asking.present(actor)
    if too_early := _too_early(written, Step.CHECK):
        return too_early
    assert written is not None
    wanted = askable.of(actor, written.documents, written.answers)
    ids = (written.answers.purpose_kind, written.answers.use_form, written.answers.priority)
    terms = rulebook.by_ids([one for one in (*ids, written.answers.undertaking) if one])
    page = render_template(
        "requesting/check.html",
        form=form,
        written=written,
        wanted=[one for one in wanted if one.can_be_asked],
        fallen=[one for one in wanted if not one.can_be_asked],
        answers=answering.shown(written.answers, terms),
    )
    return page, form.status


@blueprint.post("/yeu-cau/moi/bo")
@guards.permission(Permission.REQUEST)
def drop() -> Response:
    """Throw away what is half written; the basket stays as it is."""
    with transaction():
        asking.drop(actors.current())
    flash(gettext("What you had half written is thrown away."))
    return redirect(url_for("choosing.show"))


@blueprint.get("/yeu-cau/<id:request_id>/phieu")
@guards.permission(Permission.REQUEST)
def receipt(request_id: str) -> str:
    """Show the receipt of a request, to be printed."""
    return render_template("requesting/receipt.html", receipt=receipts.of(actors.current(), request_id))


def _before(written: Written | None) -> list[str]:
    """Return what was chosen before, or else what lies in the basket."""
    return list(written.documents) if written else baskets.ids()


def _too_early(written: Written | None, here: Step) -> Response | None:
    """Return the way to the first step that is not done, where it lies before this one."""
    first = asking.missing(actors.current(), written)
    return _to(first) if ORDER.index(first) < ORDER.index(here) else None


def _on() -> Response:
    """Lead to the first step that is not done; those that need nothing are passed over."""
    actor = actors.current()
    return _to(asking.missing(actor, asking.present(actor)))


def _to(step: Step) -> Response:
    places = {
        Step.WHAT: "requesting.ask",
        Step.WHY: "requesting.why",
        Step.EVIDENCE: "requesting.prove",
        Step.UNDERTAKING: "requesting.undertake",
        Step.CHECK: "requesting.check",
    }
    return redirect(url_for(places[step]))
