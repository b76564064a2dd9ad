"""The trail of who did what when: append-only, kept by the database itself."""
