import Primitives
import RPC

/// What a server's frames mean for the calls that wait.
extension ClientConnectionHandler {
  func handle(_ frame: UnsafeRawBufferPointer) throws(WireViolation) {
    let head = try FrameHead(parsing: frame)
    if frame.count - head.data.count > limits.maximumHeadBytes {
      throw .tooLarge("a frame whose head has more than \(limits.maximumHeadBytes) bytes")
    }
    switch head.kind {
    case .end: try end(frame, head)
    case .data: try data(frame, head, isEnd: false)
    case .head:
      let metadata = try Metadata.headBody(frame, head.body, limits: limits)
      if let slot = try machine.receivedHead(id: head.streamID) {
        if let relay = calls[slot]?.relay {
          relay.answeredHead(UnsafeRawBufferPointer(rebasing: frame[head.body]))
        } else {
          calls[slot]?.receivedHead(metadata)
        }
      }
    case .window:
      let credit = try Window.parse(frame, head.body)
      switch try machine.receivedWindow(id: head.streamID, credit: credit) {
      case .resumeAll: isResumeDue = true
      case .resume(let slot): if let call = calls[slot] { resume(call) }
      case .ignore: break
      }
    case .ping:
      if let answer = try machine.receivedPing(try Ping(parsing: frame, head.body), now: now) {
        FrameEncoder.ping(answer, to: output)
        countControlFrame()
      }
    case .hello:
      guard head.streamID == 0 else { throw .malformed("a Hello on a stream") }
      let hello = try Hello(parsing: UnsafeRawBufferPointer(rebasing: frame[head.body]))
      if try machine.receivedHello(hello) { resumeWaiting() }
      pool?.roomAppeared()
    case .goAway: try goAway(try GoAway(parsing: frame, head.body))
    case .begin, .cancel:
      throw .unexpected("a server's \(head.kind) frame, which only a client may send")
    case .unknown: try machine.receivedUnknown(id: head.streamID)
    }
  }

  private func goAway(_ goAway: GoAway) throws(WireViolation) {
    let refused = try machine.receivedGoAway(goAway)
    for slot in refused {
      guard let call = calls[slot] else { continue }
      calls[slot] = nil
      call.connection = nil
      call.end(
        .failure(
          RPCError(
            .unavailable,
            "\(pool?.name ?? "the server") is going away",
            isNotStarted: true
          )
        )
      )
    }
    if goAway.lastStreamID < GoAway.announcement { waiting.removeAll { calls[$0] == nil } }
    pool?.retired(self)
    closeIfSpent()
  }

  private func end(
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead
  ) throws(WireViolation) {
    guard !head.hasMore else { throw .malformed("an End in the middle of a message") }
    let end = try End(parsing: frame, head.body, limits: limits)
    if !head.data.isEmpty { try data(frame, head, isEnd: true) }
    let ended = try machine.receivedEnd(id: head.streamID)
    let call = calls[ended.slot]
    calls[ended.slot] = nil
    machine.finished(slot: ended.slot)
    guard let call else { return }
    call.connection = nil
    if let relay = call.relay {
      relay.answeredEnd(UnsafeRawBufferPointer(rebasing: frame[head.body]), slice(head), end)
      return call.end(.success(end))
    }
    if end.code == .ok, call.gatherer.count > 0 {
      call.end(.failure(RPCError(.internal, "\(call.method.path): the answer was cut short")))
    } else {
      call.end(.success(end))
    }
  }

  private func data(
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead,
    isEnd: Bool
  ) throws(WireViolation) {
    let event = try machine.receivedData(
      id: head.streamID,
      count: head.data.count,
      hasMore: head.hasMore,
      isEnd: isEnd,
      maximumMessageBytes: { slot in calls[slot]?.maximumAnswerBytes ?? .max }
    )
    switch event {
    case .drop: break
    case .fail(let slot, let code, let message):
      guard let call = calls[slot] else { return }
      giveUp(call, slot, RPCError(code, "\(call.method.path): \(message)"))
    case .deliver(let slot, let completes):
      guard let call = calls[slot] else { return }
      if head.flags & ~FrameFlags.known != 0 {
        return giveUp(
          call,
          slot,
          RPCError(.unimplemented, "\(call.method.path): flags \(head.flags)")
        )
      }
      if let relay = call.relay {
        // An End's payload is passed on with the End.
        if !isEnd { relay.answered(slice(head), flags: head.flags) }
        return
      }
      let isKept =
        call.inbox == nil
        ? deliverSingle(call, frame, head, completes: completes, isEnd: isEnd)
        : deliverStreamed(call, frame, head, completes: completes, isEnd: isEnd)
      if !isKept {
        giveUp(
          call,
          slot,
          RPCError(
            .resourceExhausted,
            "this process holds as many received bytes as it may",
            retryAfter: .seconds(1)
          )
        )
      }
    }
  }

