import Primitives
import RPC
import Transport
import WireCodec

/// Answers on their way out: at once where there is credit, in turns of one chunk where not.
extension ServerConnectionHandler {
  // MARK: The outcome

  /// The one answer of a call, with its End, in one frame where it fits.
  func respond(_ call: ServerCall, _ packed: PackedMessage) {
    guard calls[call.slot] === call, machine.phase(of: call.slot) != .ended else { return }
    if machine.phase(of: call.slot) == .cancelled {
      return end(call, End(RPCError(.cancelled, "the caller cancelled")))
    }
    let most = server.maximumMessageBytes[call.methodIndex]
    guard packed.byteCount <= most else {
      return end(call, End(answerTooLarge(call, packed, most)))
    }
    var end = End()
    end.metadata = call.trailers
    if call.outgoing == nil, packed.byteCount <= machine.chunkBytes,
      takeCredit(call, packed.byteCount)
    {
      writeEnd(call, end, dataCount: packed.byteCount) { packed.append(to: $0) }
      return
    }
    call.pendingEnd = end
    call.outgoing = OutgoingMessage(packed)
    enqueue(call)
    resume(call)
  }

  /// The call's last word. What was still to be sent before an error is dropped; before OK it
  /// leaves first.
  func end(_ call: ServerCall, _ end: End) {
    guard calls[call.slot] === call, machine.phase(of: call.slot) != .ended else { return }
    if end.code == .ok, machine.phase(of: call.slot) == .cancelled {
      // The handler went on to its end; its caller did not wait for that.
      return self.end(call, End(RPCError(.cancelled, "the caller cancelled")))
    }
    if end.code == .ok, call.outgoing != nil {
      call.pendingEnd = end
      return
    }
    call.outgoing = nil
    writeEnd(call, end, dataCount: 0) { _ in }
  }

  /// Ends a call for a reason outside its handler, and tells the handler.
  func abort(_ call: ServerCall, _ error: RPCError) {
    end(call, End(error))
    call.cancelHandler(error)
  }

  func deadlinePassed(_ call: ServerCall) {
    abort(
      call,
      RPCError(
        .deadlineExceeded,
        "\(call.method.path) was not done within \(call.deadline - call.startedAt)"
      )
    )
  }

  func handlerReturned(_ call: ServerCall) {
    guard calls[call.slot] === call else { return }
    if machine.phase(of: call.slot) == .ended { leave(call) }
  }

  /// End leaves now, with `data` of `dataCount` bytes that `appendData` writes.
  private func writeEnd(
    _ call: ServerCall,
    _ end: consuming End,
    dataCount: Int,
    appendData: (ByteOutput) -> Void
  ) {
    guard machine.sendEnd(slot: call.slot) else { return }
    call.outcome = end.code
    call.pendingEnd = nil
    call.stalledSince = nil
    end.isNotStarted = end.isNotStarted || !call.hasStarted
    end.load = server.metrics.ended(call, end.code)
    FrameEncoder.end(end, streamID: machine.id(of: call.slot), dataCount: dataCount, to: output)
    appendData(output)
    if dataCount == 0 { countControlFrame() } else { askFlush() }
    call.wakeWriter(end.code == .ok ? nil : end.error)
    if !call.isHandlerRunning { leave(call) }
  }

  private func leave(_ call: ServerCall) {
    calls[call.slot] = nil
    machine.finished(slot: call.slot)
    call.leave(nil)
    if machine.openStreams == 0 { perform(machine.drainTick(now: now)) }
  }

  private func answerTooLarge(_ call: ServerCall, _ packed: PackedMessage, _ most: Int) -> RPCError
  {
    RPCError(
      .resourceExhausted,
      "\(call.method.path): the answer has \(packed.byteCount) bytes, the limit is \(most)"
    )
  }

  // MARK: Messages of a stream

  func sendHead(_ call: ServerCall, _ metadata: Metadata) {
    guard calls[call.slot] === call, machine.phase(of: call.slot) != .ended else { return }
    FrameEncoder.head(metadata, streamID: machine.id(of: call.slot), to: output)
    askFlush()
  }

