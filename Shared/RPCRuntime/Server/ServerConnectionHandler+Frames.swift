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
      case .resumeAll: resumeWaiting()
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
        try Hello(parsing: UnsafeRawBufferPointer(rebasing: frame[head.body])))
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

  // MARK: Begin

  private func begin(
    _ frame: UnsafeRawBufferPointer, _ head: FrameHead
  ) throws(WireViolation) {
    let begin = try BeginHead(parsing: frame, head.body, limits: limits)
    switch try machine.receivedBegin(id: head.streamID, dataCount: head.data.count, now: now) {
    case .refuse(let code, let message):
      refuse(
        head.streamID,
        RPCError(code, message, retryAfter: .milliseconds(100), isNotStarted: true))
    case .start(let slot):
      do throws(Refusal) {
        let call = try makeCall(frame, head, begin, slot)
        try setRelay(of: call, frame, head)
        calls[slot] = call
        session.server.metrics.began(call)
        call.timer = context.schedule(at: call.deadline, call)
        try beginData(call, frame, head)
      } catch {
        switch error {
        case .call(var error):
          machine.finished(slot: slot)
          error.isNotStarted = true
          refuse(head.streamID, error)
        case .connection(let violation): throw violation
        }
      }
    }
  }

  /// Why a Begin does not become a call.
  private enum Refusal: Error {
    case call(RPCError)
    case connection(WireViolation)
  }

  private func refuse(_ streamID: UInt32, _ error: RPCError) {
    session.server.metrics.refused(error.code)
    FrameEncoder.end(End(error), streamID: streamID, dataCount: 0, to: output)
    countControlFrame()
  }

  private func makeCall(
    _ frame: UnsafeRawBufferPointer, _ head: FrameHead, _ begin: BeginHead, _ slot: Int
  ) throws(Refusal) -> ServerCall {
    let server = session.server
    let path = UnsafeRawBufferPointer(rebasing: frame[begin.method])
    let isForwarded = server.forwarder != nil && !begin.target.isEmpty
    guard let index = isForwarded ? server.forwardedIndex : server.router.lookup(path) else {
      server.metrics.unknownMethod()
      throw .call(unknownMethod(path))
    }
    let method = isForwarded ? Method.forwarded : server.router.methods[index]
    if head.flags & ~FrameFlags.known != 0 {
      throw .call(
        RPCError(.unimplemented, "flags \(head.flags): compression and later flags are not known"))
    }
    guard method.allows(role: session.peer.role) else {
      throw .call(
        RPCError(
          .permissionDenied,
          "\(method.path) may be called by \(method.options.allowedPeers.joined(separator: ", ")), "
            + "not by \(session.peer.role.map { "role \($0)" } ?? "a peer without a role")"))
    }
    let most = server.maximumMessageBytes[index]
    if begin.messageBytes > UInt64(most) {
      throw .call(tooLarge(method, most))
    }
    do throws(WireViolation) {
      let principal = try readPrincipal(frame, begin.principal)
      let metadata =
        begin.hasMetadata
        ? try BeginHead.readMetadata(frame, head.body, limits: limits) : Metadata()
      let target = try readTarget(frame, begin.target)
      let incoming =
        begin.trace.isEmpty
        ? nil : TraceContext(UnsafeRawBufferPointer(rebasing: frame[begin.trace]))
      let timeout = method.timeout(
        requestedMicroseconds: begin.timeoutMicroseconds, limits: limits)
      let now = now
      return ServerCall(
        method: method, methodIndex: index, slot: slot, deadline: now + timeout,
        metadata: metadata, principal: principal,
        trace: incoming?.child(using: &context.generator)
          ?? TraceContext(using: &context.generator),
        attempt: begin.attempt, target: target, announcedBytes: Int(begin.messageBytes),
        handlerExecutor: isForwarded ? nil : server.handlers[index].executor, connection: self, now: now)
    } catch .unexpected(let what) {
      throw .call(RPCError(.permissionDenied, what))
    } catch {
      throw .connection(error)
    }
  }

  private func unknownMethod(_ path: UnsafeRawBufferPointer) -> RPCError {
    let text = String(validating: path, as: UTF8.self) ?? "a name that is not UTF-8"
    return RPCError(.unimplemented, "there is no method \(text) here")
  }

  private func tooLarge(_ method: Method, _ most: Int) -> RPCError {
    RPCError(.resourceExhausted, "\(method.path) takes messages of at most \(most) bytes")
  }

  private func readTarget(
    _ frame: UnsafeRawBufferPointer, _ range: Range<Int>
  ) throws(WireViolation) -> String {
    guard !range.isEmpty else { return "" }
    guard
      let target = String(validating: UnsafeRawBufferPointer(rebasing: frame[range]), as: UTF8.self)
    else { throw .malformed("a target that is not UTF-8") }
    return target
  }

  private func readPrincipal(
    _ frame: UnsafeRawBufferPointer, _ range: Range<Int>
  ) throws(WireViolation) -> Principal? {
    guard !range.isEmpty else { return nil }
    guard let role = session.peer.role, Principal.trustedRoles.contains(role) else {
      throw .unexpected("a principal may be set by a gateway, balancer or inference host only")
    }
    return try BeginHead.readPrincipal(frame, range)
  }

  /// A call with a target goes on to where the forwarder says.
  private func setRelay(
    of call: ServerCall, _ frame: UnsafeRawBufferPointer, _ head: FrameHead
  ) throws(Refusal) {
    guard let forwarder = session.server.forwarder, !call.target.isEmpty else { return }
    do throws(RPCError) {
      let route = try forwarder.route(
        ForwardedCall(
          target: call.target, principal: call.principal, peer: session.peer,
          attempt: call.attempt, deadline: call.deadline))
      let body = Bytes(copying: UnsafeRawBufferPointer(rebasing: frame[head.body]))
      call.relay = Relay(call, route, beginBody: body)
    } catch {
      throw .call(error)
    }
  }

  // MARK: Data

  private func beginData(
    _ call: ServerCall, _ frame: UnsafeRawBufferPointer, _ head: FrameHead
  ) throws(Refusal) {
    if call.relay == nil, !call.method.kind.hasSingleRequest { call.inbox = MessageInbox() }
    let carries = !head.data.isEmpty || head.endsStream || head.hasMore
    if carries {
      do throws(WireViolation) {
        let event = try machine.receivedBeginData(
          slot: call.slot, count: head.data.count, hasMore: head.hasMore,
          endsStream: head.endsStream,
          maximumMessageBytes: session.server.maximumMessageBytes[call.methodIndex])
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

  private func data(
    _ frame: UnsafeRawBufferPointer, _ head: FrameHead
  ) throws(WireViolation) {
    let event = try machine.receivedData(
      id: head.streamID, count: head.data.count, hasMore: head.hasMore,
      endsStream: head.endsStream,
      maximumMessageBytes: { slot in
        calls[slot].map { session.server.maximumMessageBytes[$0.methodIndex] } ?? 0
      })
    if head.flags & ~FrameFlags.known != 0, case .deliver(let slot, _, _) = event,
      let call = calls[slot]
    {
      return try provoked(
        call,
        RPCError(.unimplemented, "flags \(head.flags): compression and later flags are not known"))
    }
    try act(on: event, frame, head)
  }

  private func act(
    on event: ServerConnection.OnData, _ frame: UnsafeRawBufferPointer, _ head: FrameHead
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
            .resourceExhausted, "this process holds as many received bytes as it may; try later",
            retryAfter: .seconds(1)))
      }
    }
  }

  /// The request of a call with exactly one. False when the budget has no room.
  private func deliverSingle(
    _ call: ServerCall, _ frame: UnsafeRawBufferPointer, _ head: FrameHead,
    completes: Bool, isLast: Bool
  ) throws(WireViolation) -> Bool {
    if completes && call.request != nil {
      try provoked(
        call, RPCError(.invalidArgument, "\(call.method.path) takes exactly one message"))
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
    _ call: ServerCall, _ frame: UnsafeRawBufferPointer, _ head: FrameHead,
    completes: Bool, isLast: Bool
  ) -> Bool {
    guard let inbox = call.inbox else { return true }
    if completes {
      guard let entry = completeEntry(call, frame, head, handsOver: inbox.hasReader) else {
        return false
      }
      if !inbox.add(entry) { session.server.budget.give(entry.chargedBytes) }
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
    _ call: ServerCall, _ frame: UnsafeRawBufferPointer, _ head: FrameHead, handsOver: Bool
  ) -> MessageInbox.Entry? {
    let budget = session.server.budget
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
    _ call: ServerCall, _ frame: UnsafeRawBufferPointer, _ head: FrameHead
  ) -> Bool {
    call.gatherer.append(
      UnsafeRawBufferPointer(rebasing: frame[head.data]), announcedBytes: call.announcedBytes,
      budget: session.server.budget)
  }

  private func slice(_ head: FrameHead) -> Bytes {
    input.slice(
      offset: FrameDecoder.prefixBytes + head.data.lowerBound, count: head.data.count)
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

  private func cancel(_ slot: Int) {
    guard let call = calls[slot] else { return }
    let error = RPCError(.cancelled, "the caller cancelled")
    call.outcome = .cancelled
    call.outgoing = nil
    call.pendingEnd = nil
    call.cancelHandler(error)
    if !call.isHandlerRunning { end(call, End(error)) }
  }

  /// A call ends for what its peer sent; counted, since provoked resets are a way to attack.
  private func provoked(_ call: ServerCall, _ error: RPCError) throws(WireViolation) {
    abort(call, error)
    try machine.countReset(now: now)
  }
}
