"""Messages of appeals, and the notices and mails about them."""

from portal.core.messages.marking import N_

REFUSALS: dict[str, str] = {
    "appeal_too_late": N_("You cannot appeal against this, or not any more. Look at your request again."),
    "appeal_stands_elsewhere": N_(
        "Meanwhile the appeal stands elsewhere, so this cannot be done. Look at it again."
    ),
    "appeal_involved": N_(
        "You drafted or made this decision, or set the access level, so somebody else must look at the "
        "appeal."
    ),
    "appeal_say_each": N_("Say of each document whether the decision on it stands."),
}

NOTICES: dict[str, str] = {
    "appeal_received": N_("Appeal %(number)s has arrived"),
    "appeal_received_body": N_(
        "Your appeal %(number)s against the decision on request %(request)s has arrived. Somebody who had no "
        "part in that decision looks at it, and you will have an answer by %(due)s. You can follow it here:"
    ),
    "appeal_extended": N_("Appeal %(number)s: the answer will come by %(due)s"),
    "appeal_extended_body": N_(
        "We are sorry: the answer to your appeal %(number)s cannot be given by %(before)s. "
        "It will come by %(due)s.\n\nReason: %(reason)s"
    ),
    "appeal_due_moved": N_("Appeal %(number)s: the answer will come by %(due)s"),
    "appeal_due_moved_body": N_(
        "The calendar of working days was changed, so the answer to your appeal %(number)s about request "
        "%(request)s will come by %(due)s."
    ),
    "appeal_upheld": N_("Appeal %(number)s: the decision stands"),
    "appeal_upheld_body": N_(
        "Your appeal %(number)s about request %(request)s is decided: the decision stands.\n\n%(answer)s"
    ),
    "appeal_overturned": N_("Appeal %(number)s: it is decided anew"),
    "appeal_overturned_body": N_(
        "Your appeal %(number)s about request %(request)s is decided: you were right, and what you appealed "
        "against is decided anew. You will be told of that decision, too.\n\n%(answer)s"
    ),
    "appeal_partly": N_("Appeal %(number)s: a part of it is decided anew"),
    "appeal_partly_body": N_(
        "Your appeal %(number)s about request %(request)s is decided: a part of what you appealed against is "
        "decided anew, the rest stands. You will be told of the new decision, too.\n\n%(answer)s"
    ),
}

MESSAGES: dict[str, str] = {**REFUSALS, **NOTICES}
