"""What people and programs meet: HTTP and the command line."""
