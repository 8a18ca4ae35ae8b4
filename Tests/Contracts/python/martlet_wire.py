"""A client of martlet/1, written from the contract alone: TLS, protobuf, and these lines.

`wire` is the module that protoc made of martlet/wire/v1/wire.proto. One thread, one connection;
calls on it may overlap, because whoever waits reads frames for all of them.
"""

import socket
import ssl
import struct

END_STREAM, COMPRESSED, MORE = 1, 2, 4
CHUNK_BYTES, STREAM_WINDOW_BYTES, CONNECTION_WINDOW_BYTES = 64 << 10, 256 << 10, 4 << 20


def cost(frame):
    """The credit that a frame takes: its data; an empty message takes 1, so that credit bounds
    how many may wait."""
    is_empty_message = frame.stream_id and not frame.flags and frame.WhichOneof("kind") is None
    return len(frame.data) or int(bool(is_empty_message))


class Closed(Exception):
    """The connection ended; `go_away` is the server's farewell, if it sent one."""

    go_away = None


class Connection:
    def __init__(self, wire, address, tls, host="localhost", timeout_seconds=60, hello=True):
        raw = socket.create_connection(address, timeout_seconds)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = tls.wrap_socket(raw, server_hostname=host)
        self.wire, self.received, self.calls, self.next_stream = wire, bytearray(), {}, 1
        self.peer_hello, self.go_away, self.pongs = None, None, []
        self.credit = CONNECTION_WINDOW_BYTES
        if hello:  # zero = the defaults of the contract
            self.send(0, hello=wire.Hello(lowest_version=1, highest_version=1, agent="python"))

    def send(self, stream, data=b"", flags=0, **kind):
        frame = self.wire.Frame(stream_id=stream, flags=flags, data=data, **kind)
        self.write(frame.SerializeToString())

    def write(self, frame):
        """One frame from its bytes, with the length in front."""
        self.write_bytes(struct.pack(">I", len(frame)) + frame)

    def write_bytes(self, piece):
        try:
            self.socket.sendall(piece)
        except TimeoutError:
            raise
        except OSError as error:
            raise self.closed() from error

    def closed(self):
        error = Closed(str(self.go_away or "closed"))
        error.go_away = self.go_away
        return error

    def read_frame(self):
        """The next frame, whatever it is."""
        while len(self.received) < 4 or len(self.received) < 4 + self.announced():
            try:
                piece = self.socket.recv(256 << 10)
            except TimeoutError:
                raise
            except OSError as error:
                raise self.closed() from error
            if not piece:
                raise self.closed()
            self.received += piece
        end = 4 + self.announced()
        frame = self.wire.Frame.FromString(bytes(self.received[4:end]))
        del self.received[:end]
        return frame

    def announced(self):
        return struct.unpack_from(">I", self.received)[0]

    def pump(self):
        """Reads one frame and gives it to whom it belongs."""
        frame = self.read_frame()
        kind = frame.WhichOneof("kind")
        if kind == "window" and frame.stream_id == 0:
            self.credit += frame.window.credit
        elif kind == "hello":
            self.peer_hello = frame.hello
            if frame.hello.connection_window:  # the default held until now
                self.credit += frame.hello.connection_window - CONNECTION_WINDOW_BYTES
        elif kind == "go_away":
            self.go_away = frame.go_away
        elif kind == "ping" and frame.ping.ack:
            self.pongs.append(frame.ping.opaque)
        elif kind == "ping":
            self.send(0, ping=self.wire.Ping(opaque=frame.ping.opaque, ack=True))
        elif frame.stream_id in self.calls:
            self.calls[frame.stream_id].arrived(frame)
        if cost(frame):  # connection credit returns at once: an unread call stops no other
            self.send(0, window=self.wire.Window(credit=cost(frame)))

    def call(self, method, request=None, end=True, timeout_us=60_000_000, meta=(), **fields):
        """Begins a call; with `request` its first message, and with `end` its only one."""
        while self.peer_hello is None:
            self.pump()
        pairs = [self.wire.Meta(key=key, value=value) for key, value in meta]
        call = Call(self, self.next_stream)
        self.next_stream += 2
        begin = self.wire.Begin(method=method, timeout_us=timeout_us, meta=pairs, **fields)
        data = request if isinstance(request, bytes | None) else request.SerializeToString()
        if data or end:  # a unary request of defaults has no bytes: Begin and END_STREAM say it all
            call.send(data or b"", end, begin=begin)
        else:
            self.send(call.stream, begin=begin)
            if data is not None:  # in a stream an empty message is a frame of its own
                call.send(data)
        return call

    def unary(self, method, request, response_type, **options):
        """(response or None, End) of one unary call."""
        return self.call(method, request, **options).finish(response_type)

    def close(self):
        self.socket.close()


