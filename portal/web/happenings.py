"""What happened to a request and what comes next, in words; `texts` shows them."""

from __future__ import annotations

from portal.core.messages.marking import N_

HAPPENINGS = {
    "arrived": N_("The request arrived."),
    "taken_up": N_("Somebody of the archive took it up."),
    "changed": N_("The reader wrote the purpose anew."),
    "asked": N_("The archive asked a question. The clock stands still until the answer."),
    "answered": N_("The reader answered. The clock goes on."),
    "went_on": N_("The archive goes on working."),
    "consulted": N_("The archive asked another office for its opinion. The clock runs on."),
    "extended": N_("The archive put the answer off."),
    "recounted": N_("The calendar of working days was changed, so the last day is another one."),
    "archive_wrote": N_("The archive wrote a message."),
    "reader_wrote": N_("The reader wrote a message."),
    "granted": N_("Access was granted."),
    "granted_by_rule": N_("Access was granted at once, by a rule."),
    "refused": N_("Access was refused."),
    "stays_closed": N_("The archive looked at the refusal again: the record stays closed."),
    "not_held": N_("The archive does not hold it."),
    "already_open": N_("Everybody may read it already."),
    "passed_on": N_("It was passed on to another archive."),
    "copy_ready": N_("The copy is ready."),
    "revoked": N_("Access was ended before its time."),
    "ended": N_("Access ended by itself."),
    "decided": N_("Everything asked for is decided."),
    "transferred": N_("The request was passed on to another archive."),
    "withdrawn": N_("The reader withdrew what was not decided."),
    "lapsed": N_("The request lapsed: the question was not answered in time."),
    "reopened": N_("The archive works on it again, with a new clock."),
    "appealed": N_("The reader appealed."),
    "appeal_taken": N_("Somebody uninvolved took the appeal up."),
    "appeal_extended": N_("The answer to the appeal was put off."),
    "appeal_upheld": N_("The appeal was decided: the decision stands."),
    "appeal_overturned": N_("The appeal was decided: it is decided anew."),
    "appeal_partly": N_("The appeal was decided: a part of it is decided anew."),
    "appeal_withdrawn": N_("The reader took the appeal back."),
    "revised": N_("The archive decides anew, with a new clock."),
}
"""What happened to a request, as everybody may know who may see it."""
OWN_HAPPENINGS = HAPPENINGS | {
    "changed": N_("You wrote the purpose anew."),
    "answered": N_("You answered. The clock goes on."),
    "reader_wrote": N_("You wrote a message."),
    "withdrawn": N_("You withdrew what was not decided."),
    "appealed": N_("You appealed."),
    "appeal_withdrawn": N_("You took the appeal back."),
}
"""The same, told to whoever asked."""
NEXT_STEPS = {
    "taken_up": N_("The archive takes the request up and decides on each document."),
    "decided": N_("The archive decides on each document."),
    "opinion": N_("The archive waits for another office, then decides on each document."),
    "answer": N_("The reader answers the question of the archive. After the last day the request lapses."),
    "read": N_("The reader reads the pages and saves the copy before access ends."),
    "appeal": N_("The archive answers the appeal."),
    "may_appeal": N_("The reader can appeal against what was refused."),
    "nothing": N_("Nothing more is to be done."),
}
OWN_NEXT_STEPS = NEXT_STEPS | {
    "answer": N_("Answer the question of the archive. After the last day your request lapses."),
    "read": N_("Read the pages and save your copy before access ends."),
    "may_appeal": N_("If you think a refusal is wrong, you can appeal."),
}
