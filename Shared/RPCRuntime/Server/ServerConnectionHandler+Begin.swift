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
  enum Refusal: Error {
    case call(RPCError)
    case connection(WireViolation)
  }

  func refuse(_ streamID: UInt32, _ error: RPCError) {
    session.server.metrics.refused(error.code)
    FrameEncoder.end(End(error), streamID: streamID, dataCount: 0, to: output)
    countControlFrame()
  }

  private func makeCall(
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead,
    _ begin: BeginHead,
    _ slot: Int
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
        RPCError(.unimplemented, "flags \(head.flags): compression and later flags are not known")
      )
    }
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
        requestedMicroseconds: begin.timeoutMicroseconds,
        limits: limits
      )
      let now = now
      return ServerCall(
        method: method,
        methodIndex: index,
        slot: slot,
        deadline: now + timeout,
        metadata: metadata,
        principal: principal,
        trace: incoming?.child(using: &context.generator)
          ?? TraceContext(using: &context.generator),
        attempt: begin.attempt,
        target: target,
        announcedBytes: Int(begin.messageBytes),
        handlerExecutor: isForwarded ? nil : server.handlers[index].executor,
        connection: self,
        now: now
      )
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
      throw .unexpected("a principal may be set by a gateway, balancer or inference host only")
    }
    return try BeginHead.readPrincipal(frame, range)
  }

  /// A call with a target goes on to where the forwarder says.
  private func setRelay(
    of call: ServerCall,
    _ frame: UnsafeRawBufferPointer,
    _ head: FrameHead
  ) throws(Refusal) {
    guard let forwarder = session.server.forwarder, !call.target.isEmpty else { return }
    do throws(RPCError) {
      let route = try forwarder.route(
        ForwardedCall(
          target: call.target,
          principal: call.principal,
          peer: session.peer,
          attempt: call.attempt,
          deadline: call.deadline
        )
      )
      let body = Bytes(copying: UnsafeRawBufferPointer(rebasing: frame[head.body]))
      call.relay = Relay(call, route, beginBody: body)
    } catch {
      throw .call(error)
    }
  }
}
