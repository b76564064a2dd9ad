"""Messages of the codes of `access`, the notices and mails it sends, and the words on copies."""

from portal.core.messages.marking import N_

REFUSALS: dict[str, str] = {
    "extension_needs_code": N_("Choose why the answer is put off, and explain it in your own words."),
    "no_documents": N_("Choose at least one document."),
    "too_many_documents": N_("One request can ask for at most %(most)s documents. Send a second one."),
    "basket_full": N_("Your basket holds at most %(most)s records. Ask for these first, or take some out."),
    "too_short": N_("Write at least %(least)s characters."),
    "only_documents": N_("“%(title)s” is not a single document. Open it and choose documents in it."),
    "already_open": N_("“%(title)s” is open to everybody. Read it on its page; no request is needed."),
    "use_needs_scan": N_(
        "“%(title)s” is on paper only and cannot be read here. Choose another form of use, or leave it out."
    ),
    "accept_undertaking": N_("Read the undertaking and tick that you accept it."),
    "undertaking_changed": N_("The undertaking was worded anew meanwhile. Read it again."),
    "half_written_changed": N_(
        "Meanwhile this was changed, perhaps in another window. Look at it once more, then send it."
    ),
    "no_pages_yet": N_("“%(title)s” has no pages here yet. Ask again when it has been scanned."),
    "already_granted": N_("You may see one of these documents already. Your requests show it."),
    "already_asked": N_("You have asked for one of these documents already. Wait for the decision."),
    "already_decided": N_("This has been decided already. Look at it again."),
    "not_granted": N_("There is no access here that could be ended."),
    "grant_ended_already": N_("This access has ended by itself already."),
    "verdicts_refused": N_("Nothing was decided yet: %(number)s of the decisions cannot be carried out."),
    "too_many_files": N_("Send at most %(most)s files with one message."),
    "too_many_messages_today": N_(
        "You have sent %(most)s messages about this request today, as many as go. Write again tomorrow, "
        "or call the archive."
    ),
    "too_many_files_today": N_(
        "At most %(most)s files about one request go on one day. Send fewer, or the others tomorrow."
    ),
    "attachment_type": N_("Send files of the kinds PDF, JPEG or PNG."),
    "attachment_size": N_("Each file can have at most %(most)s MB, and none may be empty."),
    "attachment_unreadable": N_("One of the files cannot be opened. Save it anew and send it again."),
    "files_without_message": N_("Files go with a message, a question or a note only."),
    "wrong_digits": N_(
        "These digits open nothing. Type them as they stand in the newest e-mail, or ask anew."
    ),
    "no_verdict": N_("Choose for one document at least whether it is granted or refused."),
    "nothing_to_withdraw": N_("Everything in this request has been decided or withdrawn already."),
    "own_request": N_("You cannot decide on your own request. Somebody else must."),
    "nothing_chosen": N_("Choose one request at least."),
    "too_many_chosen": N_("Choose at most %(most)s requests at once."),
    "no_draft_waits": N_("No draft waits for a signature here."),
    "nobody_was_asked": N_("No question to the reader is open."),
    "reminded_today": N_("The reader was reminded today already."),
    "giver_own_request": N_(
        "Whoever lent you this asked for it themselves, so nobody signs it for them. Somebody else must."
    ),
    "giver_own_draft": N_(
        "Whoever lent you this drafted the decision, so nobody signs it for them. Somebody else must."
    ),
    "giver_set_the_level": N_(
        "Whoever lent you this set the access level, so nobody decides for them. Somebody else must."
    ),
    "set_the_level": N_("You set the access level of this document, so somebody else must decide."),
    "nobody_set_the_level": N_(
        "Nobody has set the access level of this document yet, so you alone would stand behind the decision. "
        "Have an archivist describe it first."
    ),
    "draft_waits": N_("A draft waits for a signature already. Take it back before you write another one."),
    "draft_waits_for_you": N_("A colleague has drafted this decision: sign it, or send it back."),
    "draft_changed": N_("Meanwhile the draft was changed or is gone. Look at it again."),
    "draft_of_others": N_("Somebody else wrote this draft; only they can take it back."),
    "own_rule": N_("You proposed this rule, so somebody else must approve it."),
    "giver_own_rule": N_(
        "Whoever lent you this proposed the rule, so nobody approves it for them. Somebody else must."
    ),
    "auto_rule_stands_elsewhere": N_("Meanwhile this rule stands elsewhere. Look at it again."),
    "auto_rule_is_over": N_("The last day of this rule has passed. Decline it, and propose a new one."),
    "auto_rule_too_long": N_("A rule holds for at most %(most)s days. Choose an earlier last day."),
    "no_such_place": N_(
        "There is no such fonds, file or document. Write its address, the ten characters at the end of it, "
        "or the code of a fonds."
    ),
    "granted_by_rule": N_("Granted at once by the rule “%(name)s”: %(basis)s"),
    "own_draft": N_("You drafted this decision, so somebody else must sign it."),
    "needs_draft": N_("By the rules this decision is drafted by somebody else first."),
    "refusal_has_no_end": N_("Only access that is granted has pages and an end."),
    "review_is_of_refusals": N_("Only a refusal is looked at again on a day."),
    "not_open_yet": N_("This record is not open to everybody. Choose another answer."),
    "no_such_pages": N_("Name pages that the document has: 1 to %(most)s, as in 3-7."),
    "reason_does_not_fit": N_("This reason is not one for that decision."),
    "review_day_needed": N_("For this reason, name the day on which the record is looked at again."),
    "requester_is_gone": N_("The account of the person who asked is closed. Refuse the request."),
    "request_stands_elsewhere": N_(
        "Meanwhile the request stands elsewhere, so this cannot be done. Look at it again."
    ),
    "not_for_you": N_("This is not for you to do with this request."),
    "service_never_waits": N_("The rules leave no time to wait for an answer. Write to the reader instead."),
    "extension_too_late": N_("The answer cannot be put off: its last day has passed, or no clock runs."),
    "extension_too_long": N_("The answer can be put off by at most %(most)s more working days."),
    "no_longer_conditional": N_(
        "This document is no longer published for access on request. Refuse the request and say so."
    ),
    "end_is_past": N_("Choose an end that is still to come."),
    "end_too_far": N_("Access can last until %(latest)s at most. Choose an earlier end."),
    "copy_in_work": N_("Your copy is still being made. Try again in a few minutes."),
    "copy_given_up": N_(
        "Your copy could not be made. The archive has been told. The pages can be read here all the same."
    ),
    "no_service": N_("No term for this service holds on %(day)s."),
    "rule_day_passed": N_("Choose today or a day to come."),
    "rule_is_over": N_("This rule has ended already. Add a new one."),
    "rule_has_later": N_("The next wording of this rule begins by then. Choose an earlier day."),
    "rule_later": N_(
        "A later version of this stands already. Choose a day after the one on which it begins."
    ),
    "rule_same_day": N_("A wording of this rule begins on that day already. Choose another day."),
    "bad_rule_code": N_("Write 2 to 40 small letters, digits and underscores, beginning with a letter."),
    "bad_days": N_("Write a number between %(least)s and %(most)s."),
    "bad_count": N_("Write a whole number, such as 7."),
    "mail_not_taken": N_("The mail server did not take the mail (%(problem)s)."),
}