  /// This side cannot take the answer: the caller is told, the server gets a Cancel.
  private func giveUp(_ call: ClientCall, _ slot: Int, _ error: RPCError) {
    calls[slot] = nil
    call.connection = nil
    FrameEncoder.cancel(Cancel(code: error.code), streamID: machine.id(of: slot), to: output)
    _ = machine.cancel(slot: slot)
    askFlush()
    call.end(.failure(error))
  }

  private func deliverSingle(
    _ call: ClientCall,
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead,
    completes: Bool,
    isEnd: Bool
  ) -> Bool {
    if call.answer != nil && completes {
      giveUp(call, call.slot, RPCError(.internal, "\(call.method.path) answered more than once"))
      return true
    }
    if completes && isEnd && call.gatherer.count == 0 {
      call.answer = slice(head)
      return true
    }
    guard gather(call, frame, head) else { return false }
    if !isEnd { giveCredit(head.data.count, to: call) }
    if completes { (call.answer, call.answerCharge) = call.gatherer.take() }
    return true
  }

  private func deliverStreamed(
    _ call: ClientCall,
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead,
    completes: Bool,
    isEnd: Bool
  ) -> Bool {
    guard let inbox = call.inbox else { return true }
    call.receivedMessageData()
    if completes {
      let cost = max(head.data.count, isEnd ? 0 : 1) + call.deferredCredit
      call.deferredCredit = 0
      let entry: MessageInbox.Entry
      if call.gatherer.count > 0 {
        guard gather(call, frame, head) else { return false }
        let (bytes, charge) = call.gatherer.take()
        entry = MessageInbox.Entry(bytes: bytes, cost: cost, chargedBytes: charge)
      } else if inbox.hasReader {
        entry = MessageInbox.Entry(bytes: slice(head), cost: cost, chargedBytes: 0)
      } else {
        let charge = head.data.count + MessageInbox.entryBytes
        guard context.budget.take(charge) else { return false }
        let copy = Bytes(copying: UnsafeRawBufferPointer(rebasing: frame[head.data]))
        entry = MessageInbox.Entry(bytes: copy, cost: cost, chargedBytes: charge)
      }
      switch inbox.add(entry) {
      case .taken: call.tookAnswer(entry)
      case .queued: break
      case .refused: context.budget.give(entry.chargedBytes)
      }
    } else if !head.data.isEmpty {
      guard gather(call, frame, head) else { return false }
      if inbox.isEmpty {
        giveCredit(head.data.count, to: call)
      } else {
        call.deferredCredit += head.data.count
      }
    }
    return true
  }

  private func gather(
    _ call: ClientCall,
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead
  ) -> Bool {
    call.gatherer.append(
      UnsafeRawBufferPointer(rebasing: frame[head.data]),
      announcedBytes: 0,
      budget: context.budget
    )
  }

  private func slice(_ head: FrameHead) -> Bytes {
    input.slice(
      offset: FrameDecoder.prefixBytes + head.data.lowerBound,
      count: head.data.count
    )
  }

  func giveCredit(_ count: Int, to call: ClientCall) {
    guard calls[call.slot] === call else { return }
    let credit = machine.release(slot: call.slot, count: count)
    guard credit > 0 else { return }
    FrameEncoder.window(credit: credit, streamID: machine.id(of: call.slot), to: output)
    askFlush()
  }

  /// The caller took a message of `cost` from its inbox.
  func took(_ cost: Int, of call: ClientCall) {
    guard calls[call.slot] === call else { return }
    var credit = cost
    if let inbox = call.inbox, inbox.isEmpty {
      credit += call.deferredCredit
      call.deferredCredit = 0
    }
    giveCredit(credit, to: call)
  }
}
