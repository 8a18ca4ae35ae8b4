import NIOCore
import Primitives
import Transport

/// How a connection ends.
///
/// In order: pending bytes and close_notify leave, this side's half of the socket closes, and the
/// other half is read, and dropped, until the peer ends it too. A socket that is closed with
/// unread bytes in it makes the kernel send a reset, which can destroy at the peer what it has not
/// read yet. All of it is bounded by the close timeout.
extension SocketChannel {
  func close() {
    switch state {
    case .open:
      nioLoop.inCycle {
        reason = reason ?? .byUs; beginClosing()
      }
    case .new, .handshaking: nioLoop.inCycle { end(.byUs) }
    case .closing, .closed: break
    }
  }

  func abort() { nioLoop.inCycle { end(.byUs) } }

  /// TLS is broken, by what the peer sent: the alert leaves, then the socket closes in order.
  func fail(_ text: String) {
    guard state == .open || state == .handshaking else { return }
    reason = reason ?? .failed(text)
    closeOutput()
  }

  /// The peer has ended its side: answers of this cycle still leave, then this side ends too.
  func closeAtEndOfCycle(_ reason: ChannelClosure) {
    guard state == .open else { return }
    self.reason = self.reason ?? reason
    isClosingAtEndOfCycle = true
    nioLoop.callAtEndOfCycle(self)
  }

  func beginClosing() {
    session?.sayClosed()
    closeOutput()
  }

  private func closeOutput() {
    state = .closing
    schedule(limits.closeTimeout)
    // The peer's end must be seen, also by a connection that had stopped to read.
    setAutoRead(true)
    guard let context else { return end(.byUs) }
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenComplete { [self] _ in
      nioLoop.inCycle { outputDone() }
    }
    if isInputClosed {
      // NIO closes a socket whose other half is closed at once, with all that is pending: so the
      // end of the last write says when.
      let last = nioLoop.cipherScratch.takeOutput() ?? ByteBuffer()
      context.writeAndFlush(wrapOutboundOut(last), promise: promise)
    } else {
      writeEncrypted()
      context.close(mode: .output, promise: promise)
    }
  }

  private func outputDone() {
    isOutputDone = true
    if isPeerDone, state == .closing { end(reason ?? .byUs) }
  }

  /// The peer said close_notify, ended its side, or broke TLS while this side was closing.
  func peerDone() {
    isPeerDone = true
    if isOutputDone, state == .closing { end(reason ?? .byUs) }
  }

  // MARK: NIO's events

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .inputClosed? = event as? ChannelEvent else { return }
    isInputClosed = true
    nioLoop.inCycle {
      switch state {
      case .open where session == nil:
        isPeerDone = true
        closeAtEndOfCycle(.byPeer)
      // A close_notify that came just before closes at the end of this cycle.
      case .open where isClosingAtEndOfCycle: break
      case .open: end(.truncated)
      case .handshaking: end(.failed("peer closed the connection during the TLS handshake"))
      case .closing: peerDone()
      case .new, .closed: break
      }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    nioLoop.inCycle { end(.failed(SocketErrorText.text(of: error))) }
    finishReadCycle()
  }

  func channelInactive(context: ChannelHandlerContext) {
    nioLoop.inCycle { end(session == nil ? .byPeer : .truncated) }
    // A read that ended in an error has no channelReadComplete.
    finishReadCycle()
  }
}
