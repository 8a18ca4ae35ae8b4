import Primitives
import RPC

/// One frame at a time, from its bytes to what it means for a call.
extension ServerConnectionHandler {
  /// Answers true when the frame began a call.
  func handle(_ frame: UnsafeRawBufferPointer) throws(WireViolation) -> Bool {
    let head = try FrameHead(parsing: frame)
    if frame.count - head.data.count > limits.maximumHeadBytes {
      throw .tooLarge("a frame whose head has more than \(limits.maximumHeadBytes) bytes")
    }
    switch head.kind {
    case .begin:
      try begin(frame, head)
      return true
    case .data: try data(frame, head)
    case .cancel:
      _ = try Cancel(parsing: frame, head.body)
      if let slot = try machine.receivedCancel(id: head.streamID, now: now) { cancel(slot) }
    case .window:
      let credit = try Window.parse(frame, head.body)
      switch try machine.receivedWindow(id: head.streamID, credit: credit) {
      case .resumeAll: isResumeDue = true
      case .resume(let slot): if let call = calls[slot] { resume(call) }
      case .ignore: break
      }
    case .ping:
      switch try machine.receivedPing(try Ping(parsing: frame, head.body), now: now) {
      case .answer(let ping):
        FrameEncoder.ping(ping, to: output)
        countControlFrame()
      case .finishDrain: perform(machine.finishDrain(now: now))
      case .ignore: break
      }
    case .hello:
      guard head.streamID == 0 else { throw .malformed("a Hello on a stream") }
      try machine.receivedHello(
        try Hello(parsing: UnsafeRawBufferPointer(rebasing: frame[head.body]))
      )
    case .goAway:
      // The client opens nothing more; it closes when its calls are done.
      _ = try GoAway(parsing: frame, head.body)
    case .head, .end:
      throw .unexpected("a client's \(head.kind) frame, which only a server may send")
    case .unknown:
      let error = RPCError(.unimplemented, "this server does not know a frame of this kind")
      switch try machine.receivedUnknown(id: head.streamID) {
      case .ignore: break
      case .fail(let slot): if let call = calls[slot] { try provoked(call, error) }
      case .refuse:
        try machine.countReset(now: now)
        var error = error
        error.isNotStarted = true
        refuse(head.streamID, error)
      }
    }
    return false
  }
}
