"""Messages of backups, shown on the command line."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {
    "backup_exists": N_("There is a file of that name already. Choose another."),
    "backup_damaged": N_("This backup is damaged or incomplete. Nothing was restored."),
    "backup_too_new": N_("This backup was made by a newer portal. Update first."),
    "backup_other_database": N_(
        "This backup holds a %(kind)s database. Set DATABASE_URL to one of that kind."
    ),
    "backup_home_in_use": N_("Somebody has worked in this home already. Restore into an empty one."),
    "backup_portal_runs": N_("The portal is running in this home. Stop it first."),
    "database_damaged": N_("The database is damaged."),
    "tool_missing": N_("The command %(tool)s is missing on this server. Install the PostgreSQL client."),
    "tool_failed": N_("The command %(tool)s failed. Look whether the database server answers."),
}
