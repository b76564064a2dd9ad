"""Messages of official letters, and what they say of each record."""

from portal.core.messages.marking import N_

REFUSALS: dict[str, str] = {
    "unknown_fact": N_("Only these can stand in braces: %(known)s."),
    "letter_does_not_fit": N_("As the request stands, there is nothing to write such a letter about."),
    "letter_issued_already": N_("The same letter was issued already."),
    "letter_void": N_("This letter is void already."),
}

DECISIONS: dict[str, str] = {
    "letter_no_longer_public": N_("record that is no longer public"),
    "letter_granted": N_("access is given to the whole record until the end of %(until)s."),
    "letter_granted_pages": N_("access is given to pages %(first)s to %(last)s until the end of %(until)s."),
    "letter_refused": N_("access is not given. Reason: %(reason)s."),
    "letter_revoked": N_("access was given and has been ended."),
    "letter_withdrawn": N_("withdrawn by the reader."),
    "letter_open": N_("not decided yet."),
    "letter_lapsed": N_("not decided, since the reader did not answer."),
    "letter_transferred": N_("passed on to another archive."),
    "letter_not_held": N_("the archive does not hold it. %(reason)s."),
    "letter_already_open": N_("open to everybody: no leave is needed."),
}

MESSAGES: dict[str, str] = {**REFUSALS, **DECISIONS}
