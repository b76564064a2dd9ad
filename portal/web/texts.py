"""Message codes, enum values and ids as words of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from flask_babel import gettext, lazy_gettext
from jinja2 import pass_context

from portal.core.errors import PortalError
from portal.core.messages import MESSAGES
from portal.web import intake_labels, job_labels, labels, leaving_labels, rule_labels
from portal.web.happenings import HAPPENINGS, NEXT_STEPS, OWN_HAPPENINGS, OWN_NEXT_STEPS

_LABELS = {
    "level": labels.LEVELS,
    "level_meaning": labels.LEVEL_MEANINGS,
    "role": labels.ROLES,
    "kind": labels.KINDS,
    "page_state": labels.PAGE_STATES,
    "aside": intake_labels.ASIDE,
    "item_state": labels.ITEM_STATES,
    "verdict": labels.VERDICTS,
    "grant_state": labels.GRANT_STATES,
    "signing_form": labels.SIGNING_FORMS,
    "lent": labels.LENT,
    "bulk": labels.BULK,
    "use": labels.USES,
    "request_status": labels.REQUEST_STATUSES,
    "askable": labels.ASKABLE,
    "auto_state": labels.AUTO_STATES,
    "auto_list": labels.AUTO_LISTS,
    "exposure_state": labels.EXPOSURE_STATES,
    "redaction_state": labels.REDACTION_STATES,
    "making_state": labels.MAKING_STATES,
    "trace": labels.TRACES,
    "resolution": labels.RESOLUTIONS,
    "paper_kind": labels.PAPER_KINDS,
    "queue": labels.QUEUES,
    "day_count": labels.DAY_COUNTS,
    "letter_kind": labels.LETTER_KINDS,
    "appeal_status": labels.APPEAL_STATUSES,
    "happening": HAPPENINGS,
    "next_step": NEXT_STEPS,
    "own_happening": OWN_HAPPENINGS,
    "own_next_step": OWN_NEXT_STEPS,
    "check_state": intake_labels.CHECK_STATES,
    "place": intake_labels.PLACES,
    "weekday": labels.WEEKDAYS,
    "job_kind": job_labels.JOB_KINDS,
    "scan_state": intake_labels.SCAN_STATES,
    "file_choice": intake_labels.FILE_CHOICES,
    "secret_mark": intake_labels.SECRET_MARKS,
    "flag": intake_labels.FLAGS,
    "signature_state": intake_labels.SIGNATURE_STATES,
    "hold_state": intake_labels.HOLD_STATES,
    "purge_kind": leaving_labels.PURGE_KINDS,
    "purge_state": leaving_labels.PURGE_STATES,
    "purge_list": leaving_labels.PURGE_LISTS,
    "tombstone": leaving_labels.TOMBSTONES,
    "takeout_state": leaving_labels.TAKEOUT_STATES,
    "takeout_list": leaving_labels.TAKEOUT_LISTS,
    "day_kind": labels.DAY_KINDS,
    "identity": labels.IDENTITIES,
    "term_kind": rule_labels.TERM_KINDS,
    "counted_from": rule_labels.COUNTED_FROM,
    "outcome": rule_labels.OUTCOMES,
    "rule_standing": rule_labels.RULE_STANDINGS,
    "language": labels.LANGUAGES,
    "repair": labels.REPAIRS,
}


def message(code: str, values: Mapping[str, object] | None = None) -> str:
    """Return the text of a message code in the reader's language, its values filled in."""
    text: str = gettext(MESSAGES[code])
    return text % dict(values or {})


def of_error(error: PortalError) -> str:
    """Return the text of an error in the reader's language."""
    return message(error.code, error.values)


def label(value: str, kind: str) -> str:
    """Return the words for an enum value; `kind` names the enum, as in `level`."""
    text: str = gettext(_LABELS[kind][str(value)])
    return text


def period(key: str) -> str:
    """Return what a period or limit is; one that nobody has named goes by its key."""
    text: str = gettext(rule_labels.PERIODS[key]) if key in rule_labels.PERIODS else key
    return text


def later(text: str) -> str:
    """Return a marked text that is translated when it is shown, for forms, which are made before."""
    lazy: str = lazy_gettext(text)
    return lazy


def title_of(title: str, record_id: str) -> str:
    """Return the public title; a document that nobody has described yet goes by its id."""
    return title or gettext("Undescribed document %(id)s", id=record_id)


@pass_context
def _label(_context: object, value: str, kind: str) -> str:
    """Do what `label` does; what asks for the context is never worked out while a template is compiled,
    which would keep the language of its first reader for all."""
    return label(value, kind)


def init_app(app: Flask) -> None:
    """Give templates the words."""
    app.jinja_env.filters.update(label=_label)
    app.jinja_env.globals.update(message=message, period_name=period)
