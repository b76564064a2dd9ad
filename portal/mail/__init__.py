"""Messages to people and how they leave the house: SMTP, or files where none is set."""
