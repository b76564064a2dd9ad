"""What every reader may want to know of the house: contact, privacy, accessibility, where everything is."""
