"""The bad peer's appetite: credit that it does not have, floods, and reading that stops."""

import struct

from martlet_wire import END_STREAM, Closed
from misbehaviours import (
    DEAR,
    ECHO,
    HEAVY,
    HELLO,
    OK,
    RESOURCE_EXHAUSTED,
    assert_closed,
    assert_ended_or_closed,
    begin_frame,
    field,
    misbehaviour,
    shared,
    until_closed,
)


@misbehaviour()
def credit_above_the_most(peer, round):
    connection = shared(peer)
    stream = 0
    if round % 2:
        slow = peer.protos.echo.EchoRequest(delay_ms=2000)
        stream = connection.call(ECHO + "Unary", slow).stream
    connection.send(stream, window=peer.protos.wire.Window(credit=(1 << 31) - 1))
    if stream:
        assert_ended_or_closed(connection, stream)
    else:
        until_closed(connection)
    connection.close()


@misbehaviour()
def credit_of_zero(peer, round):
    connection = shared(peer)
    connection.send(0, window=peer.protos.wire.Window(credit=0))
    assert_closed(connection)


@misbehaviour(DEAR)
def data_beyond_the_credit(peer, round):
    """The handler is busy with the first message, so the second megabyte has no credit."""
    connection = shared(peer)
    echo = peer.protos.echo
    busy = echo.EchoRequest(delay_ms=3000)
    call = connection.call(ECHO + "Bidi", busy, end=False)
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


@misbehaviour(HEAVY)
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


@misbehaviour(HEAVY)
def resets_that_the_server_is_made_to_send(peer, round):
    """Calls that are wrong on purpose, so that the server ends each: 2 000 on one connection."""
    connection = shared(peer)
    echo = peer.protos.echo
    try:
        for _ in range(20):
            calls = [connection.call(ECHO + "Unary", field(1, b"\xff")) for _ in range(100)]
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


@misbehaviour(DEAR)
def a_flood_of_pings(peer, round):
    connection = shared(peer)
    frame = peer.protos.wire.Frame(ping=peer.protos.wire.Ping(opaque=1)).SerializeToString()
    try:
        flood(connection, frame, 10_000)
    except Closed:
        pass
    assert_closed(connection, RESOURCE_EXHAUSTED)


@misbehaviour()
def a_flood_of_hellos(peer, round):
    connection = shared(peer)
    try:
        flood(connection, HELLO, 1_000)
    except Closed:
        pass
    assert_closed(connection)


@misbehaviour(DEAR)
def a_flood_of_empty_frames(peer, round):
    """On a stream they are empty messages or nothing; without end they are abuse."""
    connection = shared(peer)
    connection.write(begin_frame(peer, method="ClientStream", flags=0))
    frame = peer.protos.wire.Frame(stream_id=1).SerializeToString()
    try:
        flood(connection, frame, 20_000)
        connection.send(1, flags=END_STREAM)
        assert_ended_or_closed(connection, 1, may_succeed=True)
    except Closed:
        pass
    connection.close()


@misbehaviour(DEAR)
def a_reader_that_stops(peer, round):
    """Asks for far more than it has credit for, promises endless credit, and never reads."""
    connection = shared(peer)
    wire, echo = peer.protos.wire, peer.protos.echo
    connection.send(0, window=wire.Window(credit=1 << 30))
    wanted = echo.EchoRequest(response_count=1000, response_payload_bytes=60_000)
    for _ in range(8):
        call = connection.call(ECHO + "ServerStream", wanted)
        connection.send(call.stream, window=wire.Window(credit=1 << 30))
    # The server writes until the sockets' buffers are full; it must not keep the rest for us.
    before = peer.server.resident_bytes()
    peer.assert_serving()
    assert peer.server.resident_bytes() - before < 200 << 20
    connection.close()


@misbehaviour(HEAVY)
def streams_left_unread(peer, round):
    """127 streams with answers that nobody takes, beside one that must go on."""
    connection = shared(peer)
    echo = peer.protos.echo
    minute = 60_000_000
    wanted = echo.EchoRequest(response_count=1000, response_payload_bytes=30_000)
    unread = [
        connection.call(ECHO + "ServerStream", wanted, timeout_us=minute) for _ in range(127)
    ]
    # One more on the same connection: many megabytes, more than the connection's credit.
    wanted = echo.EchoRequest(response_count=200, response_payload_bytes=60_000)
    call = connection.call(ECHO + "ServerStream", wanted, timeout_us=minute)
    received = 0
    while call.receive(echo.EchoResponse) is not None:
        received += 1
    assert (call.end.status.code, received) == (OK, 200)
    assert all(other.end is None for other in unread)
    connection.close()


@misbehaviour()
def gone_in_the_middle_of_an_answer(peer, round):
    connection = shared(peer)
    echo = peer.protos.echo
    wanted = echo.EchoRequest(response_count=100, response_payload_bytes=30_000)
    call = connection.call(ECHO + "ServerStream", wanted)
    call.receive(echo.EchoResponse)
    connection.close()
