"""What a handler is told about a call, who may make it, and what the smallest client can do."""

import pathlib

import sixty_lines

ECHO = "/martlet.testing.v1.Echo/"
OK, INVALID_ARGUMENT, RESOURCE_EXHAUSTED = 0, 3, 8
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_sixty_lines_are_a_client(protos, certificates, server):
    assert len(pathlib.Path(sixty_lines.__file__).read_text().splitlines()) <= 60
    files = [certificates / name for name in ("ca.pem", "client.pem", "client.key")]
    client = sixty_lines.Client(protos.wire, *server.address, *files)
    for size in (0, 1, 60_000):
        request = protos.echo.EchoRequest(text="sixty", payload=bytes(size))
        response, end = client.call(ECHO + "Unary", request.SerializeToString())
        assert end.status.code == OK
        assert len(protos.echo.EchoResponse.FromString(response).payload) == size
    client.socket.close()


def test_health_answers_serving(connection, protos):
    request = protos.health.HealthCheckRequest()
    method, answer = "/grpc.health.v1.Health/Check", protos.health.HealthCheckResponse
    response, end = connection.unary(method, request, answer)
    assert (end.status.code, response.status) == (OK, answer.SERVING)


def test_health_watch_tells_at_once(connection, protos):
    request = protos.health.HealthCheckRequest()
    answer = protos.health.HealthCheckResponse
    call = connection.call("/grpc.health.v1.Health/Watch", request)
    assert call.receive(answer).status == answer.SERVING
    call.cancel()


def described(connection, protos, **fields):
    request = protos.echo.EchoRequest(describe_call=True)
    method, answer = ECHO + "Unary", protos.echo.EchoResponse
    return connection.unary(method, request, answer, **fields)


def test_a_handler_sees_the_call(connection, protos):
    fields = {"trace": TRACE, "attempt": 1, "target": "endpoints/shop/blue"}
    response, end = described(connection, protos, timeout_us=50_000_000, **fields)
    assert end.status.code == OK
    seen = response.call
    assert (seen.method, seen.peer_role, seen.attempt) == (ECHO + "Unary", "client", 1)
    assert seen.target == "endpoints/shop/blue"
    assert seen.trace.split("-")[1] == TRACE.split("-")[1]
    assert 0 < seen.timeout_us <= 50_000_000


def test_a_call_without_a_deadline_gets_one(connection, protos):
    response, end = described(connection, protos, timeout_us=0)
    assert end.status.code == OK
    assert 0 < response.call.timeout_us <= 60_000_000


def test_a_principal_is_believed_from_the_gateway(peer, protos):
    principal = protos.wire.Principal(account="acme", key_id="k1")
    response, end = described(peer.connect("gateway"), protos, principal=principal)
    assert end.status.code == OK
    assert (response.call.account, response.call.key_id) == ("acme", "k1")


def test_a_method_is_open_to_the_roles_that_it_names(peer, protos):
    method, answer = ECHO + "Limited", protos.echo.EchoResponse
    gateway = peer.connect("gateway")
    _, end = gateway.unary(method, b"\xff\xff\xff", answer)
    assert end.status.code == INVALID_ARGUMENT
    request = protos.echo.EchoRequest(text="let in")
    response, end = gateway.unary(method, request, answer)
    assert (end.status.code, response.text) == (OK, "let in")


def test_a_message_above_the_methods_limit_is_refused(peer, protos):
    gateway = peer.connect("gateway")
    request = protos.echo.EchoRequest(payload=bytes(2000))
    _, end = gateway.unary(ECHO + "Limited", request, protos.echo.EchoResponse)
    assert end.status.code == RESOURCE_EXHAUSTED


def test_an_announced_size_above_the_limit_is_refused_early(connection, protos):
    request = protos.echo.EchoRequest(text="small after all")
    answer = protos.echo.EchoResponse
    call = connection.call(ECHO + "Unary", request, end=False, message_bytes=1 << 50)
    _, end = call.finish(answer)
    assert end.status.code == RESOURCE_EXHAUSTED
    assert end.not_started


def test_a_failure_carries_details_and_push_back(connection, protos):
    failure = protos.echo.EchoFailure(code=9, message="not now", retry_after_ms=1500)
    failure.details["type.example/Why"] = b"\x01\x02"
    request = protos.echo.EchoRequest(failure=failure)
    _, end = connection.unary(ECHO + "Unary", request, protos.echo.EchoResponse)
    assert (end.status.code, end.status.message, end.retry_after_ms) == (9, "not now", 1500)
    details = [(detail.type_url, detail.value) for detail in end.status.details]
    assert details == [("type.example/Why", b"\x01\x02")]


def test_empty_messages_in_a_stream_are_messages(connection, protos):
    empty = protos.echo.EchoRequest()
    call = connection.call(ECHO + "ClientStream", protos.echo.EchoRequest(text="a"), end=False)
    for _ in range(3):
        call.send(empty)
    call.half_close()
    response, end = call.finish(protos.echo.EchoResponse)
    assert (end.status.code, response.request_count) == (OK, 4)
