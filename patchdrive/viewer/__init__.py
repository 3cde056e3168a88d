"""The picture viewer: its JavaScript, and layers as the bytes that it reads."""
