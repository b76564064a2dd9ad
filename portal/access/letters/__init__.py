"""Official letters about requests: worded by rows, numbered for the year, laid out by Decree 30/2020."""
