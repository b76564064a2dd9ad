"""Messages of the codes of `site`."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {
    "not_an_email": N_("Write an e-mail address, as in name@example.vn."),
    "both_languages": N_("Write the text in both languages, or leave both empty."),
    "emblem_kind": N_("Choose a PNG or JPEG picture of at most %(most_mb)s MB."),
}
