"""The bad peer: everything a client can do wrong, each with what must come of it.

A misbehaviour is a function of (peer, round). It does one wrong thing, asserts that a clear status
or the end of the connection follows, and closes what it opened. They stand in bad_peers,
bad_frames, bad_messages and floods; test_bad_input runs each once, test_memory runs each many
times and weighs the server.
"""

from martlet_wire import END_STREAM, Closed

ECHO = "/martlet.testing.v1.Echo/"
OK, INVALID_ARGUMENT, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAVAILABLE = 0, 3, 7, 8, 14
HELLO = b"\x12\x04\x08\x01\x10\x01"  # Frame{hello{lowest_version 1, highest_version 1}}

CHEAP, DEAR, HEAVY = "cheap", "dear", "heavy"  # what a round costs
ALL = {}


def misbehaviour(cost=CHEAP):
    def add(function):
        ALL[function.__name__] = (function, cost)
        return function

    return add


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


def shared(peer):
    """A connection whose first call has been served, so that the server has judged it."""
    connection = peer.connect()
    while connection.peer_hello is None:
        connection.pump()
    return connection


def begin_frame(peer, stream=1, method="Unary", flags=END_STREAM, text="x", **fields):
    begin = peer.protos.wire.Begin(method=ECHO + method, timeout_us=5_000_000, **fields)
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
