"""Peers that may not come in, and what they may not do once they are in."""

import socket
import ssl

from martlet_wire import Closed, Connection, tls_context
from misbehaviours import (
    ECHO,
    OK,
    PERMISSION_DENIED,
    field,
    misbehaviour,
    shared,
)

GREETINGS = [
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"\x00\x00\x00\x06\x12\x04\x08\x01\x10\x01",  # a Hello, but not inside TLS
    bytes(100),
]


def assert_refused(open_connection):
    """The handshake fails, or the connection ends before the server says Hello: in TLS 1.3 a
    client is done before the server has judged its certificate."""
    try:
        connection = open_connection()
    except (ssl.SSLError, ConnectionError, Closed):
        return
    try:
        while True:
            assert not connection.read_frame().HasField("hello"), "the server let this client in"
    except Closed:
        pass
    finally:
        connection.close()


def handshake_with(peer, change):
    """A connection with our certificate, but with the TLS context changed."""
    folder = peer.certificates
    context = tls_context(folder / "ca.pem", folder / "client.pem", folder / "client.key")
    change(context)
    return Connection(peer.protos.wire, peer.server.address, context)


def only_tls_1_2(context):
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_2


@misbehaviour
def a_certificate_that_is_refused(peer, round):
    """Expired, of a foreign authority, of another suite, none at all."""
    name = ["expired", "foreign", "elsewhere", None][round % 4]
    assert_refused(lambda: peer.connect(name))


@misbehaviour
def tls_1_2(peer, round):
    assert_refused(lambda: handshake_with(peer, only_tls_1_2))


@misbehaviour
def another_application_protocol(peer, round):
    names = [["h2"], ["martlet/2"]][round % 2]
    assert_refused(lambda: handshake_with(peer, lambda context: context.set_alpn_protocols(names)))


@misbehaviour
def plain_text_on_the_tls_port(peer, round):
    with socket.create_connection(peer.server.address, 60) as plain:
        plain.sendall(GREETINGS[round % len(GREETINGS)])
        answer = b""
        try:
            while piece := plain.recv(4096):
                answer += piece
        except ConnectionError:
            pass
        assert len(answer) < 64, "only a TLS alert may come back"


@misbehaviour
def a_handshake_broken_off(peer, round):
    """The first bytes of a ClientHello, then nothing."""
    with socket.create_connection(peer.server.address, 60) as plain:
        plain.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[: 1 + round % 11])


@misbehaviour
def a_method_of_another_role(peer, round):
    """What is sent is not even a message; had it been decoded, the code were another."""
    connection = shared(peer)
    answer = peer.protos.echo.EchoResponse
    _, end = connection.unary(ECHO + "Limited", b"\xff\xff\xff", answer)
    assert end.status.code == PERMISSION_DENIED
    connection.close()


@misbehaviour
def a_principal_that_is_not_ours_to_set(peer, round):
    """Refused, or not believed."""
    connection = shared(peer)
    echo = peer.protos.echo
    principal = peer.protos.wire.Principal(account="acme", key_id="k1")
    request = echo.EchoRequest(describe_call=True)
    response, end = connection.unary(
        ECHO + "Unary", request, echo.EchoResponse, principal=principal
    )
    is_refused = end.status.code == PERMISSION_DENIED
    assert is_refused or (end.status.code == OK and response.call.account == "")
    connection.close()


@misbehaviour
def many_unknown_fields(peer, round, is_small):
    """No misbehaviour at all: a newer peer may send as many as its bytes allow."""
    unknown = b"\xa0\x06\x01" * (6000 if is_small else 300_000) + field(2000, bytes(1000)) * 10
    connection = shared(peer)
    echo = peer.protos.echo
    request = field(1, b"known") + unknown
    response, end = connection.unary(ECHO + "Unary", request, echo.EchoResponse)
    assert (end.status.code, response.text) == (OK, "known")
    connection.close()
