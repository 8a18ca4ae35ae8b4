import Primitives
import RPC

/// A forwarded call's way back to its caller.
extension ServerConnectionHandler {
  func relayHead(_ call: ServerCall, _ body: UnsafeRawBufferPointer) {
    guard isAnswerable(call) else { return }
    let scratch = context.scratch
    scratch.removeAll()
    scratch.append(copying: body)
    FrameEncoder.raw(
      kind: .head,
      streamID: machine.id(of: call.slot),
      body: scratch,
      flags: 0,
      dataCount: 0,
      to: output
    )
    askFlush()
  }

  /// A frame's payload, for which the caller has given credit.
  func relayData(_ call: ServerCall, _ bytes: Bytes, flags: UInt32) {
    guard isAnswerable(call) else { return }
    call.stalledSince = now
    FrameEncoder.data(
      streamID: machine.id(of: call.slot),
      flags: flags & FrameFlags.more,
      dataCount: bytes.count,
      to: output
    )
    output.append(bytes)
    askFlush()
  }

  /// The End, byte for byte, with its payload; false when the caller has no credit for that.
  func relayEnd(
    _ call: ServerCall,
    _ body: UnsafeRawBufferPointer,
    _ data: Bytes,
    _ code: StatusCode
  ) -> Bool {
    guard isAnswerable(call) else { return true }
    guard data.isEmpty || (data.count <= machine.chunkBytes && takeCredit(call, data.count)) else {
      return false
    }
    _ = machine.sendEnd(slot: call.slot)
    call.outcome = code
    call.stalledSince = nil
    server.metrics.ended(call, code)
    let scratch = context.scratch
    scratch.removeAll()
    scratch.append(copying: body)
    FrameEncoder.raw(
      kind: .end,
      streamID: machine.id(of: call.slot),
      body: scratch,
      flags: 0,
      dataCount: data.count,
      to: output
    )
    output.append(data)
    if data.isEmpty { countControlFrame() } else { askFlush() }
    return true
  }

  private func isAnswerable(_ call: ServerCall) -> Bool {
    calls[call.slot] === call && machine.phase(of: call.slot) != .ended
  }
}
