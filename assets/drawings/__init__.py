"""Small pictures of things, drawn: one module each, with a function draw() -> Sheet."""
