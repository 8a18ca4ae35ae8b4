import Glibc
import Primitives

@testable import RPC

/// One frame read in full, the way a connection reads it.
struct ReadFrame: Equatable {
  enum Body: Equatable {
    case none
    case hello(Hello)
    case begin(ReadBegin)
    case head(Metadata)
    case end(End)
    case cancel(Cancel)
    case window(UInt32)
    case ping(Ping)
    case goAway(GoAway)
  }

  struct ReadBegin: Equatable {
    var method: [UInt8]
    var timeoutMicroseconds: UInt64
    var metadata: Metadata
    var trace: [UInt8]
    var attempt: UInt32
    var target: [UInt8]
    var messageBytes: UInt64
    var principal: Principal
  }

  var streamID: UInt32
  var kind: FrameKind
  var flags: UInt32
  var body: Body
  var data: [UInt8]
  /// Every range that was handed out, to be compared with the frame's length.
  var ranges: [Range<Int>]

  init(_ frame: [UInt8], limits: WireLimits = WireLimits()) throws(WireViolation) {
    self = try Bytes(frame).withUnsafeBytes { bytes throws(WireViolation) in
      try ReadFrame(reading: bytes, limits: limits)
    }
  }

  init(reading bytes: UnsafeRawBufferPointer, limits: WireLimits) throws(WireViolation) {
    let head = try FrameHead(parsing: bytes)
    streamID = head.streamID
    kind = head.kind
    flags = head.flags
    ranges = [head.body, head.data]
    data = Array(bytes[head.data])
    switch head.kind {
    case .data, .unknown: body = .none
    case .hello:
      body = .hello(try Hello(parsing: UnsafeRawBufferPointer(rebasing: bytes[head.body])))
    case .begin:
      let begin = try BeginHead(parsing: bytes, head.body, limits: limits)
      ranges += [begin.method, begin.trace, begin.target, begin.principal]
      body = .begin(
        ReadBegin(
          method: Array(bytes[begin.method]),
          timeoutMicroseconds: begin.timeoutMicroseconds,
          metadata: begin.hasMetadata
            ? try BeginHead.readMetadata(bytes, head.body, limits: limits) : Metadata(),
          trace: Array(bytes[begin.trace]),
          attempt: begin.attempt,
          target: Array(bytes[begin.target]),
          messageBytes: begin.messageBytes,
          principal: try BeginHead.readPrincipal(bytes, begin.principal)
        )
      )
    case .head: body = .head(try Metadata.headBody(bytes, head.body, limits: limits))
    case .end: body = .end(try End(parsing: bytes, head.body, limits: limits))
    case .cancel: body = .cancel(try Cancel(parsing: bytes, head.body))
    case .window: body = .window(try Window.parse(bytes, head.body))
    case .ping: body = .ping(try Ping(parsing: bytes, head.body))
    case .goAway: body = .goAway(try GoAway(parsing: bytes, head.body))
    }
  }
}

/// Memory that ends exactly where the address space does: a read past its end stops the process,
/// where an array would hide it.
final class GuardedMemory {
  private let base: UnsafeMutableRawPointer
  private let capacity: Int
  private let page = Int(getpagesize())

  init?(pages: Int) {
    capacity = pages * page
    let mapped = mmap(
      nil,
      capacity + page,
      PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS,
      -1,
      0
    )
    guard let mapped, mapped != MAP_FAILED, mprotect(mapped + capacity, page, PROT_NONE) == 0
    else { return nil }
    base = mapped
  }

  deinit { munmap(base, capacity + page) }

  /// Calls `body` with a copy of `bytes` that ends at the border.
  func with<Result>(_ bytes: some Collection<UInt8>, _ body: (UnsafeRawBufferPointer) -> Result)
    -> Result
  {
    precondition(bytes.count <= capacity)
    let start = base + (capacity - bytes.count)
    let target = UnsafeMutableRawBufferPointer(start: start, count: bytes.count)
    target.copyBytes(from: bytes)
    return body(UnsafeRawBufferPointer(target))
  }
}
