"""TLS as a well-meaning client meets it; those who are refused stand in bad_peers."""

import ssl

import pytest

from martlet_wire import Connection, tls_context


def test_tls_is_1_3_and_alpn_names_the_protocol(connection):
    assert connection.socket.version() == "TLSv1.3"
    assert connection.socket.selected_alpn_protocol() == "martlet/1"


def test_the_server_shows_a_certificate_of_our_authority(peer, certificates):
    context = tls_context(certificates / "foreign-ca.pem")
    with pytest.raises(ssl.SSLCertVerificationError):
        Connection(peer.protos.wire, peer.server.address, context)
    peer.assert_serving()


def test_there_are_no_session_tickets(connection, peer):
    """Resumption is not offered, so a revoked certificate cannot come back by it."""
    while connection.peer_hello is None:
        connection.pump()
    peer.assert_serving()
    session = connection.socket.session
    assert session is None or not session.has_ticket


def test_a_client_that_leaves_says_so_and_the_server_too(peer):
    """close_notify both ways: an end that nobody cut off."""
    connection = peer.connect()
    while connection.peer_hello is None:
        connection.pump()
    connection.socket.settimeout(60)
    plain = connection.socket.unwrap()  # raises unless the server's close_notify comes
    plain.close()
