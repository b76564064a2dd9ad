"""The words for every value that is shown: states, kinds, roles, periods. Tables, and nothing else."""

from __future__ import annotations

from portal.core.messages.marking import N_

LEVELS = {
    "open": N_("Open"),
    "conditional": N_("On request"),
    "withheld": N_("Withheld"),
}
LEVEL_MEANINGS = {
    "open": N_("Everybody may read the description and the pages."),
    "conditional": N_("Everybody may read the description. The pages can be asked for."),
    "withheld": N_("Only staff know that this record exists."),
}
ROLES = {
    "citizen": N_("citizen"),
    "operator": N_("scanning operator"),
    "archivist": N_("archivist"),
    "approver": N_("approver"),
    "administrator": N_("administrator"),
}
KINDS = {
    "fonds": N_("Fonds"),
    "file": N_("File"),
    "holding": N_("Holding file"),
    "document": N_("Document"),
    "reserve": N_("Pages that were set aside"),
}
PAGE_STATES = {
    "waiting": N_("Waiting to be read"),
    "read": N_("Read"),
    "blank": N_("Blank"),
    "failed": N_("Could not be read"),
}
ITEM_STATES = {
    "submitted": N_("Waiting for a decision"),
    "proposed": N_("Drafted, to be signed"),
    "granted": N_("Granted"),
    "refused": N_("Refused"),
    "revoked": N_("Ended early"),
    "withdrawn": N_("Withdrawn"),
    "expired": N_("Expired"),
    "lapsed": N_("Lapsed without an answer"),
    "transferred": N_("Passed on to another archive"),
    "not_held": N_("Not held here"),
    "already_open": N_("Open to everybody already"),
}
REQUEST_STATUSES = {
    "received": N_("Received"),
    "in_review": N_("Being worked on"),
    "awaiting_reader": N_("Waiting for the reader’s answer"),
    "consulting": N_("Another office is asked"),
    "decided": N_("Decision made"),
    "transferred": N_("Passed on to another archive"),
    "withdrawn": N_("Withdrawn"),
    "lapsed": N_("Lapsed without an answer"),
}
ASKABLE = {
    "open": N_("Open"),
    "conditional": N_("On request"),
    "on_paper": N_("On paper only"),
    "not_yet": N_("Not ready yet"),
    "holds_others": N_("Holds documents"),
    "asked": N_("Asked for already"),
    "granted": N_("Open to you"),
    "gone": N_("No longer there"),
}
"""What asking for a record would come to."""
RESOLUTIONS = {
    "granted": N_("Granted"),
    "partly_granted": N_("Granted in part"),
    "refused": N_("Refused"),
    "not_held": N_("Not held here"),
    "already_open": N_("Open to everybody already"),
    "transferred": N_("Passed on to another archive"),
    "withdrawn": N_("Withdrawn"),
    "lapsed": N_("Lapsed without an answer"),
}
QUEUES = {
    "all": N_("All open"),
    "new": N_("New"),
    "mine": N_("Mine"),
    "due_today": N_("Due today"),
    "overdue": N_("Overdue"),
    "to_sign": N_("To sign"),
    "away": N_("Of colleagues who are away"),
    "to_deliver": N_("To deliver"),
    "closed": N_("Closed"),
    "awaiting_reader": N_("Waiting for the reader"),
}
DAY_COUNTS = {
    "counted": N_("counts"),
    "off": N_("not a working day"),
    "paused": N_("the clock stood still"),
}
APPEAL_STATUSES = {
    "submitted": N_("Received"),
    "in_review": N_("Being worked on"),
    "upheld": N_("The decision stands"),
    "overturned": N_("Decided anew"),
    "partly": N_("Decided anew in part"),
    "withdrawn": N_("Taken back"),
}
LETTER_KINDS = {
    "message": N_("Message"),
    "question": N_("Question"),
    "answer": N_("Answer"),
    "note": N_("Note for the staff"),
}
SIGNING_FORMS = {
    "KT": N_("KT. (for the head, by a deputy)"),
    "TL": N_("TL. (by order of the head)"),
    "TUQ": N_("TUQ. (empowered in writing)"),
}
"""How a signature says for whom it stands."""
BULK = {
    "take": N_("Take them up"),
    "assign": N_("Give them to somebody"),
    "extend": N_("Put the answer off"),
    "remind": N_("Remind the reader to answer"),
    "sign": N_("Sign their drafts as shown here"),
}
"""What can be done with many requests at once."""
LENT = {
    "handle": N_("Handle requests and draft decisions"),
    "decide": N_("Decide on requests and sign"),
}
"""What one of the staff can lend to another."""
GRANT_STATES = {
    "pending": N_("Not begun yet"),
    "active": N_("Holds"),
    "used_up": N_("Used up"),
    "revoked": N_("Ended early"),
    "expired": N_("Expired"),
}
USES = {
    "page": N_("page"),
    "image": N_("image"),
    "text": N_("text"),
    "thumbnail": N_("small image"),
    "copy": N_("copy (PDF)"),
}
"""What was had of a page, in the log of reading."""
AUTO_STATES = {
    "proposed": N_("Waits for approval"),
    "in_force": N_("In force"),
    "declined": N_("Declined"),
    "ended": N_("Ended early"),
}
"""Where a rule that grants at once is."""
AUTO_LISTS = {
    "waiting": N_("Waiting for approval"),
    "holds": N_("In force or to come"),
    "over": N_("Over"),
}
EXPOSURE_STATES = {
    "received": N_("To be looked at"),
    "hidden": N_("Hidden, to be answered"),
    "answered": N_("Answered"),
    "upheld": N_("Answered, stays hidden"),
}
REDACTION_STATES = {
    "draft": N_("Being drawn"),
    "offered": N_("To be compared by a second person"),
    "confirmed": N_("Confirmed"),
    "returned": N_("Sent back"),
    "withdrawn": N_("Withdrawn"),
}
MAKING_STATES = {
    "plain": N_("Nothing hidden"),
    "drawn": N_("Boxes drawn, not made yet"),
    "waiting": N_("Being made"),
    "made": N_("Made and searched"),
    "kept": N_("Kept as it is"),
    "failed": N_("Could not be made"),
}
"""How far one page of a redacted version is."""
TRACES = {
    "remains": N_("Still read where it was hidden"),
    "bare": N_("A hidden place is not wholly black"),
    "bytes": N_("Found in the bytes of the picture"),
    "elsewhere": N_("Stands elsewhere, too"),
    "goes_on": N_("Half of a broken word is not hidden"),
    "unread": N_("No word was read under a box; look for yourself"),
}
"""In what way a hidden word was found again."""
VERDICTS = {
    "grant": N_("Grant"),
    "refuse": N_("Refuse"),
    "not_held": N_("Say that it is not held here"),
    "transfer": N_("Pass it on to another archive"),
    "already_open": N_("Say that it is open to everybody already"),
    "": N_("Leave open for now"),
}
"""What a decider can say to one document of a request."""
IDENTITIES = {
    "missing": N_("Not confirmed"),
    "waiting": N_("Waiting for an officer"),
    "returned": N_("Something is missing"),
    "confirmed": N_("Confirmed"),
}
"""How far it is confirmed who somebody is."""
WEEKDAYS = {
    "1": N_("Monday"),
    "2": N_("Tuesday"),
    "3": N_("Wednesday"),
    "4": N_("Thursday"),
    "5": N_("Friday"),
    "6": N_("Saturday"),
    "7": N_("Sunday"),
}
DAY_KINDS = {
    "holiday": N_("Holiday"),
    "in_lieu": N_("Day in lieu"),
    "working": N_("Worked weekend day"),
    "closure": N_("Archive closed"),
    "weekend": N_("Weekend"),
    "worked": N_("Working day"),
}
"""What a day of the working calendar is."""
PAPER_KINDS = {
    "receipt": N_("Receipt, with the day of the answer"),
    "question": N_("Question to the reader"),
    "extension": N_("Extension of the term"),
    "answer": N_("Answer to the request"),
    "transfer": N_("Transfer to another archive"),
}
LANGUAGES = {
    "vie": N_("Vietnamese"),
    "eng": N_("English"),
    "fra": N_("French"),
}
"""Of the text of a page."""
REPAIRS = {
    "quote_closed": N_("A quotation mark was missing; it was taken to be at the end."),
    "bracket_mended": N_("The brackets did not fit together; they were mended."),
    "operator_dropped": N_("AND, OR or NOT stood without a word beside it and was passed over."),
    "field_unknown": N_("There is no such field; its name was searched for as a word."),
    "value_not_understood": N_("This date or year cannot be read; it was searched for as a word."),
    "prefix_too_short": N_("A beginning needs three letters or more; it was searched for as a word."),
    "wildcard_dropped": N_("The asterisk counts only at the end of a word; others were passed over."),
    "only_without": N_("A search needs at least one word that must be there."),
    "too_many_parts": N_("The search had too many parts; the last ones were passed over."),
}
"""What was mended in a query."""
