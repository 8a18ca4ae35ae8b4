import Testing

@testable import RPC

@Suite struct ServerStreamTests {
  enum Event: CaseIterable {
    case bytes, part, lastBytes, emptyMessage, onlyEnd, endInMessage, tooLarge, beyondCredit
    case cancel, end
  }

  enum Effect: Equatable {
    case data(ServerStream.OnData)
    case violation(ViolationKind)
    case fail(StatusCode)
    case flag(Bool)
  }

  private static let limit = 50

  /// A stream that has come to `phase` in an orderly way.
  private func stream(in phase: ServerStream.Phase) -> ServerStream {
    var stream = ServerStream(id: 3, sendWindow: 100, receiveWindow: 100)
    switch phase {
    case .open: break
    case .received:
      _ = stream.receivedData(0, hasMore: false, endsStream: true, maximumMessageBytes: 50)
    case .cancelled: _ = stream.receivedCancel()
    case .ended: _ = stream.sendEnd()
    }
    return stream
  }

  private func apply(_ event: Event, to stream: inout ServerStream) -> Effect {
    func data(_ count: Int, more: Bool = false, end: Bool = false) -> Effect {
      switch stream.receivedData(
        count,
        hasMore: more,
        endsStream: end,
        maximumMessageBytes: Self.limit
      )
      {
      case .violation(let violation): .violation(ViolationKind(violation))
      case .fail(let code, _): .fail(code)
      case let other: .data(other)
      }
    }
    switch event {
    case .bytes: return data(10)
    case .part: return data(10, more: true)
    case .lastBytes: return data(10, end: true)
    case .emptyMessage: return data(0)
    case .onlyEnd: return data(0, end: true)
    case .endInMessage: return data(10, more: true, end: true)
    case .tooLarge: return data(51)
    case .beyondCredit: return data(101)
    case .cancel: return .flag(stream.receivedCancel())
    case .end: return .flag(stream.sendEnd())
    }
  }

  @Test("Every phase answers every event with its effect and its next phase")
  func table() {
    let over = Effect.violation(.unexpected)
    let drop = Effect.data(.drop)
    let whole = Effect.data(.deliver(completes: true, isLast: false))
    let table: [(ServerStream.Phase, Event, Effect, ServerStream.Phase)] = [
      (.open, .bytes, whole, .open),
      (.open, .part, .data(.deliver(completes: false, isLast: false)), .open),
      (.open, .lastBytes, .data(.deliver(completes: true, isLast: true)), .received),
      (.open, .emptyMessage, whole, .open),
      (.open, .onlyEnd, .data(.deliver(completes: false, isLast: true)), .received),
      (.open, .endInMessage, .violation(.malformed), .open),
      (.open, .tooLarge, .fail(.resourceExhausted), .open),
      (.open, .beyondCredit, over, .open),
      (.open, .cancel, .flag(true), .cancelled),
      (.open, .end, .flag(true), .ended),

      (.received, .bytes, over, .received),
      (.received, .part, over, .received),
      (.received, .lastBytes, over, .received),
      (.received, .emptyMessage, over, .received),
      (.received, .onlyEnd, over, .received),
      (.received, .endInMessage, over, .received),
      (.received, .tooLarge, over, .received),
      (.received, .beyondCredit, over, .received),
      (.received, .cancel, .flag(true), .cancelled),
      (.received, .end, .flag(true), .ended),

      (.cancelled, .bytes, drop, .cancelled),
      (.cancelled, .part, drop, .cancelled),
      (.cancelled, .lastBytes, drop, .cancelled),
      (.cancelled, .emptyMessage, drop, .cancelled),
      (.cancelled, .onlyEnd, drop, .cancelled),
      (.cancelled, .endInMessage, drop, .cancelled),
      (.cancelled, .tooLarge, drop, .cancelled),
      (.cancelled, .beyondCredit, over, .cancelled),
      (.cancelled, .cancel, .flag(false), .cancelled),
      (.cancelled, .end, .flag(true), .ended),

      (.ended, .bytes, drop, .ended),
      (.ended, .part, drop, .ended),
      (.ended, .lastBytes, drop, .ended),
      (.ended, .emptyMessage, drop, .ended),
      (.ended, .onlyEnd, drop, .ended),
      (.ended, .endInMessage, drop, .ended),
      (.ended, .tooLarge, drop, .ended),
      (.ended, .beyondCredit, over, .ended),
      (.ended, .cancel, .flag(false), .ended),
      (.ended, .end, .flag(false), .ended),
    ]
    #expect(table.count == 4 * Event.allCases.count)
    for (phase, event, effect, next) in table {
      var stream = stream(in: phase)
      #expect(stream.phase == phase)
      #expect(apply(event, to: &stream) == effect, "\(phase), \(event)")
      #expect(stream.phase == next, "\(phase), \(event)")
    }
  }

  @Test("A message's limit counts its parts together, and starts again after it")
  func messageLimit() {
    var stream = ServerStream(id: 1, sendWindow: 0, receiveWindow: 1000)
    func receive(_ count: Int, more: Bool) -> ServerStream.OnData {
      stream.receivedData(count, hasMore: more, endsStream: false, maximumMessageBytes: 50)
    }
    #expect(receive(30, more: true) == .deliver(completes: false, isLast: false))
    #expect(receive(20, more: false) == .deliver(completes: true, isLast: false))
    #expect(receive(50, more: false) == .deliver(completes: true, isLast: false))
    #expect(receive(50, more: true) == .deliver(completes: false, isLast: false))
    guard case .fail(.resourceExhausted, _) = receive(1, more: true) else {
      Issue.record("51 bytes of 50 passed")
      return
    }
  }

  @Test("An end without bytes completes the message that was arriving")
  func endCompletes() {
    var stream = ServerStream(id: 1, sendWindow: 0, receiveWindow: 1000)
    _ = stream.receivedData(5, hasMore: true, endsStream: false, maximumMessageBytes: 50)
    #expect(
      stream.receivedData(0, hasMore: false, endsStream: true, maximumMessageBytes: 50)
        == .deliver(completes: true, isLast: true)
    )
  }
}
