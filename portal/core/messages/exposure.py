"""Messages of reports that a record shows personal data."""

from portal.core.messages.marking import N_

REFUSALS: dict[str, str] = {
    "exposure_stands_elsewhere": N_(
        "Meanwhile this report stands elsewhere, so this cannot be done. Look at it again."
    ),
    "hidden_by_you": N_("You hid this record, so somebody else must give it its level back."),
    "hidden_by_other_report": N_("Another report keeps this record hidden. Look at that one first."),
}

NOTICES: dict[str, str] = {
    "exposure_answered": N_("The answer to your report"),
    "exposure_answered_body": N_(
        "You told the archive that a record shows personal data. This is the answer:\n\n%(answer)s"
    ),
}

MESSAGES: dict[str, str] = {**REFUSALS, **NOTICES}
