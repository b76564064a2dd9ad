"""Messages of the codes of `rights`."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {
    "already_revoked": N_("This permission has already been revoked."),
}
