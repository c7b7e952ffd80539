"""The pure core: no I/O, clock, randomness or SQL. Time and randomness are arguments."""
