"""Messages of the codes of `catalogue`."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {
    "name_taken": N_("These two names stand in the list already."),
    "same_name": N_("Both names are the same to the search. Write another one."),
    "name_twice": N_("These two names stand in the table twice."),
    "kind_unknown": N_("Write địa danh (a place), cơ quan (a body) or viết tắt (an abbreviation)."),
    "yes_or_no": N_("Write có (yes) or không (no)."),
    "not_a_day": N_("Write the date as dd/mm/yyyy."),
    "table_too_large": N_("The file is larger than %(most)s kB. Send it in parts."),
    "table_not_utf8": N_(
        "The letters of this file cannot be read. In the spreadsheet, save it as CSV UTF-8 and send it again."
    ),
    "table_empty": N_("There is nothing in this file. Choose another one."),
    "table_broken": N_("A quotation mark in this file is not closed. Save it as CSV again."),
    "table_too_long": N_("There are more than %(most)s names. Send fewer."),
    "table_heading": N_("The first line must name the columns: %(heading)s."),
    "table_wrong": N_("Nothing was loaded, for the list has changed in the meantime. Check the file again."),
    "code_taken": N_("This code is already in use. Choose another one."),
    "dates_reversed": N_("The end lies before the beginning."),
    "bad_extent": N_("The extent must be more than 0 and at most 100 kilometres of shelf."),
    "not_a_fonds": N_("Choose a fonds."),
    "not_a_parent": N_("Only a fonds or a file can hold this."),
    "cannot_move": N_("This cannot be moved."),
    "into_itself": N_("A file cannot be placed inside itself."),
    "too_deep": N_("The tree can have at most %(most)s levels."),
    "level_needs_reason": N_("Say why the record is not open."),
    "date_not_past": N_("The date must lie between 1800 and today."),
    "own_successor": N_("An agency cannot be its own successor."),
    "bad_image_address": N_(
        "This part of the image cannot be had: the address breaks the rules of IIIF Image 3.0."
    ),
    "unknown_type": N_("Choose a type from the list."),
}
