import Glibc
import Primitives
import TestProtocols
import WireCodec

/// Says of each message on standard input what the codec makes of it, for the comparison with
/// another implementation in Tests/Fuzz.
///
/// It begins with one line, the names of the types that it knows. A case is the index of its type's
/// name (1 byte), a count (4 bytes, little-endian) and so many bytes; its answer is whether it was
/// accepted (1 byte), a count, and the message written again, or why it was refused.
@main
enum ScannerProbe {
  private static let types: [any WireMessage.Type] = [
    EchoRequest.self, EchoResponse.self, Scalars.self, Slices.self, Shapes.self,
    InteropSimpleRequest.self, InteropStreamingOutputCallRequest.self,
  ]
  private static let headBytes = 5
  /// The largest case, in bytes.
  private static let maximumCaseBytes = 16 << 20

  static func main() {
    let input = InputBuffer(capacity: 64 << 10)
    let output = ByteOutput(capacity: 64 << 10)
    let arena = Arena()
    output.append(Bytes(types.map { $0.messageName }.joined(separator: " ") + "\n"))
    while true {
      while let (type, bytes) = nextCase(input) { answer(type, bytes, arena, output) }
      send(output)
      let room = input.writable(minimum: 64 << 10)
      let count = read(0, room.baseAddress, room.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      input.commit(count)
    }
    if input.count > 0 { fail("the input ends within a case") }
  }

  private static func nextCase(_ input: InputBuffer) -> (type: Int, bytes: Bytes)? {
    guard input.count >= headBytes else { return nil }
    let type = Int(input.readable[0])
    let count = Int(
      UInt32(littleEndian: input.readable.loadUnaligned(fromByteOffset: 1, as: UInt32.self))
    )
    guard type < types.count else { fail("there is no type \(type)") }
    guard count <= maximumCaseBytes else { fail("a case of \(count) bytes") }
    guard input.count >= headBytes + count else { return nil }
    let bytes = input.slice(offset: headBytes, count: count)
    input.consume(headBytes + count)
    return (type, bytes)
  }

  private static func answer(_ type: Int, _ bytes: Bytes, _ arena: Arena, _ output: ByteOutput) {
    do throws(DecodeError) {
      let message = try types[type].init(decoding: bytes, arena: arena, limits: DecodeLimits())
      append(accepted: 1, message.encoded(), output)
    } catch {
      append(accepted: 0, Bytes(error.description), output)
    }
  }

  private static func append(accepted: UInt8, _ bytes: Bytes, _ output: ByteOutput) {
    output.append(byteCount: headBytes) { target in
      target.storeBytes(of: accepted, as: UInt8.self)
      (target + 1).copyMemory(from: [UInt32(bytes.count).littleEndian], byteCount: 4)
    }
    output.append(bytes)
  }

  private static func send(_ output: ByteOutput) {
    let bytes = output.takeBytes()
    var sent = 0
    while sent < bytes.count {
      let count = bytes.slice(sent..<bytes.count).withUnsafeBytes {
        write(1, $0.baseAddress, $0.count)
      }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { fail("cannot write: \(String(cString: strerror(errno)))") }
      sent += count
    }
  }

  private static func fail(_ message: String) -> Never {
    let line = "scanner-probe: \(message)\n"
    _ = line.withCString { write(2, $0, strlen($0)) }
    exit(1)
  }
}
