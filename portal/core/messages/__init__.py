"""The text of every code an error, a refusal or a notice can carry, in English.

One module per area; the web translates the text by gettext, the command line prints
it as it is. A test compares the codes in use with this table.
"""

from __future__ import annotations

from collections.abc import Mapping

from portal.core.messages import (
    access,
    accounts,
    appeals,
    backups,
    catalogue,
    exposure,
    ingest,
    jobs,
    letters,
    purging,
    redaction,
    rights,
    search,
    site,
    web,
)

MESSAGES: dict[str, str] = {
    **web.MESSAGES,
    **accounts.MESSAGES,
    **rights.MESSAGES,
    **search.MESSAGES,
    **catalogue.MESSAGES,
    **ingest.MESSAGES,
    **access.MESSAGES,
    **appeals.MESSAGES,
    **redaction.MESSAGES,
    **exposure.MESSAGES,
    **letters.MESSAGES,
    **jobs.MESSAGES,
    **site.MESSAGES,
    **backups.MESSAGES,
    **purging.MESSAGES,
}


def english(code: str, values: Mapping[str, object]) -> str:
    """Return the English text of a code, its values filled in."""
    return MESSAGES[code] % values
