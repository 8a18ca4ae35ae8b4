"""The bad peer again and again: resident memory and the server's gauges stay where they were.

1 000 rounds of the cheap misbehaviours, a few of those that are floods by themselves; ten times
that with --soak.
"""

import concurrent.futures

import pytest

import bad_frames  # noqa: F401  (fills misbehaviours.ALL)
import bad_messages  # noqa: F401
import bad_peers  # noqa: F401
import floods  # noqa: F401
import misbehaviours
from conftest import Peer
from testkit import TestkitServer

ROUNDS = {misbehaviours.CHEAP: 1000, misbehaviours.DEAR: 12, misbehaviours.HEAVY: 4}
WARM_UP = {misbehaviours.CHEAP: 200, misbehaviours.DEAR: 4, misbehaviours.HEAVY: 2}
WORKERS = 4


@pytest.fixture(scope="module")
def quiet_server(certificates):
    """A server of its own, so that no other test's memory is weighed."""
    server = TestkitServer(certificates)
    yield server
    server.end()


@pytest.mark.parametrize("name", misbehaviours.ALL)
def test_memory_stays_within_five_percent(protos, certificates, quiet_server, soak, name):
    misbehave, cost = misbehaviours.ALL[name]
    workers = WORKERS if cost == misbehaviours.CHEAP else 1
    peers = [Peer(protos, certificates, quiet_server) for _ in range(workers)]

    def play(rounds):
        def one_worker(worker):
            for round in range(worker, rounds, workers):
                misbehave(peers[worker], round)
                peers[worker].close_all()

        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            for done in [pool.submit(one_worker, worker) for worker in range(workers)]:
                done.result()
        quiet_server.wait_until_idle()
        return quiet_server.resident_bytes()

    warm = play(WARM_UP[cost])
    after = play(ROUNDS[cost] * (10 if soak else 1))
    peers[0].assert_serving()
    assert after <= warm * 1.05, f"{name}: {warm} bytes resident grew to {after}"