class Call:
    def __init__(self, connection, stream):
        self.connection, self.stream = connection, stream
        self.credit = connection.peer_hello.stream_window or STREAM_WINDOW_BYTES
        self.head, self.end, self.messages, self.partial = None, None, [], b""
        connection.calls[stream] = self

    def arrived(self, frame):
        kind = frame.WhichOneof("kind")
        if kind == "window":
            self.credit += frame.window.credit
            return
        if kind == "head":
            self.head = frame.head
            return
        if kind == "end":
            self.end = frame.end
            if not frame.flags & MORE:
                del self.connection.calls[self.stream]
        self.partial += frame.data
        if frame.flags & MORE:
            self.give_credit(len(frame.data))
        elif kind is None or frame.data or self.partial:
            self.messages.append((self.partial, cost(frame)))
            self.partial = b""
            if self.end:
                self.connection.calls.pop(self.stream, None)

    def give_credit(self, count):
        if count and self.stream in self.connection.calls:
            window = self.connection.wire.Window(credit=count)
            self.connection.send(self.stream, window=window)

    def send(self, message, end=False, **kind):
        """One message, in chunks, as credit allows."""
        data = message if isinstance(message, bytes) else message.SerializeToString()
        sent, first = 0, True
        while first or sent < len(data):
            while (data or not end) and min(self.credit, self.connection.credit) <= 0:
                if self.end is not None:
                    return
                self.connection.pump()
            room = min(self.credit, self.connection.credit, CHUNK_BYTES)
            chunk = data[sent : sent + max(room, 0)]
            sent += len(chunk)
            flags = MORE if sent < len(data) else END_STREAM if end else 0
            spent = len(chunk) or (0 if end else 1)
            self.credit -= spent
            self.connection.credit -= spent
            self.connection.send(self.stream, data=chunk, flags=flags, **kind)
            kind, first = {}, False

    def half_close(self):
        self.connection.send(self.stream, flags=END_STREAM)

    def cancel(self, code=1):
        self.connection.send(self.stream, cancel=self.connection.wire.Cancel(code=code))

    def receive(self, response_type):
        """The next message, or None once the call has ended."""
        while not self.messages:
            if self.end is not None and self.stream not in self.connection.calls:
                return None
            self.connection.pump()
        message, credit = self.messages.pop(0)
        self.give_credit(credit)
        return response_type.FromString(message)

    def finish(self, response_type):
        """Waits for the end: (the last message or None, End). An OK unary call has a message."""
        last, message = None, self.receive(response_type)
        while message is not None:
            last, message = message, self.receive(response_type)
        if last is None and self.end.status.code == 0:
            last = response_type()  # all fields at their defaults: no bytes on the wire
        return last, self.end


def tls_context(authority, certificate=None, key=None):
    """TLS 1.3 with ALPN martlet/1, the server checked by name, and our certificate if given."""
    context = ssl.create_default_context(cafile=authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols(["martlet/1"])
    if certificate:
        context.load_cert_chain(certificate, key)
    return context
