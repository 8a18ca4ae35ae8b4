"""The bad peer's messages: cut, not text, bombs, too large, never finished."""

from martlet_wire import MORE
from misbehaviours import (
    ECHO,
    INVALID_ARGUMENT,
    RESOURCE_EXHAUSTED,
    assert_ended_or_closed,
    assert_unary_fails,
    begin_frame,
    field,
    misbehaviour,
    shared,
)


@misbehaviour
def a_message_cut_short(peer, round):
    message = peer.protos.echo.EchoRequest(text="some text", values=[1, 2, 3]).SerializeToString()
    cut = 1 + round % (len(message) - 1)
    while cut in (11,):  # after the first whole field: a valid message
        cut += 1
    assert_unary_fails(peer, message[:cut], INVALID_ARGUMENT)


@misbehaviour
def text_that_is_not_utf8(peer, round):
    bad = [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"ok\xe2\x82"][round % 5]
    assert_unary_fails(peer, field(1, bad), INVALID_ARGUMENT)


@misbehaviour
def text_with_a_nul(peer, round):
    assert_unary_fails(peer, field(1, b"before\x00after"), INVALID_ARGUMENT)


@misbehaviour
def a_method_that_is_not_utf8(peer, round):
    connection = shared(peer)
    method = [b"/a.B/\xff", b"/a.B/\x00", b"no slash", b"", b"/" * 200][round % 5]
    connection.write(b"\x08\x01" + field(3, field(1, method)) + b"\x70\x01")
    assert_ended_or_closed(connection, 1)
    connection.close()


@misbehaviour
def metadata_above_the_limit(peer, round):
    connection = shared(peer)
    echo = peer.protos.echo
    pairs = [("k", bytes(9000))] if round % 2 else [(f"k{index}", b"") for index in range(65)]
    call = connection.call(ECHO + "Unary", echo.EchoRequest(), meta=pairs)
    assert_ended_or_closed(connection, call.stream)
    connection.close()


@misbehaviour
def a_recursion_bomb(peer, round):
    """Groups in groups, 20 000 deep, where any parser that follows them by recursion dies."""
    depth = 20_000
    bomb = b"\xa3\x06" * depth + b"\xa4\x06" * depth  # field 100
    assert_unary_fails(peer, bomb, INVALID_ARGUMENT, RESOURCE_EXHAUSTED)


@misbehaviour
def a_recursion_bomb_in_the_envelope(peer, round):
    connection = shared(peer)
    depth = 20_000
    connection.write(b"\x08\x01" + b"\xa3\x06" * depth + b"\xa4\x06" * depth)
    assert_ended_or_closed(connection, 1)
    connection.close()


@misbehaviour
def an_allocation_bomb(peer, round, is_small):
    """A quarter of a megabyte of empty map entries: two bytes each, fifty times that unpacked.
    Fewer are not too many fields, and still too much memory."""
    details = field(4, b"") * (15_000 if is_small else 120_000)
    assert_unary_fails(peer, field(6, details), INVALID_ARGUMENT, RESOURCE_EXHAUSTED)


@misbehaviour
def a_message_above_the_limit(peer, round, is_small):
    """Five megabytes; whether refused by the announced size or by the bytes that came. Small: a
    few kilobytes to a method that takes one."""
    echo = peer.protos.echo
    if is_small:
        connection = shared(peer, "gateway")
        request = echo.EchoRequest(payload=bytes(5000))
        _, end = connection.unary(ECHO + "Limited", request, echo.EchoResponse)
        assert end.status.code == RESOURCE_EXHAUSTED, end
        connection.close()
        return
    connection = shared(peer)
    call = connection.call(ECHO + "ClientStream", echo.EchoRequest(), end=False)
    call.send(echo.EchoRequest(payload=bytes(5 << 20)), end=True)
    _, end = call.finish(echo.EchoResponse)
    assert end.status.code == RESOURCE_EXHAUSTED, end
    connection.close()


@misbehaviour
def a_message_never_finished(peer, round):
    connection = shared(peer)
    connection.write(begin_frame(peer, flags=MORE))
    connection.send(1, bytes(60_000), flags=MORE)
    connection.close()
