"""What developers run: the server behind `make run`, and the README's pictures."""
