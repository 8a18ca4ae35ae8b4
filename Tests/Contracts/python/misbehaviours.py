"""The bad peer: everything a client can do wrong, each with what must come of it.

A misbehaviour is a function of (peer, round). It does one wrong thing, asserts that a clear status
or the end of the connection follows, and closes what it opened. They stand in bad_peers,
bad_frames, bad_messages and floods; test_bad_input runs each once, test_memory runs each a
thousand times and weighs the server.

Those that are floods by themselves take a third argument, whether a round `is_small`: the same
thing in a size of which a thousand rounds take seconds, beside the whole of it now and then.
"""

import dataclasses
import inspect
from collections.abc import Callable

from martlet_wire import END_STREAM, Closed

ECHO = "/martlet.testing.v1.Echo/"
OK, INVALID_ARGUMENT, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAVAILABLE = 0, 3, 7, 8, 14
HELLO = b"\x12\x04\x08\x01\x10\x01"  # Frame{hello{lowest_version 1, highest_version 1}}

ALL = {}


@dataclasses.dataclass(frozen=True)
class Misbehaviour:
    function: Callable
    has_small_rounds: bool

    def play(self, peer, round, is_small=False):
        if self.has_small_rounds:
            self.function(peer, round, is_small)
        else:
            self.function(peer, round)


def misbehaviour(function):
    has_small_rounds = "is_small" in inspect.signature(function).parameters
    ALL[function.__name__] = Misbehaviour(function, has_small_rounds)
    return function


def varint(value):
    piece = bytearray()
    while value >= 0x80:
        piece.append(value & 0x7F | 0x80)
        value >>= 7
    piece.append(value)
    return bytes(piece)


def field(number, content):
    """A length-delimited field."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def until_closed(connection):
    """Reads to the end of the connection; answers the server's GoAway, or None without one."""
    try:
        while True:
            connection.pump()
    except Closed as closed:
        return closed.go_away


def assert_closed(connection, code=None):
    """The connection ends; with `code`, a GoAway that was sent says why."""
    farewell = until_closed(connection)
    if code is not None and farewell is not None:
        assert farewell.status.code == code, farewell
        assert farewell.status.message
    connection.close()


def assert_unary_fails(peer, message, *codes):
    """One call with these bytes as its request ends with one of the codes; the next is served."""
    connection = shared(peer)
    echo = peer.protos.echo
    _, end = connection.unary(ECHO + "Unary", message, echo.EchoResponse)
    assert end.status.code in codes, end
    assert end.status.message
    response, end = connection.unary(
        ECHO + "Unary", echo.EchoRequest(text="next"), echo.EchoResponse
    )
    assert (end.status.code, response.text) == (OK, "next")
    connection.close()


def shared(peer, name="client"):
    """A connection whose first call has been served, so that the server has judged it."""
    connection = peer.connect(name)
    return judged(connection)


def judged(connection):
    while connection.peer_hello is None:
        connection.pump()
    return connection


def narrow(peer):
    """The same with as little credit for the server's answers as Hello may say."""
    connection = peer.connect(hello=False)
    hello = peer.protos.wire.Hello(lowest_version=1, highest_version=1, stream_window=1024)
    connection.send(0, hello=hello)
    return judged(connection)


def stuck(peer):
    """A request whose handler does not come to an end: its answers need credit that nobody gives,
    least of all on a `narrow` connection.
    (A handler that sleeps would leave its timer behind, for as long as it had wanted to sleep.)"""
    return peer.protos.echo.EchoRequest(response_count=1000, response_payload_bytes=60_000)


def begin_frame(peer, stream=1, method="Unary", flags=END_STREAM, text="x", **fields):
    begin = peer.protos.wire.Begin(method=ECHO + method, timeout_us=60_000_000, **fields)
    data = peer.protos.echo.EchoRequest(text=text).SerializeToString()
    frame = peer.protos.wire.Frame(stream_id=stream, begin=begin, flags=flags, data=data)
    return frame.SerializeToString()


def end_frame(connection, stream):
    """The frame with which the server ends a stream."""
    while True:
        frame = connection.read_frame()
        if frame.stream_id == stream and frame.HasField("end"):
            return frame


def assert_ended_or_closed(connection, stream, may_succeed=False):
    try:
        status = end_frame(connection, stream).end.status
    except Closed:
        return
    assert may_succeed or status.code != OK, status
