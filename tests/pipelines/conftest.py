"""Networks small enough for tests, and a memory that counts."""

import pytest

TINY = {
    "global_backbone": "test_resnet",
    "highres_backbone": "test_resnet",
    "weights": "untrained",
    "device": "cpu",
    "patch": 32,
    "radius": 40,
    "k": 4,
}


class Counting:
    """A memory that keeps everything and knows which stages were made since it was last asked."""

    def __init__(self):
        self.kept, self.made = {}, []

    def __call__(self, key, make):
        if key not in self.kept:
            self.kept[key] = make()
            self.made.append(key[0])
        return self.kept[key]

    def since(self):
        made, self.made = self.made, []
        return made


@pytest.fixture
def memory():
    return Counting()


@pytest.fixture(scope="session")
def tiny():
    """Knobs of a drive with tiny untrained networks."""
    return dict(TINY)
