"""What the administrator says in the name of the archive: province, emblem, contact, texts of the site."""
