"""gRPC's interop cases, over martlet/1: the names and sizes are those of gRPC's own document."""

import pytest

from martlet_wire import Connection, END_STREAM

SERVICE = "/grpc.testing.TestService/"
OK, CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED = 0, 1, 2, 4, 12
LARGE_REQUEST_BYTES, LARGE_RESPONSE_BYTES = 271828, 314159
REQUEST_SIZES, RESPONSE_SIZES = [27182, 8, 1828, 45904], [31415, 9, 2653, 58979]


@pytest.fixture
def interop(protos):
    return protos.interop


def large_request(interop, **fields):
    payload = interop.Payload(body=bytes(LARGE_REQUEST_BYTES))
    return interop.SimpleRequest(response_size=LARGE_RESPONSE_BYTES, payload=payload, **fields)


def streaming_request(interop, sizes, request_bytes=0, interval_us=0):
    return interop.StreamingOutputCallRequest(
        response_parameters=[
            interop.ResponseParameters(size=size, interval_us=interval_us) for size in sizes
        ],
        payload=interop.Payload(body=bytes(request_bytes)),
    )


def test_empty_unary(connection, protos):
    empty = protos.empty.Empty
    response, end = connection.unary(SERVICE + "EmptyCall", empty(), empty)
    assert (end.status.code, response) == (OK, empty())


def test_large_unary(connection, interop):
    request = large_request(interop)
    response, end = connection.unary(SERVICE + "UnaryCall", request, interop.SimpleResponse)
    assert end.status.code == OK
    assert response.payload.body == bytes(LARGE_RESPONSE_BYTES)


def test_client_streaming(connection, interop):
    requests = [
        interop.StreamingInputCallRequest(payload=interop.Payload(body=bytes(size)))
        for size in REQUEST_SIZES
    ]
    call = connection.call(SERVICE + "StreamingInputCall", requests[0], end=False)
    for request in requests[1:]:
        call.send(request)
    call.half_close()
    response, end = call.finish(interop.StreamingInputCallResponse)
    assert (end.status.code, response.aggregated_payload_size) == (OK, sum(REQUEST_SIZES))


def test_server_streaming(connection, interop):
    request = streaming_request(interop, RESPONSE_SIZES)
    call = connection.call(SERVICE + "StreamingOutputCall", request)
    sizes = []
    while (response := call.receive(interop.StreamingOutputCallResponse)) is not None:
        sizes.append(len(response.payload.body))
    assert (call.end.status.code, sizes) == (OK, RESPONSE_SIZES)


def test_ping_pong(connection, interop):
    """Each request goes out only after the answer to the one before."""
    call = None
    for request_bytes, response_bytes in zip(REQUEST_SIZES, RESPONSE_SIZES):
        request = streaming_request(interop, [response_bytes], request_bytes)
        if call is None:
            call = connection.call(SERVICE + "FullDuplexCall", request, end=False)
        else:
            call.send(request)
        response = call.receive(interop.StreamingOutputCallResponse)
        assert len(response.payload.body) == response_bytes
    call.half_close()
    assert call.receive(interop.StreamingOutputCallResponse) is None
    assert call.end.status.code == OK


def test_empty_stream(connection, interop):
    call = connection.call(SERVICE + "FullDuplexCall")
    assert call.receive(interop.StreamingOutputCallResponse) is None
    assert call.end.status.code == OK


INITIAL = ("x-grpc-test-echo-initial", b"test_initial_metadata_value")
TRAILING = ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab")


def assert_metadata_came_back(call):
    head = {pair.key: pair.value for pair in call.head.meta} if call.head else {}
    trailing = {pair.key: pair.value for pair in call.end.meta}
    assert head.get(INITIAL[0]) == INITIAL[1]
    assert trailing.get(TRAILING[0]) == TRAILING[1]
    assert call.end.status.code == OK


def test_custom_metadata_unary(connection, interop):
    request = large_request(interop)
    call = connection.call(SERVICE + "UnaryCall", request, meta=[INITIAL, TRAILING])
    call.finish(interop.SimpleResponse)
    assert_metadata_came_back(call)