  /// Sends a message in one frame; false when it does not fit or has no credit.
  func sendWhole(_ call: ServerCall, _ packed: PackedMessage) -> Bool {
    guard call.outgoing == nil, packed.byteCount <= machine.chunkBytes, hasSocketRoom,
      takeCredit(call, max(1, packed.byteCount))
    else { return false }
    FrameEncoder.data(
      streamID: machine.id(of: call.slot),
      flags: 0,
      dataCount: packed.byteCount,
      to: output
    )
    packed.append(to: output)
    askFlush()
    return true
  }

  /// Takes a message over. True when all of it left at once.
  func send(_ call: ServerCall, _ message: OutgoingMessage) -> Bool {
    precondition(call.outgoing == nil, "two tasks write one stream of messages")
    call.outgoing = message
    enqueue(call)
    resume(call)
    return call.outgoing == nil
  }

  // MARK: Credit

  func takeCredit(_ call: ServerCall, _ count: Int) -> Bool {
    guard machine.streamCredit(slot: call.slot) >= count, machine.sendCredit >= count else {
      return false
    }
    return machine.grant(slot: call.slot, wanted: count) == count
  }

  /// Room before the bytes that wait for the socket are bounded by waiting for it.
  var hasSocketRoom: Bool {
    output.count + (channel?.pendingBytes ?? 0) < ServerConnectionHandler.socketBacklogBytes
  }

  /// Data stops here while so many bytes wait for the socket; the kernel's buffer is behind it.
  static let socketBacklogBytes = 1 << 20

  func enqueue(_ call: ServerCall) {
    call.stalledSince = now
    if !waiting.contains(call.slot) { waiting.append(call.slot) }
  }

  /// Every waiting call sends a chunk in turn until none can.
  func resumeWaiting() {
    var progressed = true
    while progressed, !waiting.isEmpty, hasSocketRoom {
      progressed = false
      for slot in waiting {
        guard let call = calls[slot], call.hasOutgoing else { continue }
        if sendChunk(call) { progressed = true }
        if !hasSocketRoom { break }
      }
    }
    waiting.removeAll { !(calls[$0]?.hasOutgoing ?? false) }
  }

  /// One call sends what it may.
  func resume(_ call: ServerCall) {
    while hasSocketRoom, sendChunk(call) {}
    if !call.hasOutgoing { waiting.removeAll { $0 == call.slot } }
  }

  /// False when nothing was sent: nothing waits, or there is no credit.
  private func sendChunk(_ call: ServerCall) -> Bool {
    if let relay = call.relay { return relay.sendAnswer(on: self) }
    guard var message = call.outgoing else { return false }
    let granted = machine.grant(slot: call.slot, wanted: max(1, message.remaining))
    guard granted > 0 else { return false }
    let count = message.isEmpty ? 0 : granted
    call.stalledSince = now
    // Moved out, so that the message is changed in place.
    call.outgoing = nil
    let isLast = count == message.remaining
    if isLast, let end = call.pendingEnd {
      writeEnd(call, end, dataCount: count) { message.move(count, to: $0) }
      return true
    }
    FrameEncoder.data(
      streamID: machine.id(of: call.slot),
      flags: isLast ? 0 : FrameFlags.more,
      dataCount: count,
      to: output
    )
    message.move(count, to: output)
    askFlush()
    if isLast {
      call.stalledSince = nil
      call.wakeWriter(nil)
    } else {
      call.outgoing = message
    }
    return true
  }

  /// Ends the calls whose caller has given no credit for too long.
  func abortStalled(_ now: Instant) {
    let limit = server.limits.stalledStreamTimeout
    for slot in waiting {
      guard let call = calls[slot], let since = call.stalledSince, now - since >= limit else {
        continue
      }
      call.outgoing = nil
      abort(
        call,
        RPCError(.resourceExhausted, "the caller has not read its answer for \(limit)")
      )
    }
    waiting.removeAll { !(calls[$0]?.hasOutgoing ?? false) }
  }
}
