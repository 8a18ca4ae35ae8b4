"""Each misbehaviour once: a clear status or the end of the connection, and others are served."""

import pytest

import bad_frames  # noqa: F401  (fills misbehaviours.ALL)
import bad_messages  # noqa: F401
import bad_peers  # noqa: F401
import floods  # noqa: F401
import misbehaviours
from misbehaviours import ECHO, HELLO, begin_frame, end_frame, field

# Those whose wrong thing moves with the round are walked through all of their variants.
VARIANTS = {
    "cut_off_at_every_byte": 120,
    "a_message_cut_short": 20,
    "text_that_is_not_utf8": 5,
    "bytes_that_are_no_frame": 5,
    "a_method_that_is_not_utf8": 5,
    "a_frame_above_the_limit": 4,
    "a_kind_that_does_not_exist": 4,
    "a_certificate_that_is_refused": 4,
    "data_on_a_stream_that_is_closed": 3,
    "plain_text_on_the_tls_port": 3,
    "a_handshake_broken_off": 11,
}


@pytest.mark.parametrize("name", misbehaviours.ALL)
def test_misbehaviour(peer, name):
    misbehaviour = misbehaviours.ALL[name]
    for round in range(VARIANTS.get(name, 2)):
        misbehaviour.play(peer, round)
    peer.assert_serving()
    peer.close_all()
    peer.server.wait_until_idle()


def test_the_cuts_reach_every_byte(peer):
    """120 rounds are enough only while the conversation is not longer than that."""
    assert 8 + len(HELLO) + len(begin_frame(peer)) <= VARIANTS["cut_off_at_every_byte"]


def test_unknown_fields_of_the_envelope_are_passed_over(connection, protos):
    while connection.peer_hello is None:
        connection.pump()
    begin = field(1, (ECHO + "Unary").encode()) + field(99, b"new") + b"\xb8\x06\x01"
    frame = b"\x08\x01" + field(77, b"newer") + field(3, begin) + b"\x70\x01"
    connection.write(frame + field(15, field(1, b"hi")))
    end = end_frame(connection, 1)
    assert end.end.status.code == 0
    assert protos.echo.EchoResponse.FromString(end.data).text == "hi"


def test_fields_in_any_order_are_a_frame(connection, protos):
    while connection.peer_hello is None:
        connection.pump()
    begin = field(3, field(1, (ECHO + "Unary").encode()))
    connection.write(field(15, field(1, b"hi")) + b"\x70\x01" + begin + b"\x08\x01")
    end = end_frame(connection, 1)
    assert end.end.status.code == 0
    assert protos.echo.EchoResponse.FromString(end.data).text == "hi"
