import InProcessTransport
import Primitives
import Transport

/// One end of a `SimulatedLink`.
// `@unchecked`: on the one thread of the simulation.
final class SimulatedChannel: ByteChannel, LoopCycleMember, @unchecked Sendable {
  /// What was sent before `close` has this long to leave.
  private static let closeTimeout = Duration.seconds(2)
  private static let shreddedBytes = 8 << 10

  let peer: PeerIdentity
  let negotiatedProtocol: String? = "martlet/1"
  let remoteAddress: String
  private(set) var pendingBytes = 0

  private let network: SimulatedNetwork
  private let name: String
  private var link: SimulatedLink?
  private var other: SimulatedChannel?
  private var handler: (any ByteChannelHandler)?
  private var pending: [Bytes] = []
  private var underWayBytes = 0
  private var sentBytes = 0
  private var lastArrival: Instant
  /// What came while reading was off.
  private var unread: [Bytes] = []
  private var isReading = true
  private var isClosing = false
  private var reason: ChannelClosure?
  private(set) var isHeld = true

  init(
    _ network: SimulatedNetwork,
    name: String,
    peer: PeerIdentity,
    address: String,
    opensAt: Instant
  ) {
    self.network = network
    self.name = name
    self.peer = peer
    remoteAddress = address
    lastArrival = opensAt
  }

  func join(_ link: SimulatedLink, _ other: SimulatedChannel) {
    self.link = link
    self.other = other
  }

  private var time: VirtualTime { network.time }
  var loop: any TransportLoop { time.loop }
  private var isOpen: Bool { handler != nil && reason == nil }

  func open(_ handler: any ByteChannelHandler) {
    guard reason == nil else { return }
    self.handler = handler
    handler.opened(self)
  }

  // MARK: Sending

  func send(_ output: ByteOutput) {
    guard isOpen, !isClosing, output.count > 0 else { return output.removeAll() }
    time.note("\(name) send \(output.count)")
    pendingBytes += output.count
    pending.append(output.takeBytes())
    transmit()
  }

  private func nextArrival() -> Instant {
    lastArrival = max(lastArrival, time.now + time.draw(network.weather.delay))
    return lastArrival
  }

  /// Hands over what the socket takes, in pieces of random size.
  private func transmit() {
    // Not for every byte that the other end takes, or pieces would shrink to one.
    guard let other, let link, underWayBytes <= network.weather.socketBytes / 2 else { return }
    var takenCount = 0
    while takenCount < pending.count, underWayBytes < network.weather.socketBytes {
      let bytes = pending[takenCount]
      let count = min(
        bytes.count,
        nextPieceBytes(),
        network.weather.socketBytes - underWayBytes
      )
      underWayBytes += count
      pendingBytes -= count
      sentBytes += count
      let part = bytes.slice(0..<count)
      time.at(nextArrival()) {
        if !link.isSilent, !link.losesBytes { other.arrived(part) }
      }
      if count < bytes.count {
        pending[takenCount] = bytes.slice(count..<bytes.count)
      } else {
        takenCount += 1
      }
    }
    pending.removeFirst(takenCount)
  }

  /// The first bytes come in pieces of all magnitudes, so that a frame is cut at any place; later
  /// ones in large pieces, so that a run has an end.
  private func nextPieceBytes() -> Int {
    let most = network.weather.pieceBytes
    guard sentBytes < SimulatedChannel.shreddedBytes else { return time.draw(most / 2...most) }
    let bits = Int.bitWidth - 1 - most.leadingZeroBitCount
    return time.draw(1...(1 << time.draw(0...bits)))
  }

  /// The other end has taken `count` bytes.
  private func taken(_ count: Int) {
    underWayBytes -= count
    guard isOpen, pendingBytes > 0 else { return }
    transmit()
    guard pendingBytes == 0 else { return }
    if isClosing { finishClose() } else { handler?.drained() }
  }

  // MARK: Receiving

  private func arrived(_ bytes: Bytes) {
    guard isOpen, !isClosing else { return }
    if isReading { deliver([bytes]) } else { unread.append(bytes) }
  }

  private func deliver(_ parts: [Bytes]) {
    guard let handler, let other, !parts.isEmpty else { return }
    var count = 0
    for part in parts {
      part.withUnsafeBytes { handler.input.append($0) }
      count += part.count
    }
    time.note("\(name) received \(count)")
    let takenCount = count
    loop.execute { other.taken(takenCount) }
    handler.received()
  }

  func setReading(_ enabled: Bool) {
    guard isOpen, enabled != isReading else { return }
    time.note("\(name) reading \(enabled)")
    isReading = enabled
    guard enabled, !unread.isEmpty else { return }
    // Not inside the handler's own call.
    loop.execute { [self] in deliverUnread(evenIfPaused: false) }
  }

  private func deliverUnread(evenIfPaused: Bool) {
    guard isReading || evenIfPaused, isOpen, !isClosing else { return }
    let parts = unread
    unread = []
    deliver(parts)
  }

  // MARK: The end

  func close() {
    guard isOpen, !isClosing else { return }
    time.note("\(name) close")
    isClosing = true
    if pendingBytes == 0 { return finishClose() }
    time.after(SimulatedChannel.closeTimeout) { [self] in if reason == nil { finishClose() } }
  }

  private func finishClose() {
    endOther(.byPeer)
    end(.byUs)
  }

  func abort() {
    guard isOpen else { return }
    time.note("\(name) abort")
    endOther(.truncated)
    end(.byUs)
  }

  /// The other end learns the end of this direction after all that was sent before.
  private func endOther(_ reason: ChannelClosure) {
    guard let other, let link else { return }
    time.at(nextArrival()) {
      if !link.isSilent { other.otherEnded(reason) }
    }
  }

  /// The network ends this end, after what is on its way to it.
  func cutOff(_ reason: ChannelClosure) {
    let instant = other?.nextArrival() ?? time.now + time.draw(network.weather.delay)
    time.at(instant) { self.otherEnded(reason) }
  }

  private func otherEnded(_ reason: ChannelClosure) {
    guard isOpen else { return }
    if reason == .byPeer { deliverUnread(evenIfPaused: true) }
    if self.reason == nil { end(isClosing ? .byUs : reason) }
  }

  private func end(_ reason: ChannelClosure) {
    self.reason = reason
    time.loop.callAtEndOfCycle(self)
  }

  func cycleEnded() {
    guard isHeld, let reason else { return }
    isHeld = false
    time.note("\(name) closed \(reason)")
    pending = []
    unread = []
    pendingBytes = 0
    other = nil
    link = nil
    guard let handler else { return }
    self.handler = nil
    time.loop.forgetFlushes(of: handler)
    handler.closed(reason)
  }
}
