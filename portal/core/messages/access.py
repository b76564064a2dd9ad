"""Messages of the codes of `access`."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {}
