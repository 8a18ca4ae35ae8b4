import Primitives
import Telemetry
import Testing

@Suite("Trace context")
struct TraceTests {
  static let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

  @Test("a traceparent is read and written the same")
  func roundTrip() throws {
    let scope = try #require(TraceScope(traceparent: Self.good))
    #expect(scope.traceparent == Self.good)
    #expect(scope.isSampled)
    var random = SeededGenerator(seed: 7)
    for _ in 0..<100 {
      let root = TraceScope.root(using: &random)
      #expect(TraceScope(traceparent: root.traceparent) == root, "seed 7")
      let child = root.child(using: &random)
      #expect(child.traceID == root.traceID && child.spanID != root.spanID, "seed 7")
    }
  }

  @Test("a later version is read by its first four fields")
  func laterVersion() {
    #expect(TraceScope(traceparent: "cc" + Self.good.dropFirst(2) + "-more") != nil)
    #expect(TraceScope(traceparent: "cc" + Self.good.dropFirst(2)) != nil)
    #expect(TraceScope(traceparent: "cc" + Self.good.dropFirst(2) + "x") == nil)
  }

  @Test("malformed ones are refused, at every length")
  func malformed() {
    for length in 0..<Self.good.utf8.count {
      #expect(TraceScope(traceparent: String(Self.good.prefix(length))) == nil)
    }
    for text in [
      Self.good + "-x", "ff" + Self.good.dropFirst(2), Self.good.uppercased(),
      Self.good.replacing("-", with: "_"),
      "00-00000000000000000000000000000000-b7ad6b7169203331-01",
      "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
      "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
      "00-é" + Self.good.dropFirst(5),
    ] { #expect(TraceScope(traceparent: text) == nil, "\(text)") }
  }
}
