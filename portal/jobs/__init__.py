"""The ledger of work and those who do it. Knows no archive; `portal.work` says what each kind of job does."""