NOTICES: dict[str, str] = {
    "request_received": N_("Request %(number)s has arrived"),
    "request_received_body": N_(
        "Your request %(number)s has arrived. An approver will decide on each document you asked for, "
        "and you will be told by %(due)s. You can see where it stands, and how that day was counted, here:"
    ),
    "request_question": N_("Request %(number)s: the archive has a question"),
    "request_question_body": N_(
        "The archive cannot go on with your request %(number)s without an answer:\n\n%(text)s\n\n"
        "Until you answer the time for your request does not run. Please answer by %(until)s; "
        "after that day the request lapses. You can answer here:"
    ),
    "request_message": N_("Request %(number)s: a message from the archive"),
    "request_message_body": N_("The archive writes about your request %(number)s:\n\n%(text)s"),
    "request_answered": N_("Request %(number)s: the reader has written"),
    "request_answered_body": N_("The reader of request %(number)s has written. You can read it here:"),
    "request_extended": N_("Request %(number)s: the answer will come by %(due)s"),
    "request_extended_body": N_(
        "We are sorry: the answer to your request %(number)s cannot be given by %(before)s. "
        "It will come by %(due)s.\n\nReason: %(reason)s"
    ),
    "request_due_moved": N_("Request %(number)s: the answer will come by %(due)s"),
    "request_due_moved_body": N_(
        "The calendar of working days was changed, so the answer to your request %(number)s "
        "will come by %(due)s. How that day was counted stands here:"
    ),
    "request_transferred": N_("Request %(number)s was passed on to another archive"),
    "request_transferred_body": N_(
        "Your request %(number)s was passed on, since another archive keeps what you asked for.\n\n%(reason)s"
    ),
    "request_reopened": N_("Request %(number)s is worked on again"),
    "request_reopened_body": N_(
        "Your request %(number)s is worked on again. The answer will come by %(due)s.\n\nReason: %(reason)s"
    ),
    "request_lapses_soon": N_("Request %(number)s lapses if you do not answer by %(until)s"),
    "request_lapses_soon_body": N_(
        "The archive still waits for your answer about request %(number)s. Please answer by %(until)s; "
        "after that day the request lapses. You can answer here:"
    ),
    "guest_digits": N_("%(digits)s: digits to follow request %(number)s"),
    "guest_digits_body": N_(
        "Somebody gave number and code of your request %(number)s. To see it, type these digits by "
        "%(until)s:\n\n%(digits)s\n\nIf it was not you, tell nobody the digits, and ask the archive for help."
    ),
    "guest_proof": N_("Confirm your request"),
    "guest_proof_body": N_(
        "Somebody asked the archive for records and gave this address. If it was you, confirm the request by "
        "%(until)s; otherwise do nothing, and nothing is asked for:"
    ),
    "mail_for_guests": N_(
        "You asked without an account: have your number and code at hand. Pages that are given on request "
        "can be read by account holders only. Make an account with this e-mail address, and your request is "
        "in it:\n\n%(address)s"
    ),
    "draft_returned": N_("Request %(number)s: your draft for document %(position)s was sent back"),
    "draft_returned_body": N_(
        "Your draft for document %(position)s of request %(number)s was sent back.\n\nReason: %(reason)s"
    ),
    "request_lapsed": N_("Request %(number)s has lapsed"),
    "request_lapsed_body": N_(
        "The archive asked you about request %(number)s and had no answer in time, so the request has "
        "lapsed. If you still need the records, ask again."
    ),
    "request_granted": N_("Request %(number)s: document %(position)s can be read until %(until)s"),
    "request_granted_body": N_(
        "Document %(position)s of your request %(number)s has been granted. You can read its pages until "
        "%(until)s, and a copy is being made for you.\n\nReason: %(reason)s"
    ),
    "request_granted_to_read": N_("Request %(number)s: document %(position)s can be read until %(until)s"),
    "request_granted_to_read_body": N_(
        "Document %(position)s of your request %(number)s has been granted. You can read its pages on the "
        "site until %(until)s; no copy comes with it.\n\nReason: %(reason)s"
    ),
    "request_granted_on_paper": N_(
        "Request %(number)s: document %(position)s can be read in the reading room until %(until)s"
    ),
    "request_granted_on_paper_body": N_(
        "Document %(position)s of your request %(number)s has been granted. It is on paper: come to the "
        "reading room until %(until)s and bring your card. If you asked for a copy, the archive tells you "
        "when you can fetch it.\n\nReason: %(reason)s"
    ),
    "request_refused": N_("Request %(number)s: document %(position)s has been refused"),
    "request_refused_body": N_(
        "Document %(position)s of your request %(number)s has been refused.\n\nReason: %(reason)s\n\n"
        "The rule behind it, and what you can do, stand here:"
    ),
    "request_not_held": N_("Request %(number)s: document %(position)s is not held here"),
    "request_not_held_body": N_(
        "The archive looked for document %(position)s of your request %(number)s and does not hold it."
        "\n\n%(reason)s"
    ),
    "request_already_open": N_("Request %(number)s: document %(position)s is open to everybody"),
    "request_already_open_body": N_(
        "Document %(position)s of your request %(number)s is open to everybody. You can read it on its page; "
        "no leave is needed.\n\n%(reason)s"
    ),
    "request_item_transferred": N_("Request %(number)s: another archive keeps document %(position)s"),
    "request_item_transferred_body": N_(
        "Document %(position)s of your request %(number)s was passed on, since another archive keeps it."
        "\n\n%(reason)s"
    ),
    "grant_revoked": N_("Request %(number)s: access to document %(position)s has been ended"),
    "grant_revoked_body": N_(
        "Access to document %(position)s of your request %(number)s has been ended before its time. "
        "The pages and the copy are no longer available.\n\nReason: %(reason)s"
    ),
    "grant_ends_soon": N_("Request %(number)s: access to document %(position)s ends on %(until)s"),
    "grant_ends_soon_body": N_(
        "Access to document %(position)s of your request %(number)s ends on %(until)s. "
        "Read it and save your copy before then. When it has ended you can ask again with one click."
    ),
    "grant_ended": N_("Request %(number)s: access to document %(position)s has ended"),
    "grant_ended_body": N_(
        "Access to document %(position)s of your request %(number)s ended on %(until)s. "
        "If you still need it, send a new request."
    ),
    "bulk_reading": N_("%(pages)s pages that are not public looked at within an hour by one account"),
    "bulk_reading_body": N_(
        "One account has looked at %(pages)s pages that are not public within an hour; more than %(most)s "
        "are unusual. See whose it is and what was read, and ask before you draw conclusions:"
    ),
    "copy_ready": N_("Request %(number)s: the copy of document %(position)s is ready"),
    "copy_ready_body": N_(
        "The copy of document %(position)s of your request %(number)s is ready. It bears your name; "
        "please do not pass it on. You can fetch it here:"
    ),
    "copy_failed": N_("Request %(number)s: the copy of document %(position)s could not be made"),
    "copy_failed_body": N_(
        "The copy of document %(position)s of your request %(number)s could not be made. The archive has "
        "been told and will look at it; you need not ask again. Until then you can read the pages here:"
    ),
    "copy_stuck": N_("Request %(number)s: making the copy of document %(position)s was given up"),
    "copy_stuck_body": N_(
        "Making the copy of document %(position)s of request %(number)s has failed for good, and the "
        "requester has been told. An administrator finds the reason by “flask jobs dead” and has it tried "
        "again by “flask jobs retry”."
    ),
    "mail_choices": N_("Choose which mails you get: %(address)s"),
    "sms_answer": N_("Request %(number)s has news. Sign in at %(address)s to read it."),
    "mail_greeting": N_("Dear %(name)s,"),
    "mail_closing": N_("%(archive)s\n\nThis mail was written by a machine. Please do not answer it."),
    "archive_name": N_("Archive of %(province)s"),
}

