"""The bad peer's appetite: credit that it does not have, floods, and reading that stops."""

import socket
import struct

from martlet_wire import END_STREAM, Closed
from misbehaviours import (
    ECHO,
    HELLO,
    OK,
    RESOURCE_EXHAUSTED,
    assert_closed,
    assert_ended_or_closed,
    begin_frame,
    field,
    misbehaviour,
    narrow,
    shared,
    stuck,
    until_closed,
)


@misbehaviour
def credit_above_the_most(peer, round):
    connection = shared(peer)
    stream = 0
    if round % 2:
        stream = connection.call(ECHO + "Bidi", end=False).stream
    connection.send(stream, window=peer.protos.wire.Window(credit=(1 << 31) - 1))
    if stream:
        assert_ended_or_closed(connection, stream)
    else:
        until_closed(connection)
    connection.close()


@misbehaviour
def credit_of_zero(peer, round):
    connection = shared(peer)
    connection.send(0, window=peer.protos.wire.Window(credit=0))
    assert_closed(connection)


@misbehaviour
def data_beyond_the_credit(peer, round):
    """The handler is busy with the first message, so the second megabyte has no credit."""
    connection = narrow(peer)
    echo = peer.protos.echo
    call = connection.call(ECHO + "Bidi", stuck(peer), end=False)
    message = echo.EchoRequest(payload=bytes(60_000)).SerializeToString()
    try:
        for _ in range(10):
            connection.send(call.stream, message)
        assert_ended_or_closed(connection, call.stream)
    except Closed:
        pass
    connection.close()


RESETS = 10_000
_resets = []


def resets(peer):
    """The bytes of all begins and cancels, in pieces; made once, for it takes a while."""
    if not _resets:
        wire = peer.protos.wire
        for first in range(1, 2 * RESETS, 400):
            piece = bytearray()
            for stream in range(first, first + 400, 2):
                cancel = wire.Frame(stream_id=stream, cancel=wire.Cancel(code=1))
                for frame in (begin_frame(peer, stream, "Bidi", 0), cancel.SerializeToString()):
                    piece += struct.pack(">I", len(frame)) + frame
            _resets.append(bytes(piece))
    return _resets


@misbehaviour
def rapid_reset(peer, round):
    """10 000 begins, each cancelled at once."""
    connection = shared(peer)
    try:
        for piece in resets(peer):
            connection.write_bytes(piece)
        assert_refused_or_served(peer, connection, 2 * RESETS + 1)
    except Closed:
        pass
    connection.close()


def assert_refused_or_served(peer, connection, stream):
    connection.write(begin_frame(peer, stream=stream))
    assert_ended_or_closed(connection, stream, may_succeed=True)


@misbehaviour
def resets_that_the_server_is_made_to_send(peer, round, is_small):
    """Calls that are wrong on purpose, so that the server ends each: 2 000 on one connection."""
    connection = shared(peer)
    echo = peer.protos.echo
    try:
        for _ in range(1 if is_small else 20):
            count = 20 if is_small else 100
            calls = [connection.call(ECHO + "Unary", field(1, b"\xff")) for _ in range(count)]
            for call in calls:
                _, end = call.finish(echo.EchoResponse)
                assert end.status.code != OK
    except Closed:
        pass
    connection.close()


def flood(connection, frame, count):
    piece = (struct.pack(">I", len(frame)) + frame) * 100
    for _ in range(count // 100):
        connection.write_bytes(piece)


@misbehaviour
def a_flood_of_pings(peer, round):
    connection = shared(peer)
    frame = peer.protos.wire.Frame(ping=peer.protos.wire.Ping(opaque=1)).SerializeToString()
    try:
        flood(connection, frame, 10_000)
    except Closed:
        pass
    assert_closed(connection, RESOURCE_EXHAUSTED)


@misbehaviour
def a_flood_of_hellos(peer, round):
    connection = shared(peer)
    try:
        flood(connection, HELLO, 1_000)
    except Closed:
        pass
    assert_closed(connection)


@misbehaviour
def a_flood_of_empty_frames(peer, round, is_small):
    """On a stream they are empty messages or nothing; without end they are abuse."""
    connection = shared(peer)
    connection.write(begin_frame(peer, method="ClientStream", flags=0))
    frame = peer.protos.wire.Frame(stream_id=1).SerializeToString()
    try:
        flood(connection, frame, 200 if is_small else 20_000)
        connection.send(1, flags=END_STREAM)
        assert_ended_or_closed(connection, 1, may_succeed=True)
    except Closed:
        pass
    connection.close()


@misbehaviour
def a_reader_that_stops(peer, round, is_small):
    """Asks for far more than it has credit for, promises endless credit, and never reads."""
    connection = shared(peer)
    if is_small:  # so that little fills the way to it
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire, echo = peer.protos.wire, peer.protos.echo
    connection.send(0, window=wire.Window(credit=1 << 30))
    wanted = echo.EchoRequest(response_count=1000, response_payload_bytes=60_000)
    for _ in range(1 if is_small else 8):
        call = connection.call(ECHO + "ServerStream", wanted)
        connection.send(call.stream, window=wire.Window(credit=1 << 30))
    # The server writes until the sockets' buffers are full; it must not keep the rest for us.
    if not is_small:
        before = peer.server.resident_bytes()
        peer.assert_serving()
        assert peer.server.resident_bytes() - before < 200 << 20
    connection.close()


@misbehaviour
def streams_left_unread(peer, round, is_small):
    """127 streams with answers that nobody takes, beside one that must go on. Small: with less
    credit, as Hello may say."""
    wire, echo = peer.protos.wire, peer.protos.echo
    connection = peer.connect(hello=False)
    stream, whole = (1 << 10, 16 << 10) if is_small else (256 << 10, 4 << 20)
    windows = {"stream_window": stream, "connection_window": whole}
    connection.send(0, hello=wire.Hello(lowest_version=1, highest_version=1, **windows))
    payload, count = stream // 4, 8 * whole // stream
    wanted = echo.EchoRequest(response_count=1000, response_payload_bytes=payload)
    unread = [connection.call(ECHO + "ServerStream", wanted) for _ in range(127)]
    # One more on the same connection: twice the connection's credit.
    wanted = echo.EchoRequest(response_count=count, response_payload_bytes=payload)
    call = connection.call(ECHO + "ServerStream", wanted)
    received = 0
    while call.receive(echo.EchoResponse) is not None:
        received += 1
    assert (call.end.status.code, received) == (OK, count)
    assert all(other.end is None for other in unread)
    connection.close()


@misbehaviour
def gone_in_the_middle_of_an_answer(peer, round):
    connection = shared(peer)
    echo = peer.protos.echo
    wanted = echo.EchoRequest(response_count=100, response_payload_bytes=30_000)
    call = connection.call(ECHO + "ServerStream", wanted)
    call.receive(echo.EchoResponse)
    connection.close()
