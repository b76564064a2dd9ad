"""Messages of the codes of `search`."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {
    "index_missing": N_("The search index is missing. It is being built from the catalogue; try again soon."),
    "index_outdated": N_(
        "The search index was built by another version. It is being built anew; try again soon."
    ),
    "index_unavailable": N_("Search does not work at the moment. Browsing and all records still do."),
    "index_busy": N_("The search index is being written by another process. Try again in a minute."),
    "rebuild_running": N_("The search index is already being rebuilt."),
    "corpus_unreadable": N_("The folder holds no corpus.jsonl or corpus.jsonl.gz that can be read."),
}