def test_custom_metadata_streaming(connection, interop):
    request = streaming_request(interop, [LARGE_RESPONSE_BYTES], LARGE_REQUEST_BYTES)
    method = SERVICE + "FullDuplexCall"
    call = connection.call(method, request, meta=[INITIAL, TRAILING])
    call.finish(interop.StreamingOutputCallResponse)
    assert_metadata_came_back(call)


@pytest.mark.parametrize("message", ["test status message", "\t\ntest \r\n☺ and 😈\t\n"])
def test_status_code_and_message(connection, interop, message):
    """Also gRPC's special_status_message: white space and characters beyond the basic plane."""
    status = interop.EchoStatus(code=UNKNOWN, message=message)
    request = interop.SimpleRequest(response_status=status)
    _, end = connection.unary(SERVICE + "UnaryCall", request, interop.SimpleResponse)
    assert (end.status.code, end.status.message) == (UNKNOWN, message)

    request = interop.StreamingOutputCallRequest(response_status=status)
    call = connection.call(SERVICE + "FullDuplexCall", request)
    _, end = call.finish(interop.StreamingOutputCallResponse)
    assert (end.status.code, end.status.message) == (UNKNOWN, message)


@pytest.mark.parametrize("service", ["TestService", "UnimplementedService", "NoSuchService"])
def test_unimplemented_method_and_service(connection, protos, service):
    empty = protos.empty.Empty
    method = f"/grpc.testing.{service}/UnimplementedCall"
    _, end = connection.unary(method, empty(), empty)
    assert end.status.code == UNIMPLEMENTED
    assert end.not_started


def test_cancel_after_begin(connection, interop):
    call = connection.call(SERVICE + "StreamingInputCall", end=False)
    call.cancel()
    _, end = call.finish(interop.StreamingInputCallResponse)
    assert end.status.code == CANCELLED


def test_cancel_after_first_response(connection, interop):
    request = streaming_request(interop, [31415], 27182)
    call = connection.call(SERVICE + "FullDuplexCall", request, end=False)
    response = call.receive(interop.StreamingOutputCallResponse)
    assert len(response.payload.body) == 31415
    call.cancel()
    _, end = call.finish(interop.StreamingOutputCallResponse)
    assert end.status.code == CANCELLED


def test_timeout_on_sleeping_server(connection, interop):
    request = streaming_request(interop, [31415], 27182, interval_us=5_000_000)
    method = SERVICE + "FullDuplexCall"
    call = connection.call(method, request, end=False, timeout_us=20_000)
    _, end = call.finish(interop.StreamingOutputCallResponse)
    assert end.status.code == DEADLINE_EXCEEDED


def test_concurrent_large_unary(connection, interop, soak):
    """Many large calls overlap on one connection, in waves of its limit of streams."""
    for _ in range(20 if soak else 2):
        calls = [
            connection.call(SERVICE + "UnaryCall", large_request(interop)) for _ in range(64)
        ]
        for call in calls:
            response, end = call.finish(interop.SimpleResponse)
            assert end.status.code == OK
            assert len(response.payload.body) == LARGE_RESPONSE_BYTES


def test_channel_soak(peer, interop, soak):
    """A new connection for each large call."""
    for _ in range(1000 if soak else 50):
        connection: Connection = peer.connect()
        request = large_request(interop)
        response, end = connection.unary(SERVICE + "UnaryCall", request, interop.SimpleResponse)
        assert end.status.code == OK
        assert len(response.payload.body) == LARGE_RESPONSE_BYTES
        connection.close()


def test_calls_before_the_servers_hello_are_served(peer, protos):
    """A client may begin at once, under the default limits."""
    connection = peer.connect()
    begin = protos.wire.Begin(method=SERVICE + "EmptyCall", timeout_us=60_000_000)
    connection.send(1, begin=begin, flags=END_STREAM)
    first, second = connection.read_frame(), connection.read_frame()
    assert first.WhichOneof("kind") == "hello"
    assert (second.stream_id, second.WhichOneof("kind")) == (1, "end")
    assert second.end.status.code == OK
