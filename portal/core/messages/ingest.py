"""Messages of the codes of `ingest` and of the store of originals."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {
    "declare_no_secret": N_(
        "Declare that the batch holds no state secret, or take it to the officer in charge."
    ),
    "no_such_fonds": N_("There is no fonds with the code %(fonds)s; --new-fonds NAME makes it."),
    "bad_sheets": N_("Write the number of sheets as a whole number between 1 and %(most)s."),
    "bad_separators": N_("At most %(most)s separators are printed at once."),
    "reserve_stays": N_("Pages that were set aside are never published."),
    "pages_published": N_("The document is published. Take it back before its pages are moved."),
    "pages_relied_on": N_(
        "Leave was given for pages of this document by their number, or a redacted version shows them."
        " They stay."
    ),
    "pages_withheld": N_(
        "The document is withheld, and what is set aside is seen by all who take in. Ask an archivist."
    ),
    "batch_not_read": N_("Not all pages of the batch are read yet. Wait until they are."),
    "nothing_to_split": N_("Nothing would change: every document stands as it is shown already."),
    "rearrangement_built_on": N_(
        "Somebody has described, published or changed one of these documents since. It stays as it is."
    ),
    "rearrangement_undone": N_("This was undone already."),
    "bad_passes": N_(
        "Count the pages as they are numbered below: the first pass begins before the second one,"
        " and the last page is at most %(most)s."
    ),
    "passes_differ": N_(
        "The first pass has %(before)s pages and the second one %(after)s. Both must have as many;"
        " look for a sheet that is missing or went in twice."
    ),
    "passes_parted": N_(
        "Between the two passes stands a document that somebody has described or changed. It stays where"
        " it is; bring the pages before it and behind it together one after the other."
    ),
    "bad_folders": N_(
        "Write folders with commas between them, as 12–15, 18: at most %(most)s, each of at most"
        " %(longest)s characters."
    ),
    "page_set_aside": N_("This page was set aside already."),
    "page_of_other_batch": N_("The two pages came in different batches."),
    "batch_closed": N_("This batch is closed. Open a new one."),
    "batch_not_closed": N_("This batch is not closed."),
    "batch_waits": N_(
        "Something of this batch still waits: %(waiting)s sides and %(files)s files."
        " It can be closed after that."
    ),
    "difference_unexplained": N_("The numbers differ. Say why; it stays with the batch."),
    "own_closing": N_("You closed this batch, so somebody else has to open it again."),
    "own_batch": N_("You brought something of this batch, so somebody else has to look at it."),
    "own_scan": N_("You scanned this page, so somebody else has to look at it."),
    "check_stands_elsewhere": N_("Somebody has decided on this page meanwhile. Look at it again."),
    "check_taken": N_("Somebody else looks at this page just now. Take the next one."),
    "check_of_another": N_("Somebody else decided on this page. Only they can go back on it."),
    "page_in_work": N_("This page is still being read. Take another one meanwhile."),
    "page_was_replaced": N_("Another page stands in the place of this one, so it stays in the reserve."),
    "reason_needed": N_("Choose what is wrong with the page."),
    "share_not_more": N_("Give a share between %(least)s and 100; it can only rise."),
    "rescan_one_picture": N_("Send one picture of this page: TIFF, JPEG or PNG, not several pages."),
    "rescan_is_here": N_("These bytes are here already. Scan the page again and send the new file."),
    "batch_withdrawn": N_("This batch was withdrawn."),
    "batch_not_withdrawn": N_("This batch was not withdrawn."),
    "batch_arranged": N_("A document of this batch was moved to another place, so it is in use."),
    "batch_was_public": N_("A document of this batch is or was published, so people may know and use it."),
    "batch_decided_on": N_("An archivist has decided on the access to a document of this batch."),
    "batch_described": N_("A document of this batch is described. Ask the archivist who did it."),
    "batch_shared": N_("A file of this batch came again with another batch, which relies on it."),
    "batch_came_again": N_("Files of this batch were taken into the same fonds again meanwhile."),
    "batch_repeats_withdrawn": N_(
        "A file of this batch only repeats one of another batch that was withdrawn. "
        "Bring that batch back first."
    ),
    "restore_too_late": N_("The last day of bringing this batch back is over."),
    "upload_over": N_("This upload is over. Begin it again."),
    "upload_offset": N_("The server has another part of the file than the sender thinks."),
    "upload_busy": N_("A part of this file is arriving just now."),
    "upload_checksum": N_("This part changed on its way. It is sent again."),
    "upload_too_long": N_("More came than was announced."),
    "upload_header": N_("The header %(name)s is missing or cannot be read."),
    "upload_too_large": N_(
        "This file is larger than %(most_mb)s MB, which is the most that one file may have."
    ),
    "upload_quota": N_(
        "You have begun too much: at most %(files)s files and %(gigabytes)s GB can be on their way at a time."
        " Let some of it end, or cancel it."
    ),
    "upload_day_quota": N_(
        "You have sent as much as one person may in a day: %(gigabytes)s GB. Go on tomorrow, or ask an"
        " administrator for more."
    ),
    "no_upload_place": N_("As much is arriving as the server can take. It goes on by itself in a moment."),
    "file_empty": N_("The file is empty."),
    "file_type": N_("This is not a PDF, TIFF, JPEG or PNG file, whatever its name says."),
    "file_pages": N_("The file has more than %(most)s pages. Send only those that show who you are."),
    "file_encrypted": N_("The file is locked with a password. Take the password off and send it again."),
    "file_damaged": N_("The file is damaged. Scan or copy it again."),
    "file_unsupported": N_(
        "The picture is compressed or coloured in a rare way that is not read here."
        " Save it as TIFF with LZW and 8 bits a colour and send it again."
    ),
    "file_bomb": N_(
        "A small part of the file unfolds to far more than a scan holds. Make it again from the paper."
    ),
    "file_too_many_pages": N_("The file has more than %(most)s pages. Divide it."),
    "file_cut_off": N_("The end of the file is missing. Copy or scan it again."),
    "file_without_pages": N_("The file holds no page that can be opened. Make it again from the paper."),
    "file_too_slow": N_("Opening the file takes far longer than a scan does. Make it again from the paper."),
    "file_too_costly": N_(
        "Opening the file takes far more memory than a scan does. Make it again from the paper."
    ),
    "file_crashes": N_("The file makes the program that opens it break off. Make it again from the paper."),
    "image_too_large": N_(
        "Page %(number)s is larger than %(most_megapixels)s megapixels or %(most_side)s pixels a side."
    ),
    "already_here": N_("These bytes are already here as %(document)s."),
    "archive_here": N_("This ZIP file came into this batch already."),
    "archive_stays_closed": N_(
        "Files of a ZIP file come in unpublished. Unpack it first, or leave out --access open."
    ),
    "archive_nested": N_("A ZIP file inside of a ZIP file is not unpacked. Send it by itself."),
    "archive_damaged": N_("The ZIP file is damaged or cut off. Make it again, or send its files."),
    "archive_too_many": N_("The ZIP file holds more than %(most)s files. Divide it."),
    "archive_too_large": N_("The files in the ZIP file come to more than %(most_gb)s GB. Divide it."),
    "archive_bomb": N_(
        "A small ZIP file unfolds to far more than scans do. Nothing of it was taken in; send its files."
    ),
    "archive_in_work": N_("The ZIP file is being unpacked."),
    "archive_unpacked": N_("Unpacked. Files that came: %(came)s; refused: %(refused)s."),
    "entry_locked": N_("It is locked with a password. Take the password off and send it again."),
    "entry_is_link": N_("It is a link, and links are not followed."),
    "entry_outside": N_("Its name leads out of the ZIP file. Make the ZIP file again."),
    "entry_rare": N_("It is packed in a rare way that is not read here. Send it by itself."),
    "entry_damaged": N_("It is damaged within the ZIP file. Send it by itself."),
    "entry_too_large": N_("It is larger than 2 GB, which is the most that one file may have."),
    "text_encoding_unknown": N_(
        "The text is not UTF-8, and reads as Vietnamese neither in Windows-1258 nor in TCVN3 nor in VNI."
        " Save the list as UTF-8, or name its encoding."
    ),
    "text_not_in_encoding": N_("The text cannot be read as %(encoding)s."),
    "list_too_large": N_("The list is larger than %(most_mb)s MB. Divide it."),
    "list_too_long": N_("The list has more than %(most)s lines. Divide it."),
    "list_broken": N_("The spreadsheet is damaged or locked. Save it again as XLSX without a password."),
    "list_without_heading": N_(
        "No line of the list names its columns. Give it a heading, such as: Hồ sơ số, Tiêu đề, Trích yếu,"
        " Ngày tháng, Tên tệp."
    ),
    "list_lacks_columns": N_("The list lacks these columns: %(columns)s."),
    "list_wrong": N_("The list has errors, or names no file. Nothing was loaded."),
    "list_is_loaded": N_("This list is loaded already (%(load)s). Undo that first if it was wrong."),
    "load_is_over": N_("This load was ended or undone already."),
    "load_built_on": N_(
        "Somebody has described, moved, published or decided on what these rows made: %(lines)s."
        " The load stays as it is."
    ),
    "row_too_long": N_("Shorten this to at most %(most)s characters."),
    "row_needs_file_code": N_("Give the number of the file."),
    "row_needs_file_title": N_("There is no file of this number yet, so give its title."),
    "row_code_twice": N_("Row %(line)s has this number of a file already. Each file stands in one row."),
    "row_titles_differ": N_("Row %(line)s gives the same file another title. Give it one title."),
    "row_code_taken": N_(
        "The fonds has a file of this number with another title: %(title)s. Correct the number or the title."
    ),
    "row_needs_subject": N_("Say what the document is about."),
    "row_needs_file": N_("Give the name of the scanned file."),
    "row_path_outside": N_("Give the file as it lies in the folder that is loaded, without drive or “..”."),
    "row_file_missing": N_(
        "The folder holds nothing of this name: %(name)s. Correct the name, or add the file."
    ),
    "row_file_twice": N_("Row %(line)s names this file already: %(name)s. One file makes one document."),
    "row_name_too_long": N_("The name of this file is longer than 200 characters. Shorten it."),
    "row_bad_date": N_("Write the date as 05/03/1978, 03/1978 or 1978, with all four digits of the year."),
    "row_date_outside": N_("This date lies ahead, or before 1800. Correct it."),
    "row_dates_reversed": N_("The last date lies before the first. Correct them."),
    "row_unknown_type": N_(
        "There is no such type of document. Write it as the decree does, such as Quyết định."
    ),
    "original_missing": N_("The original is not in the store. Send the file again."),
    "file_malware": N_(
        "The scanner found malware in the file. It is kept apart, and handed out to nobody."
        " Look at the device it came from."
    ),
    "scanner_away": N_("The scanner for malware does not answer. Files wait until it does."),
    "scanner_limit": N_(
        "The scanner for malware takes no file as large as this. It waits until the limit of the scanner"
        " (StreamMaxLength) is raised."
    ),
    "page_damaged": N_("This page of the file cannot be shown; the other pages can."),
    "page_too_slow": N_("Reading this page took too long and was stopped."),
    "page_too_costly": N_("This page takes far more memory than a scan does."),
    "page_crashes": N_("This page makes the program that reads it break off."),
    "page_not_recognised": N_("The recognition engine gave up on this page."),
    "bad_time": N_("Write a time such as 07:30."),
    "choose_some": N_("Choose at least one."),
    "quiet_days": N_("The last day is before the first."),
    "quiet_readers": N_("Write a whole number from 0 to %(most)s."),
    "quiet_over": N_("These quiet hours are over already."),
    "page_final": N_(
        "The bytes of this page are damaged; reading it again changes nothing. Scan the sheet again."
    ),
    "page_skipped": N_("This page was passed over already."),
    "page_not_skipped": N_("This page was not passed over."),
    "page_needs_reason": N_("A page goes on without its text only with a reason."),
    "page_held_back": N_("This document is held back, for a page of it bears the mark of a state secret."),
    "secret_not_held": N_("This document is not held back any more."),
    "secret_held": N_("A document is held back: it bears the mark of a state secret"),
    "secret_held_body": N_(
        "While it was read, a mark of a state secret was found on a page. Nobody sees the document, and"
        " nothing of it is kept but the file as it came. Look at the paper, then release it with a reason or"
        " have it purged."
    ),
    "reading_paused": N_("Reading is paused. It goes on when somebody lets it."),
    "engine_unavailable": N_("The recognition engine does not run on this server. Pages wait until it does."),
    "image_in_work": N_("The image of this page is being made again. Try again in a minute."),
    "no_such_width": N_("Images come in the widths %(widths)s."),
    "index_behind": N_("The search index does not get on; %(pending)s changes wait for it."),
    "file_unreadable": N_("The file cannot be opened for reading on this server."),
    "file_is_link": N_("Symbolic links are not followed."),
    "file_has_other_names": N_(
        "The file has a second name on its disk (a hard link), so it could change after it was taken in."
        " Copy it here."
    ),
    "folder_is_link": N_("This folder is a symbolic link. Name the folder that it points to."),
    "folder_has_link": N_(
        "“%(name)s” in this folder, or what lies in it, is a symbolic link, so nothing is written there. Find"
        " out who put it there and remove it, then watch the folder again."
    ),
    "folder_is_ours": N_("This folder belongs to the portal itself, or holds it. Choose another one."),
    "folder_is_systems": N_("This folder belongs to the operating system. Choose another one."),
    "folder_holds_code": N_("This folder holds code. Choose a folder that holds nothing but scans."),
    "folder_away": N_("The folder cannot be read or written just now. It is tried again."),
    "folder_watched": N_("Somebody else watches this folder already."),
    "path_missing": N_("There is no such file or folder."),
}
