"""Writes the seeds that are committed: small valid inputs for each fuzz target.

    .build/venv/bin/python Tests/Fuzz/make_corpus.py

Frames and messages are made by Python's protobuf from the protos, by a fixed lot, so that a run
changes nothing. Seeds of the connection are courses of events as Connection/WorldSteps.swift reads
them: fourteen bytes of limits, then steps.
"""

import importlib
import pathlib
import random
import shutil
import tempfile

import samples

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "Tests" / "Fuzz" / "corpus"
# The order of the types in Scanner/ScannerTarget.swift.
SCANNER_TYPES = (
    "martlet.testing.v1.echo_pb2.EchoRequest",
    "martlet.testing.v1.echo_pb2.EchoResponse",
    "martlet.testing.v1.shapes_pb2.Scalars",
    "martlet.testing.v1.shapes_pb2.Slices",
    "martlet.testing.v1.shapes_pb2.Shapes",
    "grpc.testing.messages_pb2.SimpleRequest",
    "grpc.testing.messages_pb2.StreamingOutputCallRequest",
)


def frames():
    wire = importlib.import_module("martlet.wire.v1.wire_pb2")
    trace = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    status = wire.Status(code=14, message="draining")
    meta = [wire.Meta(key="x-tenant", value=b"blue"), wire.Meta(key="k", value=b"")]
    begin = wire.Begin(method="/a.B/C", timeout_us=1000, meta=meta, trace=trace, attempt=2)
    begin.target = "endpoints/e"
    begin.message_bytes = 9
    begin.principal.account, begin.principal.key_id = "acme", "key"
    end = wire.End(status=status, meta=meta, retry_after_ms=5, not_started=True)
    end.load.in_flight, end.load.latency_us, end.load.utilization_milli = 3, 400, 500
    hello = wire.Hello(lowest_version=1, highest_version=2, max_frame_bytes=4096, max_streams=7)
    hello.features.append("x")
    hello.agent = "seed"
    return {
        "hello": wire.Frame(hello=hello),
        "begin": wire.Frame(stream_id=1, begin=begin, flags=1, data=b"data"),
        "bare-begin": wire.Frame(stream_id=3, begin=wire.Begin(method="/a/b")),
        "data": wire.Frame(stream_id=1, flags=4, data=b"more"),
        "head": wire.Frame(stream_id=1, head=wire.Head(meta=meta)),
        "end": wire.Frame(stream_id=1, end=end, data=b"answer"),
        "cancel": wire.Frame(stream_id=1, cancel=wire.Cancel(code=1, reason="enough")),
        "window": wire.Frame(window=wire.Window(credit=65536)),
        "ping": wire.Frame(ping=wire.Ping(opaque=7, ack=True)),
        "go-away": wire.Frame(go_away=wire.GoAway(last_stream_id=5, status=status, grace_ms=9)),
    }


def frame_seeds():
    seeds = {name: frame.SerializeToString() for name, frame in frames().items()}
    for name, data in seeds.items():
        yield name, b"\x00" + data
    stream = b"".join(len(data).to_bytes(4, "big") + data for data in seeds.values())
    yield "stream", b"\x39" + stream
    chance = random.Random(2)
    for kind in range(8):
        yield f"built-{kind}", bytes([4, 0, 0, 2, 1, kind]) + chance.randbytes(60)


def scanner_seeds():
    chance = random.Random(1)
    for index, path in enumerate(SCANNER_TYPES):
        module, name = path.rsplit(".", 1)
        kind = getattr(importlib.import_module(module), name)
        for round in range(3):
            # Short ones: the fuzzer puts them together.
            choice = [samples.filled(kind, chance, 1) for _ in range(20)]
            data = min(
                (message.SerializeToString(deterministic=True) for message in choice),
                key=lambda data: abs(len(data) - 60 * (round + 1)),
            )
            yield f"{name}-{round}", bytes([index, 0]) + data
    yield "large-list", bytes([2, 0xA0, 1, 16, 1]) + b"\x08\x01"
    yield "joined", bytes([4, 0]) + bytes.fromhex("0a020801 0a041a020102 720163")


def connection_seeds():
    limits = {
        "plain": bytes([2, 2, 2, 3, 1, 0, 0, 2, 2, 3, 1, 0, 0, 0]),
        "two": bytes([2, 2, 2, 1, 1, 0, 0, 2, 2, 1, 1, 0, 0, 0]),
        "narrow": bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
    }
    exchange = bytes([8, 6])
    courses = {
        "unary": bytes([0, 1, 40, 1]) + exchange + bytes([12, 0]) * 3 + bytes([15, 0]) + exchange,
        "streams": bytes([0, 7, 255, 15, 9, 1, 7, 3, 0]) + exchange + bytes([2, 0, 12, 0] * 4),
        "cancel": bytes([0, 3, 1, 2, 3, 0]) + exchange + bytes([5, 0]) + exchange * 2,
        "drain": bytes([0, 1, 9, 0]) + exchange + bytes([17, 0]) + exchange * 3 + bytes([16, 255]),
        "crossing": bytes([0, 0, 8, 17, 0, 17, 3, 0, 1, 9, 0, 8, 6, 8, 6]),
        # Ids that meet in the table of streams: the first call ends beside one 32 ids later.
        "turns": bytes([0, 0, 0, 17, 4, 0, 0, 0, 0] + [17, 4, 0, 0, 0] * 14)
        + bytes([0, 0, 0, 8, 0, 6, 12, 0, 15, 0])
        + exchange,
        "time": bytes([0, 1, 9, 0]) + exchange + bytes([16, 255] * 6),
    }
    for width, first in limits.items():
        for name, course in courses.items():
            yield f"{width}-{name}", first + course
    for kind in range(14):
        yield f"forged-{kind}", limits["plain"] + bytes([0, 1, 9, 0]) + exchange + bytes(
            [18, kind, 0, 3, 19, kind, 0, 3]
        ) + exchange


def main():
    with tempfile.TemporaryDirectory() as folder:
        samples.load_protos(ROOT, folder)
        seeds = {"frames": frame_seeds, "scanner": scanner_seeds, "connection": connection_seeds}
        for target, make in seeds.items():
            shutil.rmtree(CORPUS / target, ignore_errors=True)
            (CORPUS / target).mkdir(parents=True)
            for name, data in make():
                (CORPUS / target / name).write_bytes(data)


if __name__ == "__main__":
    main()