COPIES: dict[str, str] = {
    "copy_heading": N_("Copy of an archival document"),
    "copy_title": N_("Document"),
    "undescribed_document": N_("Undescribed document %(id)s"),
    "copy_document_number": N_("Number and symbol"),
    "copy_pages": N_("Pages"),
    "copy_citation": N_("Cite as"),
    "copy_from_scan": N_("copy from a scan"),
    "copy_fonds": N_("fonds %(code)s %(title)s"),
    "copy_holder": N_("Issued to"),
    "copy_request": N_("Request"),
    "copy_issued": N_("Issued"),
    "copy_until": N_("Access until"),
    "copy_trace": N_("Trace code"),
    "copy_purpose": N_("Purpose"),
    "copy_conditions": N_("Conditions of use"),
    "copy_condition_person": N_(
        "This copy is for the person named above only. Do not pass it on, publish it or sell it."
    ),
    "copy_condition_purpose": N_("Use it only for the purpose named above and within the law."),
    "copy_condition_cite": N_("When you use its content, name the source as given above."),
    "copy_condition_machine": N_(
        "It is not an authenticated copy. Name, request number, time and trace code stand on every page."
    ),
    "copy_page": N_("Page %(place)s · %(mark)s"),
    "copy_page_missing": N_("Page %(place)s could not be scanned · %(mark)s"),
}

MESSAGES: dict[str, str] = {**REFUSALS, **NOTICES, **COPIES}
