/// One call as its server sees it. The slot stays taken until the handler has really returned,
/// whatever the peer says: a cancelled call still costs what its handler costs.
public struct ServerStream: Sendable, Equatable {
  public enum Phase: Sendable, Equatable {
    /// The peer may send more; End is due. → received, cancelled, ended
    case open
    /// The peer has sent all; End is due. → cancelled, ended
    case received
    /// The peer gave the call up; its handler still runs, End follows its return. → ended
    case cancelled
    /// End was sent; the handler still runs. Only its return follows.
    case ended
  }

  public let id: UInt32
  public var phase: Phase
  public var send: SendWindow
  public var receive: ReceiveWindow
  /// Bytes of the message that is arriving.
  public var partialMessageBytes = 0

  public init(id: UInt32, sendWindow: Int, receiveWindow: Int) {
    self.id = id
    phase = .open
    send = SendWindow(sendWindow)
    receive = ReceiveWindow(receiveWindow)
  }

  public enum OnData: Sendable, Equatable {
    /// Bytes for the handler. `completes`: a message is whole; `isLast`: no more will come.
    case deliver(completes: Bool, isLast: Bool)
    /// The call is over or given up: the bytes are dropped.
    case drop
    /// This call cannot go on.
    case fail(StatusCode, String)
    /// The peer broke the protocol.
    case violation(WireViolation)
  }

  /// A frame that carries nothing and only ends the stream completes no message.
  public mutating func receivedData(
    _ count: Int,
    hasMore: Bool,
    endsStream: Bool,
    maximumMessageBytes: Int
  ) -> OnData {
    guard receive.receive(count) else {
      return .violation(.unexpected("stream \(id): data beyond its credit"))
    }
    switch phase {
    case .received:
      return .violation(.unexpected("stream \(id): data after its end"))
    case .cancelled, .ended:
      return .drop
    case .open:
      if endsStream && hasMore {
        return .violation(.malformed("stream \(id): an end in the middle of a message"))
      }
      partialMessageBytes += count
      if partialMessageBytes > maximumMessageBytes {
        return .fail(
          .resourceExhausted,
          "the message is larger than \(maximumMessageBytes) bytes, the limit of this method"
        )
      }
      let isOnlyEnd = endsStream && count == 0 && partialMessageBytes == 0
      if !hasMore { partialMessageBytes = 0 }
      if endsStream { phase = .received }
      return .deliver(completes: !hasMore && !isOnlyEnd, isLast: endsStream)
    }
  }

  /// The peer cancelled. True when the handler is to be told.
  public mutating func receivedCancel() -> Bool {
    switch phase {
    case .open, .received:
      phase = .cancelled
      return true
    case .cancelled, .ended: return false
    }
  }

  /// End is about to be sent. False when it was already.
  public mutating func sendEnd() -> Bool {
    switch phase {
    case .open, .received, .cancelled:
      phase = .ended
      return true
    case .ended: return false
    }
  }
}
