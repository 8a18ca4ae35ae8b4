import Primitives
import Testing

@testable import RPC

@Suite struct EndTests {
  @Test("A message up to 1 KiB crosses whole; a longer one is cut between characters' scalars")
  func shortening() throws {
    for text in ["a", "ü", "漢", "🐦", "e\u{301}", "👩‍👩‍👧"] {
      for padding in 0..<4 {
        let long = String(repeating: "x", count: padding) + String(repeating: text, count: 2000)
        let message = End(RPCError(.internal, long)).message
        #expect(message.utf8.count <= End.maximumMessageBytes, "\(text)")
        #expect(message.utf8.count > End.maximumMessageBytes - 8, "\(text)")
        #expect(message.hasSuffix("…"), "\(text)")
        // No scalar is split: each one stands in the original, at its place.
        let kept = message.unicodeScalars.dropLast()
        #expect(long.unicodeScalars.starts(with: kept), "\(text)")
      }
    }
    let exact = String(repeating: "x", count: 1024)
    #expect(End(RPCError(.internal, exact)).message == exact)
    let over = End(RPCError(.internal, exact + "x")).message
    #expect(over == String(repeating: "x", count: 1021) + "…")
  }

  @Test("One character longer than all that is allowed is cut too, not dropped whole")
  func giantCharacter() {
    let giant = "a" + String(repeating: "\u{301}", count: 2000)
    #expect(giant.count == 1)
    let message = End(RPCError(.internal, giant)).message
    #expect(message.utf8.count <= End.maximumMessageBytes)
    #expect(message.unicodeScalars.first == "a")
    #expect(message.utf8.count > 1000)
  }

  @Test("A text that is not stored as Swift's own is cut as well")
  func substring() {
    let text = String(("…" + String(repeating: "ß", count: 3000)).dropFirst())
    #expect(End(RPCError(.internal, text)).message.utf8.count <= End.maximumMessageBytes)
  }

  @Test(
    "Details cross while they fit 8 KiB and 32 pieces; what follows the first that does not is cut"
  )
  func details() {
    func kept(_ sizes: [Int]) -> [Int] {
      let details = sizes.map { size in
        RPCError.Detail(typeURL: "t", value: Bytes(Array(repeating: 1, count: size - 1)))
      }
      return End(RPCError(.internal, "", details: details)).details.map { $0.value.count + 1 }
    }
    #expect(kept([4096, 4096]) == [4096, 4096])
    #expect(kept([4096, 4097, 1]) == [4096])
    #expect(kept([9000]) == [])
    #expect(kept(Array(repeating: 1, count: 40)).count == 32)
  }

  @Test("An error crosses with its code, wish, trailers and whether it was begun")
  func roundTrip() throws {
    let error = RPCError(
      .resourceExhausted,
      "voll",
      details: [.init(typeURL: "a/B", value: [1])],
      retryAfter: .seconds(2),
      isNotStarted: true,
      trailers: SampleFrames.metadata
    )
    #expect(End(error).error == error)
    let plain = RPCError(.notFound, "")
    #expect(End(plain).error == plain)
    #expect(End().error == nil)
    #expect(error.description == "RESOURCE_EXHAUSTED: voll")
  }

  @Test("An error never reads as success")
  func okError() {
    #expect(End(RPCError(.ok, "thrown by mistake")).error?.code == .unknown)
  }

  @Test("A server's wish is read up to a day, a negative one not at all")
  func wishes() {
    var end = End(RPCError(.unavailable, "", retryAfter: .seconds(-1)))
    #expect(end.retryAfterMilliseconds == 0)
    #expect(end.error?.retryAfter == nil)
    end.retryAfterMilliseconds = .max
    #expect(end.error?.retryAfter == .seconds(86_400))
  }
}
