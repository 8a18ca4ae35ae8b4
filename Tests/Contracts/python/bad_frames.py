"""The bad peer's frames: cut, oversized, unknown, or on a stream where they may not be."""

import struct

from martlet_wire import COMPRESSED, END_STREAM, MORE, Closed
from misbehaviours import (
    ECHO,
    HELLO,
    INVALID_ARGUMENT,
    OK,
    RESOURCE_EXHAUSTED,
    UNAVAILABLE,
    assert_closed,
    assert_ended_or_closed,
    begin_frame,
    field,
    misbehaviour,
    narrow,
    shared,
    stuck,
)


@misbehaviour
def cut_off_at_every_byte(peer, round):
    """Hello and a call, cut after a byte that moves with the round; then the client is gone."""
    frame = begin_frame(peer)
    conversation = struct.pack(">I", len(HELLO)) + HELLO + struct.pack(">I", len(frame)) + frame
    connection = peer.connect(hello=False)
    connection.write_bytes(conversation[: round % len(conversation)])
    connection.close()


@misbehaviour
def a_frame_of_length_zero(peer, round):
    connection = peer.connect()
    connection.write_bytes(bytes(4))
    assert_closed(connection, INVALID_ARGUMENT)


@misbehaviour
def a_frame_above_the_limit(peer, round):
    """By one byte, by the most that three bytes hold, and with the reserved top byte set."""
    length = [(1 << 20) + 1, (1 << 24) - 1, 1 << 24, (1 << 32) - 1][round % 4]
    connection = peer.connect()
    connection.write_bytes(struct.pack(">I", length) + b"some of it")
    assert_closed(connection)


@misbehaviour
def a_frame_announced_and_left(peer, round):
    """The largest frame is announced, a little is sent, and the client goes."""
    connection = shared(peer)
    connection.write_bytes(struct.pack(">I", 1 << 20) + b"\x08")
    connection.close()


@misbehaviour
def bytes_that_are_no_frame(peer, round):
    connection = peer.connect()
    piece = [b"\xff" * 16, b"\x08", b"\x12\x7f\x00", b"\x0b\x0b\x0b", b"\x00\x00"][round % 5]
    connection.write(piece)
    assert_closed(connection, INVALID_ARGUMENT)


@misbehaviour
def no_hello_first(peer, round):
    connection = peer.connect(hello=False)
    connection.write(begin_frame(peer))
    assert_closed(connection)


@misbehaviour
def versions_that_nobody_speaks(peer, round):
    connection = peer.connect(hello=False)
    wire = peer.protos.wire
    connection.send(0, hello=wire.Hello(lowest_version=1000, highest_version=1001))
    assert_closed(connection)


@misbehaviour
def a_kind_that_does_not_exist(peer, round):
    """On a stream it ends in a status or closes; beside streams it may also be passed over."""
    connection = shared(peer)
    if round % 2:
        frame = b"\x08\x01" + field(10 + round % 4, b"?")
        connection.write(frame)
        assert_ended_or_closed(connection, 1)
    else:
        connection.write(field(10 + round % 4, b"?"))
        connection.write(begin_frame(peer))
        assert_ended_or_closed(connection, 1, may_succeed=True)
    connection.close()


@misbehaviour
def two_kinds_in_one_frame(peer, round):
    connection = shared(peer)
    connection.write(b"\x08\x01" + field(3, b"") + field(6, b""))
    assert_closed(connection, INVALID_ARGUMENT)


@misbehaviour
def flags_that_are_reserved(peer, round):
    connection = shared(peer)
    connection.write(begin_frame(peer, flags=END_STREAM | (COMPRESSED if round % 2 else 1 << 20)))
    assert_ended_or_closed(connection, 1)
    connection.close()


@misbehaviour
def an_end_in_the_middle_of_a_message(peer, round):
    connection = shared(peer)
    connection.write(begin_frame(peer, flags=END_STREAM | MORE))
    assert_ended_or_closed(connection, 1)
    connection.close()


@misbehaviour
def what_only_a_server_may_send(peer, round):
    """Head and End from a client."""
    connection = shared(peer)
    connection.write(begin_frame(peer, method="Bidi", flags=0))
    wire = peer.protos.wire
    kind = {"head": wire.Head()} if round % 2 else {"end": wire.End()}
    connection.send(1, **kind)
    assert_ended_or_closed(connection, 1)
    connection.close()


@misbehaviour
def data_after_the_end_of_the_stream(peer, round):
    connection = narrow(peer)
    call = connection.call(ECHO + "ServerStream", stuck(peer))
    connection.send(call.stream, b"more", flags=END_STREAM)
    assert_ended_or_closed(connection, call.stream)
    connection.close()


@misbehaviour
def data_on_a_stream_that_is_closed(peer, round, is_small):
    """It may have crossed the server's End, so it is passed over and its credit comes back: twice
    the connection's credit in all."""
    connection = shared(peer)
    echo = peer.protos.echo
    connection.unary(ECHO + "Unary", echo.EchoRequest(), echo.EchoResponse)
    for _ in range(2 if is_small else 160):
        while connection.credit < 60_000:
            connection.pump()
        connection.send(1, bytes(60_000), flags=[0, MORE, END_STREAM][round % 3])
        connection.credit -= 60_000
    response, end = connection.unary(
        ECHO + "Unary", echo.EchoRequest(text="next"), echo.EchoResponse
    )
    assert (end.status.code, response.text) == (OK, "next")
    connection.close()


@misbehaviour
def data_on_a_stream_never_opened(peer, round):
    connection = shared(peer)
    connection.send(7, b"data")
    assert_closed(connection)


@misbehaviour
def a_stream_id_that_is_not_ours(peer, round):
    """Even, or 0, which is the connection."""
    connection = shared(peer)
    connection.write(begin_frame(peer, stream=[2, 0][round % 2]))
    assert_closed(connection)


@misbehaviour
def a_stream_id_used_again(peer, round):
    connection = shared(peer)
    echo = peer.protos.echo
    for _ in range(2):
        connection.unary(ECHO + "Unary", echo.EchoRequest(), echo.EchoResponse)
    connection.write(begin_frame(peer, stream=[3, 1][round % 2]))
    assert_closed(connection)


@misbehaviour
def more_streams_than_allowed(peer, round):
    """The surplus is refused as not started, or the connection ends; the rest is not harmed."""
    connection = shared(peer)
    limit = connection.peer_hello.max_streams or 128
    calls = [connection.call(ECHO + "Bidi", end=False) for _ in range(limit + 1)]
    try:
        _, end = calls[-1].finish(peer.protos.echo.EchoResponse)
        assert end.status.code in (RESOURCE_EXHAUSTED, UNAVAILABLE), end
        assert end.not_started
    except Closed:
        pass
    connection.close()
