"""The smallest client of martlet/1 that is of use: unary calls, one at a time, in 60 lines.

  python3 sixty_lines.py HOST:PORT CA CERTIFICATE KEY
"""

import socket
import ssl
import struct
import sys

END_STREAM, MORE = 1, 4


class Client:
    def __init__(self, wire, host, port, authority, certificate, key):
        tls = ssl.create_default_context(cafile=authority)
        tls.load_cert_chain(certificate, key)
        tls.set_alpn_protocols(["martlet/1"])
        self.wire, self.stream = wire, -1
        self.socket = tls.wrap_socket(socket.create_connection((host, port)), server_hostname=host)
        self.bytes = self.socket.makefile("rb")
        self.send(hello=wire.Hello(lowest_version=1, highest_version=1))

    def send(self, **fields):
        frame = self.wire.Frame(**fields).SerializeToString()
        self.socket.sendall(struct.pack(">I", len(frame)) + frame)

    def receive(self):
        (length,) = struct.unpack(">I", self.bytes.read(4))
        return self.wire.Frame.FromString(self.bytes.read(length))

    def call(self, method, request, timeout_us=60_000_000):
        """(response bytes, End) of a request of up to 64 KiB."""
        self.stream += 2
        begin = self.wire.Begin(method=method, timeout_us=timeout_us)
        self.send(stream_id=self.stream, begin=begin, flags=END_STREAM, data=request)
        response, end, more = b"", None, False
        while end is None or more:
            frame = self.receive()
            if frame.data:
                self.send(window=self.wire.Window(credit=len(frame.data)))
            if frame.HasField("ping") and not frame.ping.ack:
                self.send(ping=self.wire.Ping(opaque=frame.ping.opaque, ack=True))
            if frame.stream_id != self.stream:
                continue
            response += frame.data
            more = bool(frame.flags & MORE)
            end = frame.end if frame.HasField("end") else end
            if frame.data and end is None:
                window = self.wire.Window(credit=len(frame.data))
                self.send(stream_id=self.stream, window=window)
        return response, end


if __name__ == "__main__":
    from martlet.wire.v1 import wire_pb2

    host, port = sys.argv[1].rsplit(":", 1)
    client = Client(wire_pb2, host, int(port), *sys.argv[2:5])
    print(client.call("/grpc.health.v1.Health/Check", b""))
