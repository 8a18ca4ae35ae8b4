"""Peers that say nothing more: crowds of them, waited for at the same time, for each takes
seconds. The server lets all of them go, and nothing of them stays.

Nearly all of it is waiting, so conftest has the crowds play beside the tests before this one."""

import socket
import struct

import pytest

from conftest import Peer
from martlet_wire import Closed
from testkit import TestkitServer

ECHO = "/martlet.testing.v1.Echo/"
# TLS handshake 10 s, partial frame 10 s, keepalive 10 s + 5 s; the rest is for a busy machine. A
# peer that is not let go fails its test by the time-out of its socket.
AT_MOST_SECONDS = 60
CROWD_SIZE, CROWDS, SOAK_CROWDS = 250, 6, 42


def begin_tls_never(peer):
    return socket.create_connection(peer.server.address, AT_MOST_SECONDS)


def stop_in_a_frame(peer):
    connection = peer.connect(timeout_seconds=AT_MOST_SECONDS)
    connection.write_bytes(struct.pack(">I", 1000) + b"\x08")
    return connection


def answer_no_ping(peer):
    connection = peer.connect(timeout_seconds=AT_MOST_SECONDS)
    connection.call(ECHO + "Bidi", end=False, timeout_us=600_000_000)
    return connection


def crowd(peer, size):
    """So many of each kind at once, until the server has ended them all."""
    without_tls = [begin_tls_never(peer) for _ in range(size)]
    half_frames = [stop_in_a_frame(peer) for _ in range(size)]
    half_open = [answer_no_ping(peer) for _ in range(size)]
    peer.assert_serving()
    for plain in without_tls:
        read_to_the_end(plain)
    for connection in half_frames:
        assert read_frames_to_the_end(connection) == []
    for connection in half_open:
        pings = [frame for frame in read_frames_to_the_end(connection) if frame.HasField("ping")]
        assert pings, "the server asks before it gives a silent peer up"
    peer.assert_serving()
    peer.close_all()
    peer.server.wait_until_idle()
    return peer.server.resident_bytes()


def play_crowds(protos, certificates, count):
    """The bytes resident after each crowd, of a server whose memory nothing else moves."""
    server = TestkitServer(certificates)
    peer = Peer(protos, certificates, server)
    try:
        return [crowd(peer, CROWD_SIZE) for _ in range(count)]
    finally:
        peer.close_all()
        server.end()


@pytest.mark.timeout(900)
def test_silent_peers_are_let_go_and_leave_nothing(silent_crowds):
    # The allocator settles over the first two; from there on it is a thousand of each kind.
    sizes = silent_crowds.result()
    assert sizes[-1] <= sizes[1] * 1.05, f"bytes resident after each crowd: {sizes}"


def read_to_the_end(plain):
    try:
        while plain.recv(4096):
            pass
    except ConnectionError:
        pass
    plain.close()


def read_frames_to_the_end(connection):
    """All frames but Hello and GoAway until the server ends the connection; answers nothing."""
    frames = []
    try:
        while True:
            frame = connection.read_frame()
            if not (frame.HasField("hello") or frame.HasField("go_away")):
                frames.append(frame)
    except Closed:
        return frames
