"""Getting an account, or back into one, by a link in a mail; `portal.accounts` keeps the proofs."""
