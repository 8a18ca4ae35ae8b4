import Primitives
import Transport

/// One end of a connection in memory. Each end belongs to its own loop and reaches the other by
/// work that it hands to the other's loop, which keeps the order.
///
/// At most `windowBytes` are under way or unread at the other end; what is sent beyond that is
/// pending here, as with a socket whose buffer is full.
// `@unchecked`: each end is touched on its own loop only; the other end holds it to name it.
final class InProcessChannel: ByteChannel, LoopCycleMember, @unchecked Sendable {
  let ownLoop: any CycleLoop
  let peer: PeerIdentity
  let negotiatedProtocol: String?
  let remoteAddress: String
  private(set) var pendingBytes = 0

  private let windowBytes: Int
  private var windowLeft: Int
  private var other: InProcessChannel?
  private var handler: (any ByteChannelHandler)?
  private var pending: [Bytes] = []
  /// What came while reading was off.
  private var unread: [Bytes] = []
  private var isReading = true
  private var isOpen = false
  private var reason: ChannelClosure?

  init(
    loop: any CycleLoop,
    peer: PeerIdentity,
    negotiatedProtocol: String?,
    remoteAddress: String,
    windowBytes: Int
  ) {
    ownLoop = loop
    self.peer = peer
    self.negotiatedProtocol = negotiatedProtocol
    self.remoteAddress = remoteAddress
    self.windowBytes = windowBytes
    windowLeft = windowBytes
  }

  var loop: any TransportLoop { ownLoop }

  /// Opens this end; on its loop. Bytes and the end of the other side come later.
  func open(to other: InProcessChannel, _ handler: any ByteChannelHandler) {
    self.other = other
    self.handler = handler
    isOpen = true
    handler.opened(self)
  }

  // MARK: Sending

  func send(_ output: ByteOutput) {
    guard isOpen, reason == nil, output.count > 0 else { return output.removeAll() }
    pendingBytes += output.count
    pending.append(output.takeBytes())
    transmit()
  }

  /// Hands over what the window allows.
  private func transmit() {
    guard let other else { return }
    var takenCount = 0
    while takenCount < pending.count, windowLeft > 0 {
      let bytes = pending[takenCount]
      let count = min(bytes.count, windowLeft)
      windowLeft -= count
      pendingBytes -= count
      let part = bytes.slice(0..<count)
      other.ownLoop.execute { other.arrived(part) }
      if count < bytes.count {
        pending[takenCount] = bytes.slice(count..<bytes.count)
      } else {
        takenCount += 1
      }
    }
    pending.removeFirst(takenCount)
  }

  /// The other end has taken `count` bytes.
  private func taken(_ count: Int) {
    windowLeft += count
    guard isOpen, reason == nil, pendingBytes > 0 else { return }
    transmit()
    if pendingBytes == 0 { handler?.drained() }
  }

  // MARK: Receiving

  private func arrived(_ bytes: Bytes) {
    guard isOpen, reason == nil else { return }
    if isReading { deliver([bytes]) } else { unread.append(bytes) }
  }

  private func deliver(_ parts: [Bytes]) {
    guard let handler, let other, !parts.isEmpty else { return }
    var count = 0
    for part in parts {
      part.withUnsafeBytes { handler.input.append($0) }
      count += part.count
    }
    let takenCount = count
    other.ownLoop.execute { other.taken(takenCount) }
    handler.received()
  }

  func setReading(_ enabled: Bool) {
    guard isOpen, enabled != isReading else { return }
    isReading = enabled
    guard enabled, !unread.isEmpty else { return }
    // Not inside the handler's own call.
    ownLoop.execute { [self] in deliverUnread(evenIfPaused: false) }
  }

  private func deliverUnread(evenIfPaused: Bool) {
    guard isReading || evenIfPaused, reason == nil else { return }
    let parts = unread
    unread = []
    deliver(parts)
  }

  // MARK: The end

  /// Everything that is pending goes over at once, window or not: it is in memory already.
  func close() {
    guard isOpen, reason == nil else { return }
    windowLeft = .max / 2
    transmit()
    if let other { other.ownLoop.execute { other.otherEnded(.byPeer) } }
    end(.byUs)
  }

  func abort() {
    guard isOpen, reason == nil else { return }
    if let other { other.ownLoop.execute { other.otherEnded(.truncated) } }
    end(.byUs)
  }

  private func otherEnded(_ reason: ChannelClosure) {
    guard isOpen, self.reason == nil else { return }
    deliverUnread(evenIfPaused: true)
    if self.reason == nil { end(reason) }
  }

  private func end(_ reason: ChannelClosure) {
    self.reason = reason
    ownLoop.callAtEndOfCycle(self)
  }

  func cycleEnded() {
    guard isOpen, let reason else { return }
    isOpen = false
    pending = []
    unread = []
    pendingBytes = 0
    other = nil
    guard let handler else { return }
    self.handler = nil
    ownLoop.forgetFlushes(of: handler)
    handler.closed(reason)
  }
}
