"""Views of the settings, for administrators: all of them, one with its history, the emblem."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts import outbox
from portal.accounts.roles import Permission
from portal.blueprints.settings import forms as own
from portal.blueprints.settings import uploads, words
from portal.core.db import transaction
from portal.core.errors import NotFoundError
from portal.core.nameplate import LETTERHEAD, TEXTS, Key
from portal.site import settings
from portal.site.rules import RULES
from portal.site.settings import Version
from portal.web import actors, forms, guards, locale

blueprint = Blueprint("settings", __name__, url_prefix="/thiet-lap")

Page = Response | tuple[str, int]


@blueprint.get("")
@guards.permission(Permission.MANAGE_SITE)
def overview() -> str:
    """Show what holds under every setting."""
    return render_template(
        "settings/overview.html",
        held=settings.overview(actors.current()),
        words=words,
        texts=TEXTS,
        letterhead=LETTERHEAD,
    )


@blueprint.get("/thu")
@guards.permission(Permission.MANAGE_SITE)
def mails() -> str:
    """List all mails, and say how the outbox stands."""
    actor = actors.current()
    subjects = [(code, outbox.preview(actor, code)) for code in outbox.templates(actor)]
    is_english = locale.current() == locale.ENGLISH
    return render_template(
        "settings/mails.html",
        outbox=outbox.counts(actor),
        subjects=[(code, both[is_english].subject) for code, both in subjects],
    )


@blueprint.get("/thu/<code>")
@guards.permission(Permission.MANAGE_SITE)
def mail(code: str) -> str:
    """Show one mail in both languages."""
    return render_template("settings/mail.html", previews=outbox.preview(actors.current(), code))


@blueprint.route("/bieu-trung", methods=["GET", "POST"])
@guards.permission(Permission.MANAGE_SITE)
def emblem() -> Page:
    """Show the emblem and take a new one."""
    actor = actors.current()
    history = settings.history(actor, Key.EMBLEM)
    form = own.EmblemForm(data={"seen": history[0].number if history else 0})
    if form.is_sent():
        with forms.Refusal(form):
            seen = forms.whole(form.seen.data)
            if request.form.get("act") == "remove":
                with transaction():
                    changed = settings.change(actor, Key.EMBLEM, "", "", seen)
            else:
                changed = uploads.take(actor, request.files.get("picture"), seen)
            return _saved(Key.EMBLEM, changed)
    return render_template("settings/emblem.html", **_shown(Key.EMBLEM, form, history)), form.status


@blueprint.route("/<slug>", methods=["GET", "POST"])
@guards.permission(Permission.MANAGE_SITE)
def value(slug: str) -> Page:
    """Show one setting with its history, show how a change would look, and save it."""
    key, actor = _key(slug), actors.current()
    history = settings.history(actor, key)
    now = history[0] if history else settings.NOTHING
    form = own.of(key, value=now.value, value_en=now.value_en, seen=now.number)
    is_preview = request.form.get("act") == "preview"
    if form.is_sent() and not is_preview:
        with forms.Refusal(form):
            with transaction():
                seen, sent = forms.whole(form["seen"].data), form.data
                changed = settings.change(actor, key, sent["value"], sent.get("value_en", ""), seen)
            return _saved(key, changed)
    status = 200 if is_preview and not form.errors else form.status
    return render_template(
        "settings/value.html", **_shown(key, form, history), is_preview=is_preview and not form.errors
    ), status


@blueprint.post("/<slug>/khoi-phuc")
@guards.permission(Permission.MANAGE_SITE)
def restore(slug: str) -> Response:
    """Let an older version hold again."""
    key = _key(slug)
    with transaction():
        changed = settings.restore(
            actors.current(),
            key,
            forms.whole(request.form.get("version")),
            forms.whole(request.form.get("seen")),
        )
    return _saved(key, changed)


def _key(slug: str) -> Key:
    if slug not in words.KEYS:
        raise NotFoundError("not_found")
    return words.KEYS[slug]


def _shown(key: Key, form: forms.PortalForm, history: Sequence[Version]) -> dict[str, object]:
    return {
        "form": form,
        "history": history,
        "key": key,
        "slug": words.WORDS[key].slug,
        "heading": words.name(key),
        "hint": words.hint(key),
        "is_text": key in TEXTS,
        "languages": RULES[key].languages,
        "shown_at": words.WORDS[key].shown_at,
    }


def _saved(key: Key, changed: bool) -> Response:
    flash(gettext("Saved. Readers see it now.") if changed else gettext("Nothing was changed."))
    return redirect(url_for("settings.value", slug=words.WORDS[key].slug))
