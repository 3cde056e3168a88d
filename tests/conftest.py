"""How all tests run: few threads, laws with a moderate number of examples, small pictures."""

import os

# Before torch is imported anywhere: on busy cores, threads that wait for each other make tiny
# networks ten times slower.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from tests import scenes, threads

settings.register_profile(
    "local", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(scope="module", autouse=True)
def no_thread_stays():
    """A module ends the threads that it started: none runs on under the tests of another."""
    before = threads.running()
    yield
    left = threads.left(before)
    assert not left, f"still running after this module's last test: {', '.join(left)}"


@pytest.fixture
def rng():
    """Random numbers that are the same in every run."""
    return np.random.default_rng(7)


@pytest.fixture(scope="session")
def street():
    """A textured picture (300, 420, 3) with a red blob and a few straight edges."""
    pixels = scenes.texture(300, 420)
    pixels[40:120, 60:64] = 255
    pixels[200:204, 100:380] = 0
    pixels[140:152, 300:312] = 220, 30, 20
    pixels.flags.writeable = False
    return pixels
