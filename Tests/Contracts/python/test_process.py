"""What the server's process does for whoever started it: sockets that it is given, its end."""

import signal
import socket
import ssl
import urllib.request

import pytest

from conftest import Peer
from testkit import ServiceProcess, TestkitServer

ECHO = "/martlet.testing.v1.Echo/"
WATCH = "/grpc.health.v1.Health/Watch"
OK = 0


@pytest.fixture
def own_peer(protos, certificates):
    """With a server of the test's own, which the test may end."""
    server = TestkitServer(certificates)
    peer = Peer(protos, certificates, server)
    yield peer
    peer.close_all()
    server.end()


def test_a_server_answers_on_the_socket_that_it_is_given(protos, certificates):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        # As with systemd: who comes before the server runs waits in the socket's queue.
        early = socket.create_connection(address, 60)
        server = TestkitServer(certificates, listener)
    try:
        assert server.address == address
        peer = Peer(protos, certificates, server)
        with peer.tls().wrap_socket(early, server_hostname="localhost") as tls:
            assert tls.selected_alpn_protocol() == "martlet/1"
        peer.assert_serving()
        peer.close_all()
    finally:
        server.end()


@pytest.mark.parametrize("names", [("rpc", "https"), ("https", "rpc")])
def test_the_gateway_finds_its_ports_among_the_sockets_that_it_is_given(
    certificates, tmp_path, names
):
    sockets = {name: socket.create_server(("127.0.0.1", 0)) for name in names}
    at = {name: "%s:%s" % each.getsockname() for name, each in sockets.items()}
    files = {"certificate": "gateway.pem", "key": "gateway.key", "authorities": "ca.pem"}
    arguments = [f"--tls-{name}={certificates / file}" for name, file in files.items()]
    arguments += [f"--state-folder={tmp_path}", "--private-address=127.0.0.1:0"]
    # Nobody is there, and what this asks for needs nobody.
    arguments += ["--discovery-instances=balancer=127.0.0.1:1"]
    gateway = ServiceProcess("gateway", arguments, sockets)
    try:
        assert gateway.said["addresses"] == [at["rpc"]]
        assert gateway.said["https"] == [at["https"]]
        context = ssl.create_default_context(cafile=certificates / "ca.pem")
        url = f"https://{at['https']}/healthz"
        with urllib.request.urlopen(url, context=context, timeout=60) as answer:
            assert answer.status == 200
    finally:
        gateway.end()
        for each in sockets.values():
            each.close()


def test_a_drain_ends_the_watches_of_health_behind_their_last_word(own_peer, protos):
    connection = own_peer.connect()
    answer = protos.health.HealthCheckResponse
    request = protos.health.HealthCheckRequest()
    watch = connection.call(WATCH, request, timeout_us=3_600_000_000)
    assert watch.receive(answer).status == answer.SERVING
    own_peer.server.process.send_signal(signal.SIGTERM)
    assert watch.receive(answer).status == answer.NOT_SERVING
    assert watch.receive(answer) is None
    # Not ABORTED, with which the grace of a drain ends what holds it up.
    assert watch.end.status.code == OK
    assert own_peer.server.process.wait(60) == 0


def test_a_drain_lets_calls_end_that_have_begun(own_peer, protos):
    connection = own_peer.connect()
    echo = protos.echo
    call = connection.call(ECHO + "Bidi", echo.EchoRequest(text="before"), end=False)
    assert call.receive(echo.EchoResponse).text == "before"
    own_peer.server.process.send_signal(signal.SIGTERM)
    while connection.go_away is None:
        connection.pump()
    call.send(echo.EchoRequest(text="after"))
    assert call.receive(echo.EchoResponse).text == "after"
    call.half_close()
    assert call.receive(echo.EchoResponse) is None
    assert call.end.status.code == OK
    assert own_peer.server.process.wait(60) == 0
