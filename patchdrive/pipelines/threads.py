"""How many threads of the CPU a stage has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from patchdrive.models.device import turn
from patchdrive.pipelines.clock import Listener


@contextmanager
def one_thread(listener: Listener) -> Iterator[None]:
    """The CPU's turn, one thread and no gradients, for as long as the block takes.

    For many small products one after another: on busy cores, threads that wait for each other after
    each of them stall for seconds.

    listener  is told while another caller has its turn; may raise to give up
    """
    with turn(torch.device("cpu"), lambda: listener("waiting for the cpu", 0, 1)):
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with torch.no_grad():
                yield
        finally:
            torch.set_num_threads(before)
