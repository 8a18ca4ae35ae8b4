"""What the contract tests share: generated messages, certificates, the server, connections."""

import concurrent.futures
import importlib
import os
import pathlib
import subprocess
import sys
import types

import pytest

import certificates as certificate_maker
from martlet_wire import Connection, tls_context
from testkit import TestkitServer

ROOT = pathlib.Path(__file__).resolve().parents[3]


def pytest_addoption(parser):
    parser.addoption("--soak", action="store_true", help="many more rounds of the same tests")


@pytest.fixture(scope="session")
def soak(request):
    return request.config.getoption("--soak") or os.environ.get("MARTLET_SOAK") == "1"


@pytest.fixture(scope="session")
def protos(tmp_path_factory):
    """The generated modules: wire, echo, interop (its messages), health."""
    folder = tmp_path_factory.mktemp("protos")
    roots = [ROOT / "protos", ROOT / "Shared" / "TestKit" / "protos"]
    files = [str(path.relative_to(root)) for root in roots for path in root.rglob("*.proto")]
    includes = [f"-I{root}" for root in roots]
    subprocess.run(["protoc", *includes, f"--python_out={folder}", *files], check=True)
    sys.path.insert(0, str(folder))
    return types.SimpleNamespace(
        wire=importlib.import_module("martlet.wire.v1.wire_pb2"),
        echo=importlib.import_module("martlet.testing.v1.echo_pb2"),
        interop=importlib.import_module("grpc.testing.messages_pb2"),
        empty=importlib.import_module("grpc.testing.empty_pb2"),
        health=importlib.import_module("grpc.health.v1.health_pb2"),
    )


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificates")
    certificate_maker.make(folder)
    return folder


@pytest.fixture(scope="session")
def server(certificates):
    server = TestkitServer(certificates)
    yield server
    server.end()


@pytest.fixture(scope="session", autouse=True)
def silent_crowds(request, soak):
    """The crowds of test_silence, where that is run: they play from the first test on."""
    if not any(item.module.__name__ == "test_silence" for item in request.session.items):
        yield None
        return
    import test_silence

    count = test_silence.SOAK_CROWDS if soak else test_silence.CROWDS
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        files = [request.getfixturevalue(name) for name in ("protos", "certificates")]
        yield pool.submit(test_silence.play_crowds, *files, count)


class Peer:
    """Opens connections to the server under test, and closes those that were left open."""

    def __init__(self, protos, certificates, server):
        self.protos, self.certificates, self.server = protos, certificates, server
        self.opened = []
        self.contexts = {}

    def tls(self, name="client"):
        """The context of a client that shows the certificate `name`, or none."""
        if name not in self.contexts:
            authority = self.certificates / "ca.pem"
            pair = [self.certificates / f"{name}{end}" for end in (".pem", ".key")] if name else []
            self.contexts[name] = tls_context(authority, *pair)
        return self.contexts[name]

    def connect(self, name="client", **options):
        connection = Connection(
            self.protos.wire, self.server.address, self.tls(name), **options
        )
        self.opened.append(connection)
        return connection

    def close_all(self):
        for connection in self.opened:
            connection.close()
        self.opened.clear()

    def assert_serving(self):
        """A well-meaning client is served, whatever happened before."""
        connection = self.connect()
        request = self.protos.echo.EchoRequest(text="still there?")
        method = "/martlet.testing.v1.Echo/Unary"
        response, end = connection.unary(method, request, self.protos.echo.EchoResponse)
        assert (end.status.code, response.text) == (0, "still there?")
        connection.close()


@pytest.fixture
def peer(protos, certificates, server):
    peer = Peer(protos, certificates, server)
    yield peer
    peer.close_all()


@pytest.fixture
def connection(peer):
    return peer.connect()
