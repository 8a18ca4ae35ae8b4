import Testing

@testable import Settings

@Suite("Amounts with units, and nearest names")
struct QuantityTests {
  @Test(
    "durations are read exactly",
    arguments: [
      ("30s", 30_000_000_000), ("250ms", 250_000_000), ("1h30m", 5_400_000_000_000),
      ("1.5s", 1_500_000_000), ("0", 0), ("0.000000001s", 1), ("7us", 7000),
      ("1d", 86_400_000_000_000),
      ("1.50m", 90_000_000_000),
    ] as [(String, Int64)]
  )
  func durations(text: String, nanoseconds: Int64) {
    #expect(Quantity.duration(text) == .nanoseconds(nanoseconds))
  }

  @Test(
    "what is no duration is refused",
    arguments: [
      "", "s", "1", "1x", "-1s", "1s1h", "1s1s", "1.s", ".5s", "1..5s", "1.5ns", "9999999999d",
      "9223372036854775807s", "1 s", "１s", "1S", "1.0000000000000001s", "0x1s", "1e3s",
    ]
  )
  func badDurations(text: String) { #expect(Quantity.duration(text) == nil) }

  @Test("sizes are read and written exactly")
  func sizes() {
    for (text, bytes) in [("64MiB", 64 << 20), ("1TiB", 1 << 40), ("5B", 5), ("1025B", 1025)] {
      #expect(Quantity.bytes(text) == bytes)
      #expect(Quantity.formatBytes(bytes) == text)
    }
    for text in ["", "B", "-1B", "1.5KiB", "1kib", "1MB", "8388608TiB", "+1B"] {
      #expect(Quantity.bytes(text) == nil, "\(text)")
    }
  }

  @Test("the edit distance counts inserts, deletes, replacements and swapped neighbours")
  func distance() {
    func distance(_ left: String, _ right: String) -> Int {
      NearestName.editDistance(Array(left.utf8), Array(right.utf8))
    }
    #expect(distance("", "abc") == 3 && distance("abc", "") == 3)
    #expect(distance("abc", "abc") == 0)
    #expect(distance("abc", "acb") == 1)
    #expect(distance("kitten", "sitting") == 3)
    #expect(distance("adress", "address") == 1)
  }

  @Test("the nearest name is the closest within a third of the length, else none")
  func nearest() {
    #expect(NearestName.to("pot", among: ["port", "path"]) == "port")
    #expect(NearestName.to("PORT", among: ["port"]) == "port")
    #expect(NearestName.to("xyz", among: ["port", "path"]) == nil)
    #expect(NearestName.to(String(repeating: "a", count: 10_000), among: ["a"]) == nil)
  }

  @Test("a declaration with malformed, repeated or nested keys is found out")
  func declarationFaults() {
    let service = "balancer"
    #expect(SettingsDeclaration.faults(service: service, keys: ["a.b", "a-c", "d"]).isEmpty)
    for keys in [
      ["A"], ["a."], [".a"], ["a_b"], ["1a"], ["a-"], [""], ["a.b", "a-b"], ["a", "a"],
      ["a", "a.b"], ["help"], ["print.config"],
    ] {
      #expect(!SettingsDeclaration.faults(service: service, keys: keys).isEmpty, "\(keys)")
    }
    #expect(!SettingsDeclaration.faults(service: "Bad Name", keys: []).isEmpty)
  }
}
