"""Views of official letters."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from portal.access import requests
from portal.access.letters import facts, issuing, layout, pdf
from portal.access.letters import wordings as worded
from portal.access.letters.issuing import LetterView, Prepared
from portal.access.letters.kinds import LetterKind
from portal.access.letters.wordings import Wording
from portal.accounts.roles import Permission
from portal.blueprints.lettering.forms import CancelForm, LetterForm, WordingForm
from portal.core.db import end_reading, transaction
from portal.web import actors, forms, guards, headers

blueprint = Blueprint("lettering", __name__)

Page = BaseResponse | tuple[str, int]

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WORDED = ("type_name", "type_code", "subject", "body", "legal_basis")


@blueprint.get("/xu-ly/<id:request_id>/van-ban")
@guards.permission(Permission.HANDLE)
def listing(request_id: str) -> str:
    """List the letters of a request, and the kinds that can be issued now."""
    actor = actors.current()
    asked = requests.show(actor, request_id)
    return render_template(
        "lettering/listing.html",
        asked=asked,
        letters=issuing.of_request(actor, request_id),
        kinds=issuing.possible(actor, asked),
    )


@blueprint.route("/xu-ly/<id:request_id>/van-ban/moi", methods=["GET", "POST"])
@guards.permission(Permission.HANDLE)
def new(request_id: str) -> Page:
    """Look a letter over and issue it."""
    actor, kind = actors.current(), issuing.kind_of(request.args.get("loai", ""))
    prepared = issuing.prepare(actor, request_id, kind)
    form = LetterForm(
        data={"subject": prepared.subject, "body": prepared.body, "authority": prepared.authority}
    )
    if form.is_sent():
        with forms.Refusal(form):
            words = Prepared(form.subject.data or "", form.body.data or "", form.authority.data or "")
            with transaction():
                letter = issuing.issue(actor, request_id, kind, words)
            flash(gettext("The letter is issued. Its number is %(number)s.", number=letter.number))
            return redirect(url_for("lettering.listing", request_id=request_id))
    asked = requests.show(actor, request_id)
    return render_template("lettering/new.html", asked=asked, kind=kind, form=form), form.status


@blueprint.route("/xu-ly/<id:request_id>/van-ban/<id:letter_id>/huy", methods=["GET", "POST"])
@guards.permission(Permission.HANDLE)
def cancel(request_id: str, letter_id: str) -> Page:
    """Declare a letter void."""
    actor = actors.current()
    letter = issuing.one(actor, request_id, letter_id)
    form = CancelForm()
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                issuing.cancel(actor, letter.id, form.reason.data or "")
            flash(gettext("The letter is void. Its number is not given again."))
            return redirect(url_for("lettering.listing", request_id=request_id))
    asked = requests.show(actor, request_id)
    return render_template("lettering/cancel.html", asked=asked, letter=letter, form=form), form.status


@blueprint.get("/yeu-cau/<id:request_id>/van-ban/<id:letter_id>.pdf")
@guards.permission(Permission.REQUEST)
def as_pdf(request_id: str, letter_id: str) -> Response:
    """Hand out a letter as PDF, to its reader and to those who handle the request."""
    letter = issuing.one(actors.current(), request_id, letter_id)
    end_reading()
    return _file(pdf.write(layout.page(letter)), "application/pdf", f"{_name(letter)}.pdf")


@blueprint.get("/xu-ly/<id:request_id>/van-ban/<id:letter_id>.docx")
@guards.permission(Permission.HANDLE)
def as_docx(request_id: str, letter_id: str) -> Response:
    """Hand out a letter as DOCX, to the staff: it can be changed, so it is nothing to give away."""
    letter = issuing.one(actors.current(), request_id, letter_id)
    end_reading()
    # Loaded here, for it brings a parser of XML, and hardly any letter leaves that way.
    from portal.access.letters import docx  # noqa: PLC0415

    return _file(docx.write(layout.page(letter), letter.issued_at), DOCX, f"{_name(letter)}.docx")


@blueprint.get("/quy-dinh/van-ban")
@guards.permission(Permission.MANAGE_SITE)
def wordings() -> str:
    """Show how each kind of letter is worded today."""
    return render_template("lettering/wordings.html", rows={kind: worded.of(kind) for kind in LetterKind})


@blueprint.route("/quy-dinh/van-ban/sua", methods=["GET", "POST"])
@guards.permission(Permission.MANAGE_SITE)
def wording() -> Page:
    """Word a kind of letter anew from a day on."""
    actor, chosen = actors.current(), issuing.kind_of(request.args.get("loai", ""))
    history = worded.history(actor, chosen)
    now = worded.of(chosen)
    form = WordingForm(data={name: getattr(now, name) for name in WORDED})
    if form.is_sent():
        with forms.Refusal(form):
            with transaction():
                worded.add(actor, _wording(chosen, form))
            flash(gettext("Saved."))
            return redirect(url_for("lettering.wordings", _anchor=chosen.value))
    return render_template(
        "lettering/wording.html", kind=chosen, form=form, history=history, names=list(facts.NAMES)
    ), form.status


def _wording(kind: LetterKind, form: WordingForm) -> Wording:
    return Wording(
        kind=kind,
        type_name=form.type_name.data or "",
        type_code=form.type_code.data or "",
        subject=form.subject.data or "",
        body=form.body.data or "",
        valid_from=form.valid_from.data,
        legal_basis=form.legal_basis.data or "",
    )


def _name(letter: LetterView) -> str:
    """Return the name of a file: number and year, nothing of the reader."""
    number = letter.number.partition("/")[0]
    return f"van-ban-{letter.issued_at.year}-{number}"


def _file(content: bytes, media_type: str, name: str) -> Response:
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = headers.SANDBOX
    return answer
