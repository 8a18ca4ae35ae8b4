import Primitives
import RPC

/// What a caller sends after its Begin: pieces of messages, whole ones, the end, a Cancel.
extension ServerConnectionHandler {
  func beginData(
    _ call: ServerCall,
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead
  ) throws(Refusal) {
    if call.relay == nil, !call.method.kind.hasSingleRequest { call.inbox = MessageInbox() }
    let carries = !head.data.isEmpty || head.endsStream || head.hasMore
    if carries {
      do throws(WireViolation) {
        let event = try machine.receivedBeginData(
          slot: call.slot,
          count: head.data.count,
          hasMore: head.hasMore,
          endsStream: head.endsStream,
          maximumMessageBytes: server.maximumMessageBytes[call.methodIndex]
        )
        try act(on: event, frame, head)
      } catch {
        throw .connection(error)
      }
    }
    if let relay = call.relay {
      relay.start()
    } else if !call.method.kind.hasSingleRequest, call.connection != nil {
      call.start()
    }
  }

  func data(
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead
  ) throws(WireViolation) {
    let event = try machine.receivedData(
      id: head.streamID,
      count: head.data.count,
      hasMore: head.hasMore,
      endsStream: head.endsStream,
      maximumMessageBytes: { slot in
        calls[slot].map { server.maximumMessageBytes[$0.methodIndex] } ?? 0
      }
    )
    if head.flags & ~FrameFlags.known != 0, case .deliver(let slot, _, _) = event,
      let call = calls[slot]
    {
      return try provoked(
        call,
        RPCError(.unimplemented, "flags \(head.flags): compression and later flags are not known")
      )
    }
    try act(on: event, frame, head)
  }

  private func act(
    on event: ServerConnection.OnData,
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead
  ) throws(WireViolation) {
    switch event {
    case .drop: break
    case .fail(let slot, let code, let message):
      guard let call = calls[slot] else { return }
      try provoked(call, RPCError(code, "\(call.method.path): \(message)"))
    case .deliver(let slot, let completes, let isLast):
      guard let call = calls[slot] else { return }
      if let relay = call.relay { return relay.arrived(slice(head), flags: head.flags) }
      let isKept =
        call.method.kind.hasSingleRequest
        ? try deliverSingle(call, frame, head, completes: completes, isLast: isLast)
        : deliverStreamed(call, frame, head, completes: completes, isLast: isLast)
      if !isKept {
        try provoked(
          call,
          RPCError(
            .resourceExhausted,
            "this process holds as many received bytes as it may; try later",
            retryAfter: .seconds(1)
          )
        )
      }
    }
  }

  /// The request of a call with exactly one. False when the budget has no room.
  private func deliverSingle(
    _ call: ServerCall,
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead,
    completes: Bool,
    isLast: Bool
  ) throws(WireViolation) -> Bool {
    if completes && call.request != nil {
      try provoked(
        call,
        RPCError(.invalidArgument, "\(call.method.path) takes exactly one message")
      )
      return true
    }
    if completes && isLast && call.gatherer.count == 0 {
      // The usual case: one frame. The slice lives until the handler has decoded it.
      call.request = slice(head)
    } else {
      guard gather(call, frame, head) else { return false }
      giveCredit(head.data.count, to: call)
      if completes { (call.request, call.requestCharge) = call.gatherer.take() }
    }
    // An end without a message is an empty message: a proto3 message of defaults has no bytes.
    if isLast {
      if call.request == nil { call.request = Bytes() }
      call.start()
    }
    return true
  }

  /// A message of a request stream. False when the budget has no room.
  private func deliverStreamed(
    _ call: ServerCall,
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead,
    completes: Bool,
    isLast: Bool
  ) -> Bool {
    guard let inbox = call.inbox else { return true }
    if completes {
      guard let entry = completeEntry(call, frame, head, handsOver: inbox.hasReader) else {
        return false
      }
      switch inbox.add(entry) {
      case .taken: call.tookRequest(entry)
      case .queued: break
      case .refused: server.budget.give(entry.chargedBytes)
      }
    } else if !head.data.isEmpty {
      guard gather(call, frame, head) else { return false }
      // Behind untaken messages the credit waits, so that one stream cannot pile up messages.
      if inbox.isEmpty {
        giveCredit(head.data.count, to: call)
      } else {
        call.deferredCredit += head.data.count
      }
    }
    if isLast { inbox.finish(nil) }
    return true
  }

  private func completeEntry(
    _ call: ServerCall,
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead,
    handsOver: Bool
  ) -> MessageInbox.Entry? {
    let budget = server.budget
    let cost = max(head.data.count, head.endsStream ? 0 : 1) + call.deferredCredit
    call.deferredCredit = 0
    if call.gatherer.count > 0 {
      guard gather(call, frame, head) else { return nil }
      let (bytes, charge) = call.gatherer.take()
      return MessageInbox.Entry(bytes: bytes, cost: cost, chargedBytes: charge)
    }
    if handsOver { return MessageInbox.Entry(bytes: slice(head), cost: cost, chargedBytes: 0) }
    // One that waits is copied, so that a small message does not hold a whole receive buffer.
    let charge = head.data.count + MessageInbox.entryBytes
    guard budget.take(charge) else { return nil }
    let copy = Bytes(copying: UnsafeRawBufferPointer(rebasing: frame[head.data]))
    return MessageInbox.Entry(bytes: copy, cost: cost, chargedBytes: charge)
  }

  private func gather(
    _ call: ServerCall,
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead
  ) -> Bool {
    call.gatherer.append(
      UnsafeRawBufferPointer(rebasing: frame[head.data]),
      announcedBytes: call.announcedBytes,
      budget: server.budget
    )
  }

  private func slice(_ head: FrameHead) -> Bytes {
    input.slice(
      offset: FrameDecoder.prefixBytes + head.data.lowerBound,
      count: head.data.count
    )
  }

  func giveCredit(_ count: Int, to call: ServerCall) {
    guard calls[call.slot] === call else { return }
    let credit = machine.release(slot: call.slot, count: count)
    guard credit > 0 else { return }
    FrameEncoder.window(credit: credit, streamID: machine.id(of: call.slot), to: output)
    askFlush()
  }

  /// A handler took a message of `cost` from its inbox.
  func took(_ cost: Int, of call: ServerCall) {
    var credit = cost
    if let inbox = call.inbox, inbox.isEmpty {
      credit += call.deferredCredit
      call.deferredCredit = 0
    }
    giveCredit(credit, to: call)
  }

  // MARK: Cancel

  func cancel(_ slot: Int) {
    guard let call = calls[slot] else { return }
    let error = RPCError(.cancelled, "the caller cancelled")
    call.outcome = .cancelled
    call.outgoing = nil
    call.pendingEnd = nil
    call.cancelHandler(error)
    if !call.isHandlerRunning { end(call, End(error)) }
  }

  /// A call ends for what its peer sent; counted, since provoked resets are a way to attack.
  func provoked(_ call: ServerCall, _ error: RPCError) throws(WireViolation) {
    abort(call, error)
    try machine.countReset(now: now)
  }
}
