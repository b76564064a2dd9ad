"""Official letters: worded by who looks after the rules, issued by the staff, read by who gets them."""
