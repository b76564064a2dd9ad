"""All documents of a request on one screen: a form for each open one, and what to know beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from portal.access import precedents, proposals, requests
from portal.access.precedents import Precedent
from portal.access.results import ItemView, RequestView
from portal.access.verdicts import Verdict, VerdictsRefusedError
from portal.accounts.actors import Actor
from portal.blueprints.deciding.forms import CommonForm, RowForm
from portal.catalogue import records
from portal.catalogue.records import RecordView
from portal.web import components


@dataclass(frozen=True, slots=True)
class Row:
    """One document; `form` is None where it is decided already."""

    item: ItemView
    record: RecordView
    past: Sequence[Precedent]
    form: RowForm | None


@dataclass(frozen=True, slots=True)
class Board:
    """The whole screen."""

    asked: RequestView
    before: Sequence[RequestView]
    common: CommonForm
    rows: Sequence[Row]

    @property
    def open_rows(self) -> list[Row]:
        return [row for row in self.rows if row.form is not None]

    def is_readable(self) -> bool:
        """Tell whether every field that was sent can be read; all are checked, so that all errors show."""
        return all([self.common.is_sent(), *(row.form.is_sent() for row in self.rows if row.form)])

    def verdicts(self) -> list[Verdict]:
        """Return what was decided; documents left open are none of it."""
        return [
            Verdict(row.item.id, row.form.proposal(row.form.act.data, self.common.reason.data or ""))
            for row in self.rows
            if row.form and row.form.act.data in set(proposals.OUTCOMES)
        ]

    def refuse(self, error: VerdictsRefusedError) -> None:
        """Show each error at its document."""
        for row in self.rows:
            if row.form and row.item.id in error.rows:
                row.form.refuse(error.rows[row.item.id])

    def errors(self) -> list[dict[str, Any]]:
        """Return every error of the screen with the way to its place."""
        found = components.errors(self.common)
        if self.common.refusal:
            found.append({"href": "#main", "text": self.common.refusal})
        for row in self.rows:
            if row.form is None:
                continue
            name = gettext("Document %(number)s", number=row.item.position)
            if row.form.refusal:
                found.append({"href": f"#item-{row.item.id}", "text": f"{name}: {row.form.refusal}"})
            found += [one | {"text": f"{name}: {one['text']}"} for one in components.errors(row.form)]
        return found


def of(actor: Actor, request_id: str) -> Board:
    """Return the screen of a request.

    Raises:
        NotFoundError: there is no such request.
    """
    asked = requests.show(actor, request_id)
    past = precedents.of_records(actor, asked)
    return Board(
        asked,
        precedents.of_person(actor, asked),
        CommonForm(),
        [
            Row(item, records.show(actor, item.document_id), past[item.document_id], _form(item))
            for item in asked.items
        ],
    )


def _form(item: ItemView) -> RowForm | None:
    if item.standing != "submitted":
        return None
    form = RowForm(prefix=f"{item.id}-")
    form.offer(item.document_id)
    return form
