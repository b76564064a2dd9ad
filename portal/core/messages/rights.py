"""Messages of the codes of `rights`."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {
    "already_revoked": N_("This permission has already been revoked."),
    "end_before_begin": N_("Access must end after it begins. Choose a later end."),
    "no_page_range": N_("Give the first and the last page, the smaller number first."),
    "budget_is_for_reading": N_("Count one page at least, and only where no copy comes with the access."),
    "reading_not_noted": N_(
        "This page is shown only when it is written down who sees it, and that is not possible right now. "
        "Try again in a moment."
    ),
    "no_trace_code": N_(
        "This is no trace code: one has nine letters and digits, such as 7K3-F92-QXY, and one of these was "
        "misread. Compare it with the page once more."
    ),
    "unknown_trace_code": N_("No page of this archive was given out under this code."),
}
