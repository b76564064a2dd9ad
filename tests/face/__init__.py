"""The face as a browser shows it: rules of accessibility, reflow, what is loaded."""
