"""Peers that say nothing more: a crowd of them, waited for at the same time, for each takes
seconds. The server lets all of them go, and nothing of them stays."""

import socket
import struct
import time

import pytest

from conftest import Peer
from martlet_wire import Closed
from testkit import TestkitServer

ECHO = "/martlet.testing.v1.Echo/"
# TLS handshake 10 s, partial frame 10 s, keepalive 10 s + 5 s; the rest is for a busy machine.
AT_MOST_SECONDS = 40


@pytest.fixture
def quiet_peer(protos, certificates):
    """On a server of its own, whose memory nothing else moves."""
    server = TestkitServer(certificates)
    peer = Peer(protos, certificates, server)
    yield peer
    peer.close_all()
    server.end()


def begin_tls_never(peer):
    return socket.create_connection(peer.server.address, AT_MOST_SECONDS)


def stop_in_a_frame(peer):
    connection = peer.connect(timeout_seconds=AT_MOST_SECONDS)
    connection.write_bytes(struct.pack(">I", 1000) + b"\x08")
    return connection


def answer_no_ping(peer):
    connection = peer.connect(timeout_seconds=AT_MOST_SECONDS)
    never = peer.protos.echo.EchoRequest(delay_ms=120_000)
    connection.call(ECHO + "Unary", never, timeout_us=120_000_000)
    return connection


def crowd(peer, size):
    """So many of each kind at once, until the server has ended them all."""
    started = time.monotonic()
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
    assert time.monotonic() - started < AT_MOST_SECONDS
    peer.assert_serving()
    peer.close_all()
    peer.server.wait_until_idle()
    return peer.server.resident_bytes()


def test_silent_peers_are_let_go_and_leave_nothing(quiet_peer, soak):
    # The allocator settles over the first crowds: pages that it keeps are not what is looked for.
    sizes = [crowd(quiet_peer, 100) for _ in range(14 if soak else 4)]
    assert sizes[-1] <= sizes[-2] * 1.05, f"bytes resident after each crowd: {sizes}"


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
