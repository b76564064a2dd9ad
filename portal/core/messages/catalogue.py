"""Messages of the codes of `catalogue`."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {}
