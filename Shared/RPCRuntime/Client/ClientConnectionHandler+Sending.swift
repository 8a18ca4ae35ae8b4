import Primitives
import RPC
import Transport
import WireCodec

/// Requests on their way out.
extension ClientConnectionHandler {
  /// Begins a call. Its first message leaves with the Begin where it fits; the caller made sure
  /// that there is `room`.
  /// - Parameter packed: the first message; nil where `call.outgoing` holds it, or there is none.
  func begin(_ call: ClientCall, _ packed: PackedMessage?, now: Instant) {
    guard let opened = machine.open(endsStream: false) else {
      return call.end(
        .failure(RPCError(.unavailable, "the connection has no room", isNotStarted: true))
      )
    }
    call.slot = opened.slot
    call.connection = self
    calls[opened.slot] = call
    if let relay = call.relay { return relay.begin(on: self, id: opened.id, slot: opened.slot) }
    guard let plan = call.plan else {
      preconditionFailure("a call that is not forwarded has a plan")
    }
    let left = (call.deadline.nanoseconds - now.nanoseconds) / 1000
    var begin = plan.begin(call, timeoutMicroseconds: UInt64(max(1, left)))
    if let packed, packed.byteCount <= machine.chunkBytes,
      takeCredit(opened.slot, packed.byteCount)
    {
      FrameEncoder.begin(
        begin,
        streamID: opened.id,
        flags: call.closesAfterOutgoing ? FrameFlags.endStream : 0,
        dataCount: packed.byteCount,
        to: output
      )
      packed.append(to: output)
      if call.closesAfterOutgoing { closedSending(call) }
      askFlush()
      return
    }
    if let packed { call.outgoing = OutgoingMessage(packed) }
    if let outgoing = call.outgoing { begin.messageBytes = UInt64(outgoing.remaining) }
    beginInChunks(call, begin, opened)
  }

  private func beginInChunks(
    _ call: ClientCall,
    _ begin: Begin,
    _ opened: ClientConnection.Opened
  ) {
    guard var message = call.outgoing else {
      FrameEncoder.begin(
        begin,
        streamID: opened.id,
        flags: call.closesAfterOutgoing ? FrameFlags.endStream : 0,
        dataCount: 0,
        to: output
      )
      if call.closesAfterOutgoing { closedSending(call) }
      return askFlush()
    }
    if message.isEmpty, !call.method.kind.hasSingleRequest {
      // On a Begin, an empty message of a stream would read as none: it takes a frame of its own.
      FrameEncoder.begin(begin, streamID: opened.id, flags: 0, dataCount: 0, to: output)
      askFlush()
      enqueue(call)
      return resume(call)
    }
    call.outgoing = nil
    let granted = machine.grant(slot: opened.slot, wanted: message.remaining)
    let isLast = granted == message.remaining
    let closes = isLast && call.closesAfterOutgoing
    // Without any credit the Begin says that a message will follow by saying nothing.
    let flags =
      closes ? FrameFlags.endStream : isLast || granted == 0 ? 0 : FrameFlags.more
    FrameEncoder.begin(
      begin,
      streamID: opened.id,
      flags: flags,
      dataCount: granted,
      to: output
    )
    message.move(granted, to: output)
    askFlush()
    if isLast {
      if closes { closedSending(call) }
      call.wakeWriter()
    } else {
      call.outgoing = message
      enqueue(call)
      resume(call)
    }
  }

  private func closedSending(_ call: ClientCall) {
    call.isSendingClosed = true
    machine.finishSending(slot: call.slot)
  }

  /// Sends a message of a stream in one frame; false when it does not fit or has no credit.
  func sendWhole(_ call: ClientCall, _ packed: PackedMessage) -> Bool {
    guard call.result == nil, !call.isSendingClosed, !call.closesAfterOutgoing,
      call.outgoing == nil, packed.byteCount <= machine.chunkBytes, hasSocketRoom,
      takeCredit(call.slot, max(1, packed.byteCount))
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

  /// `call.outgoing` was set.
  func messageWaits(_ call: ClientCall) {
    enqueue(call)
    resume(call)
  }

  func closeSendingIfDue(_ call: ClientCall) {
    guard call.closesAfterOutgoing, !call.isSendingClosed, call.outgoing == nil,
      calls[call.slot] === call
    else { return }
    FrameEncoder.data(
      streamID: machine.id(of: call.slot),
      flags: FrameFlags.endStream,
      dataCount: 0,
      to: output
    )
    closedSending(call)
    askFlush()
  }

  /// The caller gave up.
  func cancel(_ call: ClientCall, code: StatusCode) {
    guard calls[call.slot] === call else { return }
    calls[call.slot] = nil
    call.connection = nil
    waiting.removeAll { $0 == call.slot }
    if machine.cancel(slot: call.slot) {
      FrameEncoder.cancel(Cancel(code: code), streamID: machine.id(of: call.slot), to: output)
      askFlush()
    }
  }

  // MARK: Credit

  private func takeCredit(_ slot: Int, _ count: Int) -> Bool {
    guard machine.streamCredit(slot: slot) >= count, machine.sendCredit >= count else {
      return false
    }
    return machine.grant(slot: slot, wanted: count) == count
  }

  var hasSocketRoom: Bool {
    output.count + (channel?.pendingBytes ?? 0) < ServerConnectionHandler.socketBacklogBytes
  }

  func enqueue(_ call: ClientCall) {
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

  func resume(_ call: ClientCall) {
    while hasSocketRoom, sendChunk(call) {}
    if !call.hasOutgoing { waiting.removeAll { $0 == call.slot } }
  }

  private func sendChunk(_ call: ClientCall) -> Bool {
    guard calls[call.slot] === call else { return false }
    if let relay = call.relay { return relay.sendRequest(on: self) }
    guard var message = call.outgoing else { return false }
    let granted = machine.grant(slot: call.slot, wanted: max(1, message.remaining))
    guard granted > 0 else { return false }
    let count = message.isEmpty ? 0 : granted
    call.outgoing = nil
    let isLast = count == message.remaining
    // An empty message that also ends the stream would read as an end without a message.
    let closes = isLast && call.closesAfterOutgoing && !message.isEmpty
    FrameEncoder.data(
      streamID: machine.id(of: call.slot),
      flags: closes ? FrameFlags.endStream : isLast ? 0 : FrameFlags.more,
      dataCount: count,
      to: output
    )
    message.move(count, to: output)
    askFlush()
    if isLast {
      call.stalledSince = nil
      if closes { closedSending(call) } else { closeSendingIfDue(call) }
      call.wakeWriter()
    } else {
      call.stalledSince = now
      call.outgoing = message
    }
    return true
  }

  /// Gives up the calls whose server has taken nothing for too long.
  func failStalled(_ now: Instant) {
    for slot in waiting {
      guard let call = calls[slot], let since = call.stalledSince,
        now - since >= limits.stalledStreamTimeout
      else { continue }
      call.fail(
        RPCError(
          .unavailable,
          "\(call.method.path): the server has not read for \(limits.stalledStreamTimeout)"
        )
      )
    }
  }
}
