"""Messages of the codes of `jobs`."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {
    "job_step": N_("A job cannot go from %(before)s to %(after)s."),
    "lease_lost": N_("Somebody else took this job over in the meantime."),
    "reader_died": N_("The process that worked on this died. An administrator can have it tried again."),
    "database_busy": N_("The database did not answer. This is tried again by itself."),
    "no_handler": N_("This version of the portal does not know the job “%(kind)s”."),
    "already_running": N_("A portal runs on this home already (process %(pid)s). Stop it first."),
    "port_taken": N_("Port %(port)s on %(host)s is taken. Set PORT to another one."),
    "worker_fails": N_("The worker does not stay alive; worker.log says why."),
}
