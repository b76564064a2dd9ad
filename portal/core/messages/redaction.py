"""Messages of redacted versions and of closing until a day: what cannot be done and why, and who is told."""

from portal.core.messages.marking import N_

REFUSALS: dict[str, str] = {
    "no_level_to_lapse": N_(
        "Only a record that is open on request by a level of its own can open by date. Set that level first."
    ),
    "day_not_to_come": N_("Choose a day that is still to come."),
    "bad_years": N_("Type a whole number of years from 1 to %(most)s."),
    "period_needs_document": N_(
        "This period is counted from the date of the record, and the record has none. Write the date into "
        "its description first, or choose no period and type the day yourself."
    ),
    "period_needs_file_end": N_(
        "This period is counted from the latest date of the file, and the record lies in no file that has "
        "one. Move it into its file and write the latest date of that, or choose no period and type the "
        "day yourself."
    ),
    "period_not_begun": N_(
        "The date that this period is counted from is still to come. Correct the date, or choose no period "
        "and type the day yourself."
    ),
    "period_is_over": N_(
        "By this period the record was to open on %(day)s, and that is past. Open it, or choose another "
        "period."
    ),
    "period_day_moved": N_(
        "Meanwhile another day follows from the dates of the record. Look at it and save again."
    ),
    "review_is_done": N_("Nothing waits to be looked at here: it was looked at meanwhile, or it is open."),
    "review_still_closed": N_(
        "The record would stay closed: its file or fonds is closed, or it is not published. Change that "
        "first."
    ),
    "nothing_to_redact": N_("This document has no pages here that could be redacted."),
    "redaction_stands_elsewhere": N_(
        "Meanwhile this version stands elsewhere, so this cannot be done. Look at it again."
    ),
    "own_redaction": N_("You made this version, so somebody else must compare it with the original."),
    "redaction_of_others": N_("Somebody else makes this version. Begin one of your own."),
    "redaction_not_confirmed": N_(
        "This redacted version is not confirmed for this document. Choose another one or have it confirmed."
    ),
    "redaction_not_made": N_("Not all pages are made yet. Have them made and wait until they are."),
    "redaction_shows_hidden": N_(
        "A hidden word was found again on a page that was made. Draw its box larger and have the page "
        "made anew."
    ),
    "redaction_changed": N_("Meanwhile this version was changed. Look at its pages again."),
    "refusal_shows_nothing": N_("A refusal shows no version of the document. Choose the original."),
    "no_boxes": N_("Draw at least one box."),
    "no_words": N_("Choose at least one word."),
    "too_many_boxes": N_("One page can have at most %(most)s boxes. Draw larger ones."),
    "box_without_size": N_(
        "The box must lie on the page, which is %(width)s × %(height)s px, and be at least 2 px wide and "
        "high."
    ),
    "page_not_read": N_("This page was not read yet, so nothing can be drawn on it."),
    "page_changed_size": N_("The page came out in another size, so its boxes would not fit."),
    "nothing_to_undo": N_("There is nothing to undo."),
    "copy_shows_hidden": N_(
        "A word that the redacted version hides was found in the copy, so there is none."
    ),
}

NOTICES: dict[str, str] = {
    "record_opened": N_("Request %(number)s: document %(position)s is open to everybody now"),
    "record_opened_body": N_(
        "The time for which document %(position)s of your request %(number)s was closed is over. Everybody "
        "can read it now, here:"
    ),
    "refusal_stands": N_("Request %(number)s: document %(position)s stays closed"),
    "refusal_stands_body": N_(
        "The archive looked again at the refusal of document %(position)s of your request %(number)s. It "
        "stays closed, and the archive looks at it next on %(until)s.\n\nReason: %(reason)s"
    ),
    "redaction_returned": N_("Your redacted version %(version)s was sent back"),
    "redaction_returned_body": N_(
        "A colleague compared your redacted version %(version)s with the original and sent it back.\n\n"
        "Reason: %(reason)s"
    ),
    "redaction_confirmed": N_("Your redacted version %(version)s is confirmed"),
    "redaction_confirmed_body": N_(
        "A colleague compared your redacted version %(version)s with the original and confirmed it. "
        "Access can now be granted to it."
    ),
    "redaction_withdrawn": N_("Redacted version %(version)s was withdrawn"),
    "redaction_withdrawn_body": N_(
        "Redacted version %(version)s was withdrawn, so nobody sees it any more, also those to whom you "
        "granted access to it. Grant another version or end their access.\n\nReason: %(reason)s"
    ),
}

MESSAGES: dict[str, str] = {**REFUSALS, **NOTICES}
