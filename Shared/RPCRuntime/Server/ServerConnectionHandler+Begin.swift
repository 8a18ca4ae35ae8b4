import Primitives
import RPC

/// From a Begin to a call, a forwarded call, or a refusal.
extension ServerConnectionHandler {
  func begin(
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead
  ) throws(WireViolation) {
    let begin = try BeginHead(parsing: frame, head.body, limits: limits)
    switch try machine.receivedBegin(id: head.streamID, dataCount: head.data.count, now: now) {
    case .refuse(let code, let message):
      refuse(
        head.streamID,
        RPCError(code, message, retryAfter: .milliseconds(100), isNotStarted: true)
      )
    case .start(let slot):
      do throws(Refusal) {
        let call = try makeCall(frame, head, begin, slot)
        calls[slot] = call
        server.metrics.began(call)
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
  enum Refusal: Error {
    case call(RPCError)
    case connection(WireViolation)
  }

  func refuse(_ streamID: UInt32, _ error: RPCError) {
    server.metrics.refused(error.code)
    FrameEncoder.end(End(error), streamID: streamID, dataCount: 0, to: output)
    countControlFrame()
  }

  /// What a Begin says besides its method.
  private struct Envelope {
    var principal: Principal?
    var metadata = Metadata()
    var target = ""
  }

  private func makeCall(
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead,
    _ begin: BeginHead,
    _ slot: Int
  ) throws(Refusal) -> ServerCall {
    if head.flags & ~FrameFlags.known != 0 {
      throw .call(
        RPCError(.unimplemented, "flags \(head.flags): compression and later flags are not known")
      )
    }
    let envelope = try readEnvelope(frame, head, begin)
    // Nothing below refuses a call that has a route: whoever chose it counts on its end.
    let forwarded = try forward(frame, head, begin, envelope)
    let index = forwarded == nil ? try ownMethod(frame, begin) : server.forwardedIndex
    let method = forwarded == nil ? server.router.methods[index] : Method.forwarded
    let incoming =
      begin.trace.isEmpty
      ? nil : TraceContext(UnsafeRawBufferPointer(rebasing: frame[begin.trace]))
    let now = now
    let call = ServerCall(
      method: method,
      methodIndex: index,
      slot: slot,
      deadline: now
        + method.timeout(requestedMicroseconds: begin.timeoutMicroseconds, limits: limits),
      metadata: envelope.metadata,
      principal: envelope.principal,
      trace: incoming?.child(using: &context.generator)
        ?? TraceContext(using: &context.generator),
      attempt: begin.attempt,
      target: envelope.target,
      announcedBytes: Int(clamping: begin.messageBytes),
      handlerExecutor: forwarded == nil ? server.handlers[index].executor : nil,
      connection: self,
      now: now
    )
    if let forwarded { call.relay = Relay(call, forwarded.route, beginBody: forwarded.body) }
    return call
  }

  private func readEnvelope(
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead,
    _ begin: BeginHead
  ) throws(Refusal) -> Envelope {
    do throws(WireViolation) {
      return Envelope(
        principal: try readPrincipal(frame, begin.principal),
        metadata: begin.hasMetadata
          ? try BeginHead.readMetadata(frame, head.body, limits: limits) : Metadata(),
        target: try readTarget(frame, begin.target)
      )
    } catch .unexpected(let what) {
      throw .call(RPCError(.permissionDenied, what))
    } catch {
      throw .connection(error)
    }
  }

  /// The method of this server's own that a Begin names, which its peer may call.
  private func ownMethod(
    _ frame: UnsafeRawBufferPointer,
    _ begin: BeginHead
  ) throws(Refusal) -> Int {
    let path = UnsafeRawBufferPointer(rebasing: frame[begin.method])
    guard let index = server.router.lookup(path) else {
      server.metrics.unknownMethod()
      throw .call(unknownMethod(path))
    }
    let method = server.router.methods[index]
    guard method.allows(role: session.peer.role) else {
      throw .call(
        RPCError(
          .permissionDenied,
          "\(method.path) may be called by \(method.options.allowedPeers.joined(separator: ", ")), "
            + "not by \(session.peer.role.map { "role \($0)" } ?? "a peer without a role")"
        )
      )
    }
    let most = server.maximumMessageBytes[index]
    if begin.messageBytes > UInt64(most) { throw .call(tooLarge(method, most)) }
    return index
  }

  private func unknownMethod(_ path: UnsafeRawBufferPointer) -> RPCError {
    let text = String(validating: path, as: UTF8.self) ?? "a name that is not UTF-8"
    return RPCError(.unimplemented, "there is no method \(text) here")
  }

  private func tooLarge(_ method: Method, _ most: Int) -> RPCError {
    RPCError(.resourceExhausted, "\(method.path) takes messages of at most \(most) bytes")
  }

  private func readTarget(
    _ frame: UnsafeRawBufferPointer,
    _ range: Range<Int>
  ) throws(WireViolation) -> String {
    guard !range.isEmpty else { return "" }
    guard
      let target = String(validating: UnsafeRawBufferPointer(rebasing: frame[range]), as: UTF8.self)
    else { throw .malformed("a target that is not UTF-8") }
    return target
  }

  private func readPrincipal(
    _ frame: UnsafeRawBufferPointer,
    _ range: Range<Int>
  ) throws(WireViolation) -> Principal? {
    guard !range.isEmpty else { return nil }
    guard let role = session.peer.role, Principal.trustedRoles.contains(role) else {
      throw .unexpected(
        "a principal may be set by a gateway, balancer, trainer or inference host only"
      )
    }
    return try BeginHead.readPrincipal(frame, range)
  }

  /// Where a call with a target goes on to; nil when this server answers it itself.
  private func forward(
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead,
    _ begin: BeginHead,
    _ envelope: Envelope
  ) throws(Refusal) -> (route: ForwardRoute, body: Bytes)? {
    guard let forwarder = server.forwarder, !envelope.target.isEmpty else { return nil }
    let body = Bytes(copying: UnsafeRawBufferPointer(rebasing: frame[head.body]))
    let start = head.body.lowerBound
    let timeout = Method.forwarded.timeout(
      requestedMicroseconds: begin.timeoutMicroseconds,
      limits: limits
    )
    let call = ForwardedCall(
      target: envelope.target,
      metadata: envelope.metadata,
      principal: envelope.principal,
      peer: session.peer,
      attempt: begin.attempt,
      deadline: now + timeout,
      begin: body,
      methodRange: begin.method.isEmpty
        ? 0..<0 : begin.method.lowerBound - start..<begin.method.upperBound - start
    )
    do throws(RPCError) {
      switch try forwarder.route(call) {
      case .answerHere: return nil
      case .forward(let route): return (route, body)
      }
    } catch {
      throw .call(error)
    }
  }
}
