"""The bad peer again and again: resident memory and the server's gauges stay where they were.

1 000 rounds of each, but for two of 100; of those that are floods by themselves in a small size,
with the whole of it before and behind. Ten times as many with --soak, and the whole of it fifty
times. Peers that fall silent take their time: test_silence waits for a thousand of each kind.
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

ROUNDS, WARM_UP_ROUNDS, WORKERS = 1000, 200, 4
# Not a thousand by default: a round fills the sockets' buffers, megabytes each, or needs 128 calls
# that answer.
FEWER_ROUNDS = {"a_reader_that_stops": 100, "streams_left_unread": 100}


@pytest.fixture(scope="module")
def quiet_server(certificates):
    """A server of its own, so that no other test's memory is weighed."""
    server = TestkitServer(certificates)
    yield server
    server.end()


@pytest.mark.parametrize("name", misbehaviours.ALL)
def test_memory_stays_within_five_percent(protos, certificates, quiet_server, soak, name):
    misbehaviour = misbehaviours.ALL[name]
    peers = [Peer(protos, certificates, quiet_server) for _ in range(WORKERS)]

    def play(rounds, whole_rounds):
        def one_worker(worker):
            for round in range(worker, rounds, WORKERS):
                misbehaviour.play(peers[worker], round, is_small=True)
                peers[worker].close_all()

        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            for done in [pool.submit(one_worker, worker) for worker in range(WORKERS)]:
                done.result()
        for round in range(whole_rounds):
            misbehaviour.play(peers[0], round)
            peers[0].close_all()
        quiet_server.wait_until_idle()
        return quiet_server.resident_bytes()

    # Each loop of the server keeps what one whole round made it take; several reach all of them.
    rounds = FEWER_ROUNDS.get(name, ROUNDS)
    warm = play(min(rounds, WARM_UP_ROUNDS), whole_rounds=4)
    after = play(rounds * 10, whole_rounds=50) if soak else play(rounds, whole_rounds=1)
    peers[0].assert_serving()
    assert after <= warm * 1.05, f"{name}: {warm} bytes resident grew to {after}"
