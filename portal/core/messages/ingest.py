"""Messages of the codes of `ingest`."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {}
