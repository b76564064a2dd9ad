"""Messages of the codes of `accounts`."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {}
