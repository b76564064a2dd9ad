"""Messages of reports that a record shows personal data."""

from portal.core.messages.marking import N_

REFUSALS: dict[str, str] = {
    "taken_down": N_("A report of personal data keeps this record hidden. Settle the report first."),
    "page_not_read": N_("Not all pages of the record could be read, so nobody can say what stands on them."),
    "exposure_stands_elsewhere": N_(
        "Meanwhile this report stands elsewhere, so this cannot be done. Look at it again."
    ),
    "hidden_by_you": N_("You hid this record, so somebody else must give it its level back."),
}

NOTICES: dict[str, str] = {
    "exposure_answered": N_("The answer to your report"),
    "exposure_answered_body": N_(
        "You told the archive that a record shows personal data. This is the answer:\n\n%(answer)s"
    ),
}

MESSAGES: dict[str, str] = {**REFUSALS, **NOTICES}
