"""Words of the rules: kinds of terms, what they are given for, whether they hold, and periods and limits."""

from __future__ import annotations

from portal.core.messages.marking import N_

TERM_KINDS = {
    "reason": N_("Reasons of decisions"),
    "use_form": N_("Forms of use"),
    "purpose": N_("Purposes"),
    "evidence": N_("Papers to show"),
    "undertaking": N_("Undertaking of readers"),
    "priority": N_("Who is served first"),
    "extension": N_("Reasons of extensions"),
    "takedown": N_("Reasons to report a record"),
}
"""What the rulebook holds."""
COUNTED_FROM = {
    "document": N_("the date of the record"),
    "file_end": N_("the latest date of its file, or its own where that is later"),
    "taken_in": N_("the day on which it was taken in"),
}
"""What the years of a closure period are counted from."""
OUTCOMES = {
    "grant": N_("Granting"),
    "refuse": N_("Refusing"),
    "not_held": N_("Saying that it is not held"),
    "transferred": N_("Passing it on"),
}
"""What a reason is given for."""
RULE_STANDINGS = {
    "holds": N_("In force"),
    "to_come": N_("To come"),
    "over": N_("Ended"),
    "taken_back": N_("Taken back before it began"),
}
PERIODS = {
    "grant_days": N_("Days that access lasts where no end is named"),
    "grant_days_most": N_("Days that access lasts at most"),
    "auto_rule_days_most": N_("Days for which a rule that grants at once can hold at most"),
    "grant_notice_days": N_("Days before its end on which the end of access is announced"),
    "registration_hours": N_("Hours that the link to register can be used"),
    "reset_hours": N_("Hours that the link to a new password can be used"),
    "invitation_hours": N_("Hours that an invitation can be used"),
    "guest_hours": N_("Hours that the link to confirm a request without an account can be used"),
    "letters_per_day": N_("Mails with a link to one address on a day, at most"),
    "restore_days": N_("Days for which a withdrawn batch can be brought back"),
    "evidence_days": N_("Days after which evidence of identity goes once somebody looked at it"),
    "evidence_days_unchecked": N_("Days after which evidence of identity goes where nobody looked"),
    "request_reminder_days": N_("Working days before a request lapses on which its reader is reminded"),
    "scan_dpi_least": N_("Dots per inch below which a scan is flagged"),
    "scan_skew_most": N_("Tenths of a degree above which a page that lies askew is flagged"),
    "scan_dark_most": N_("Dark points of 1,000 above which a page is flagged as dark"),
    "scan_contrast_least": N_(
        "Steps of gray, of 255, between paper and ink below which a page is flagged as pale"
    ),
    "file_name_rule": N_("Flag file names other than code, point and ordinal (2: yes, 1: no)"),
    "check_percent": N_("Pages of a batch that a second person looks at, in percent"),
    "upload_hours": N_("Hours after its last part for which an unfinished upload is kept"),
    "upload_files": N_("Files that one person may be sending at once, at most"),
    "upload_gigabytes": N_("Gigabytes that one person may be sending at once, at most"),
    "upload_gigabytes_per_day": N_("Gigabytes that one person may send in a day, at most"),
    "appeal_days": N_("Days after a refusal within which its reader can appeal"),
    "attachment_days": N_("Days after the end of a request for which files of its messages are kept"),
    "guest_data_months": N_("Months after the last request for which a guest’s name and address are kept"),
    "request_messages_per_day": N_("Messages of a reader to one request on a day, at most"),
    "request_files_per_day": N_("Files of a reader to one request on a day, at most"),
    "half_written_days": N_("Days for which a half-written request is kept"),
    "reads_per_hour": N_("Pages of conditional access that a reader opens in an hour before an alert"),
    "staff_reads_per_hour": N_("Closed pages that one of the staff opens in an hour before an alert"),
    "read_log_years": N_("Years for which the log of reading is kept"),
    "search_count_months": N_("Months for which counts of searches are kept"),
    "search_text_times": N_("Searches of one text on a day before it is kept"),
}
"""Periods and limits of `core.dated`."""
