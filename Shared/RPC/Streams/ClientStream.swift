/// One call as its client sees it. It stays until End arrives, also after a cancel, so that both
/// sides count the same streams.
public struct ClientStream: Sendable, Equatable {
  public enum Phase: Sendable, Equatable {
    /// Both sides may send. → sent, cancelled
    case open
    /// This side has sent all; the answer is due. → cancelled
    case sent
    /// This side gave up; what arrives is dropped until End.
    case cancelled
  }

  public let id: UInt32
  public var phase: Phase
  public var send: SendWindow
  public var receive: ReceiveWindow
  public var partialMessageBytes = 0

  public init(id: UInt32, endsStream: Bool, sendWindow: Int, receiveWindow: Int) {
    self.id = id
    phase = endsStream ? .sent : .open
    send = SendWindow(sendWindow)
    receive = ReceiveWindow(receiveWindow)
  }

  public enum OnData: Sendable, Equatable {
    /// Bytes of a message. `completes`: it is whole.
    case deliver(completes: Bool)
    case drop
    case fail(StatusCode, String)
    case violation(WireViolation)
  }

  public mutating func receivedData(
    _ count: Int,
    hasMore: Bool,
    maximumMessageBytes: Int
  ) -> OnData {
    guard receive.receive(count) else {
      return .violation(.unexpected("stream \(id): data beyond its credit"))
    }
    switch phase {
    case .cancelled: return .drop
    case .open, .sent:
      partialMessageBytes += count
      if partialMessageBytes > maximumMessageBytes {
        phase = .cancelled
        return .fail(
          .resourceExhausted,
          "the answer is larger than \(maximumMessageBytes) bytes, the limit of this method"
        )
      }
      if !hasMore { partialMessageBytes = 0 }
      return .deliver(completes: !hasMore)
    }
  }

  /// This side gives up. True when a Cancel is to be sent.
  public mutating func cancel() -> Bool {
    switch phase {
    case .open, .sent:
      phase = .cancelled
      return true
    case .cancelled: return false
    }
  }
}
