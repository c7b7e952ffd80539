"""One party's node: submit, receive, query, and the one door to its data."""
