"""The words for flags of pages and files: what was measured, and where the same bytes came before."""

from __future__ import annotations

from flask_babel import gettext, ngettext
from markupsafe import Markup, escape

from portal.ingest.flagging import FlagView
from portal.ingest.flags import Flag
from portal.web import filters, passages, texts


def label(flag: str) -> str:
    """Return the name of a kind of flag."""
    return texts.label(flag, "flag")


def words(view: FlagView) -> str | Markup:
    """Return what a flag says beside its name; nothing where the name says all."""
    flag, value = Flag(view.row.code), view.row.value
    if flag is Flag.COARSE:
        return str(gettext("%(dpi)s dpi", dpi=filters.number(value)))
    if flag is Flag.SKEW:
        return str(gettext("%(degrees)s degrees", degrees=filters.number(round(value / 10))))
    if flag is Flag.TURNED:
        return str(gettext("%(degrees)s degrees", degrees=filters.number(value)))
    if flag is Flag.DARK:
        return str(gettext("%(percent)s of the page are dark", percent=filters.percent(value / 10)))
    if flag is Flag.CUT:
        return str(ngettext("%(num)s word stands at the edge", "%(num)s words stand at the edge", value))
    return _came(flag, view)


def _came(flag: Flag, view: FlagView) -> str | Markup:
    if flag not in (Flag.WAS_WITHDRAWN, Flag.WAS_REFUSED, Flag.WAS_PURGED) or view.came is None:
        return ""
    parts = {"batch": passages.vietnamese(view.came.batch), "at": filters.moment(view.came.at)}
    if flag in (Flag.WAS_REFUSED, Flag.WAS_PURGED):
        return escape(gettext("with the batch %(batch)s, %(at)s")) % parts
    parts["by"] = escape(view.came.by)
    return escape(gettext("with the batch %(batch)s, withdrawn %(at)s by %(by)s")) % parts
