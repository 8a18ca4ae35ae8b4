import Testing

@testable import RPC

@Suite struct ClientStreamTests {
  enum Event: CaseIterable { case bytes, part, emptyMessage, tooLarge, beyondCredit, cancel }

  enum Effect: Equatable {
    case data(ClientStream.OnData)
    case violation(ViolationKind)
    case fail(StatusCode)
    case flag(Bool)
  }

  private func stream(in phase: ClientStream.Phase) -> ClientStream {
    var stream = ClientStream(
      id: 3,
      endsStream: phase == .sent,
      sendWindow: 100,
      receiveWindow: 100
    )
    if phase == .cancelled { _ = stream.cancel() }
    return stream
  }

  private func apply(_ event: Event, to stream: inout ClientStream) -> Effect {
    func data(_ count: Int, more: Bool = false) -> Effect {
      switch stream.receivedData(count, hasMore: more, maximumMessageBytes: 50) {
      case .violation(let violation): .violation(ViolationKind(violation))
      case .fail(let code, _): .fail(code)
      case let other: .data(other)
      }
    }
    switch event {
    case .bytes: return data(10)
    case .part: return data(10, more: true)
    case .emptyMessage: return data(0)
    case .tooLarge: return data(51)
    case .beyondCredit: return data(101)
    case .cancel: return .flag(stream.cancel())
    }
  }

  @Test("Every phase answers every event with its effect and its next phase")
  func table() {
    let over = Effect.violation(.unexpected)
    let drop = Effect.data(.drop)
    let whole = Effect.data(.deliver(completes: true))
    let part = Effect.data(.deliver(completes: false))
    let large = Effect.fail(.resourceExhausted)
    let table: [(ClientStream.Phase, Event, Effect, ClientStream.Phase)] = [
      (.open, .bytes, whole, .open),
      (.open, .part, part, .open),
      (.open, .emptyMessage, whole, .open),
      (.open, .tooLarge, large, .cancelled),
      (.open, .beyondCredit, over, .open),
      (.open, .cancel, .flag(true), .cancelled),
      (.sent, .bytes, whole, .sent),
      (.sent, .part, part, .sent),
      (.sent, .emptyMessage, whole, .sent),
      (.sent, .tooLarge, large, .cancelled),
      (.sent, .beyondCredit, over, .sent),
      (.sent, .cancel, .flag(true), .cancelled),
      (.cancelled, .bytes, drop, .cancelled),
      (.cancelled, .part, drop, .cancelled),
      (.cancelled, .emptyMessage, drop, .cancelled),
      (.cancelled, .tooLarge, drop, .cancelled),
      (.cancelled, .beyondCredit, over, .cancelled),
      (.cancelled, .cancel, .flag(false), .cancelled),
    ]
    #expect(table.count == 3 * Event.allCases.count)
    for (phase, event, effect, next) in table {
      var stream = stream(in: phase)
      #expect(stream.phase == phase)
      #expect(apply(event, to: &stream) == effect, "\(phase), \(event)")
      #expect(stream.phase == next, "\(phase), \(event)")
    }
  }

  @Test("A message's limit counts its parts together, and starts again after it")
  func messageLimit() {
    var stream = ClientStream(id: 1, endsStream: true, sendWindow: 0, receiveWindow: 1000)
    func receive(_ count: Int, more: Bool) -> ClientStream.OnData {
      stream.receivedData(count, hasMore: more, maximumMessageBytes: 50)
    }
    #expect(receive(30, more: true) == .deliver(completes: false))
    #expect(receive(20, more: false) == .deliver(completes: true))
    #expect(receive(50, more: true) == .deliver(completes: false))
    guard case .fail(.resourceExhausted, _) = receive(1, more: false) else {
      Issue.record("51 bytes of 50 passed")
      return
    }
  }
}
