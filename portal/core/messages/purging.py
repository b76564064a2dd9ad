"""Messages of purges and of the register of originals that left the store."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {
    "purged": N_("This file was purged. That it was here is all that is known of it."),
    "own_purge": N_("You proposed this purge, or act for whoever did. Somebody else has to decide."),
    "purge_of_others": N_("Somebody else proposed this purge. You can decline it."),
    "purge_stands_elsewhere": N_("This purge is decided already. Look at it again."),
    "purge_overdue": N_("Nobody confirmed this purge in time. Look at it anew and propose it again."),
    "purge_proposed_already": N_("This is proposed to be purged already, or was purged."),
    "purge_be_sure": N_("Tick that you have looked at what goes. It cannot be brought back."),
    "purge_not_refused": N_("Only a file that was refused can be purged by itself. Purge its document."),
    "purge_can_come_back": N_("This batch can still be brought back. Wait until its time has passed."),
    "purge_unpacking": N_(
        "The ZIP file that this came in is still being unpacked. Try again when it is through."
    ),
    "purge_splitting": N_(
        "A file of this document is still being split into pages. Try again when they are there."
    ),
    "purge_list_damaged": N_("The list of purges cannot be read. Nothing was purged again."),
    "item_purged": N_(
        "The archive had to take this document out for good, as the law asks. It cannot be given any more,"
        " here or elsewhere in the archive. You need do nothing; nothing of this is your fault."
    ),
    "record_purged": N_("Request %(number)s: document %(position)s was taken out of the archive"),
    "record_purged_body": N_("About document %(position)s of your request %(number)s:\n\n%(reason)s"),
    "takeout_stands_elsewhere": N_("This entry of the register stands elsewhere by now. Look at it again."),
    "takeout_due_passed": N_("The day of return must be today or later."),
    "takeout_not_checked": N_("Say of every file whether it came back, in which order and how many sheets."),
    "takeout_say_what": N_("Say what is missing, damaged or out of order."),
    "takeout_same_name": N_("Whoever hands over and whoever takes over are two people."),
    "takeout_no_files": N_("Write at least one file, one a line: its code, then the number of sheets."),
    "takeout_bad_line": N_(
        "Line %(line)s cannot be read. Write the code of the file, a semicolon, the sheets."
    ),
    "takeout_too_many": N_("At most %(most)s files stand in one entry."),
}
