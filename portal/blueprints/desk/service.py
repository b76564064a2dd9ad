"""The cards of those who serve readers: requests, rules, appeals, and reports of personal data."""

from __future__ import annotations

from datetime import date

from flask import url_for
from flask_babel import gettext, ngettext

from portal.access import appeal_views, auto_views, exposure_views, requests
from portal.access.auto_views import Shown
from portal.accounts.actors import Actor
from portal.blueprints.desk.pieces import FIRST, Card, Line, age
from portal.purging import views as purge_views
from portal.web import filters, locale, passages, texts


def to_decide(actor: Actor) -> Card:
    waiting = requests.waiting(actor, FIRST)
    return Card(
        key="decide",
        heading=gettext("Requests to decide"),
        count=waiting.total,
        age=age(waiting.rows[0].submitted_at if waiting.rows else None),
        lines=[
            Line(
                f"{row.number} · {row.person_name}",
                url_for("deciding.whole", request_id=row.id),
                ngettext("%(num)s document", "%(num)s documents", len(row.items)),
            )
            for row in waiting.rows
        ],
        address=url_for("deciding.queue"),
        empty=gettext("Nothing waits for a decision. New requests appear here by themselves."),
    )


def rules(actor: Actor) -> Card:
    waiting = auto_views.listing(actor, Shown.WAITING, FIRST)
    is_vietnamese = locale.current() == locale.VIETNAMESE
    return Card(
        key="rules",
        heading=gettext("Rules to approve"),
        count=waiting.total,
        age=age(waiting.rows[0].row.proposed_at if waiting.rows else None),
        lines=[
            Line(
                passages.vietnamese(one.row.name_vi) if is_vietnamese else one.row.name_en,
                url_for("automatic.one", rule_id=one.row.id),
                one.proposer,
            )
            for one in waiting.rows
        ],
        address=url_for("automatic.overview"),
        empty=gettext("No rule that grants at once waits for approval."),
    )


def appeals(actor: Actor) -> Card:
    waiting = appeal_views.waiting(actor, FIRST)
    return Card(
        key="appeals",
        heading=gettext("Appeals to decide"),
        count=waiting.total,
        age=age(min((row.submitted_at for row in waiting.rows), default=None)),
        lines=[
            Line(
                f"{row.number} · {row.person_name}",
                url_for("appealing.one", appeal_id=row.id),
                _due(row.due_on, is_late=row.is_overdue),
            )
            for row in waiting.rows
        ],
        address=url_for("appealing.queue"),
        empty=gettext("No appeal waits. New ones appear here by themselves."),
    )


def reports(actor: Actor) -> Card:
    waiting = exposure_views.waiting(actor, FIRST)
    return Card(
        key="reports",
        heading=gettext("Reports of personal data"),
        count=waiting.total,
        age=age(min((view.row.received_at for view in waiting.rows), default=None)),
        lines=[
            Line(
                passages.title_of(view.title, view.row.node_id),
                url_for("exposing.one", exposure_id=view.row.id),
                _due(view.row.due_on, is_late=view.is_late),
            )
            for view in waiting.rows
        ],
        address=url_for("exposing.queue"),
        empty=gettext("Nobody has reported personal data. New reports appear here by themselves."),
    )


def purges(actor: Actor) -> Card:
    """Return the purges that wait for a second person."""
    waiting = purge_views.listing(actor, purge_views.Shown.WAITING, FIRST)
    return Card(
        key="purges",
        heading=gettext("Purges to confirm"),
        count=waiting.total,
        age=age(waiting.rows[0].row.proposed_at if waiting.rows else None),
        lines=[
            Line(
                f"{texts.label(view.row.kind, 'purge_kind')} {view.row.object_id}",
                url_for("purging.one", purge_id=view.row.id),
                view.proposer,
            )
            for view in waiting.rows
        ],
        address=url_for("purging.queue"),
        empty=gettext("Nothing waits to be purged."),
    )


def _due(day: date, *, is_late: bool) -> str:
    """Return by when the answer is due, or was."""
    if is_late:
        return str(gettext("The answer was due on %(day)s.", day=filters.day(day)))
    return str(gettext("The answer is due by %(day)s.", day=filters.day(day)))
