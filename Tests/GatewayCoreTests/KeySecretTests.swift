import Primitives
import Testing

@testable import GatewayCore

@Suite("The secrets of keys")
struct KeySecretTests {
  static let id = "01890a5d-ac96-774b-bcce-b302099a8057"

  @Test("a secret holds its key's id and 43 digits for its 32 bytes")
  func form() throws {
    let secret = KeySecret.text(id: Self.id, random: [UInt8](repeating: 255, count: 32))
    #expect(secret.hasPrefix("mk_01890a5dac96774bbcceb302099a8057_"))
    #expect(secret.utf8.count == 79)
    #expect(KeySecret.id(in: secret) == Self.id)
  }

  @Test("base 62 is the number's own digits")
  func digits() {
    let zeros = [UInt8](repeating: 0, count: 31)
    #expect(KeySecret.base62(zeros + [0]) == String(repeating: "0", count: 43))
    #expect(KeySecret.base62(zeros + [61]).hasSuffix("0z"))
    #expect(KeySecret.base62(zeros + [62]).hasSuffix("010"))
    // 2^256 - 1, computed with Python.
    #expect(
      KeySecret.base62([UInt8](repeating: 255, count: 32))
        == "yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1"
    )
  }

  @Test("different bytes have different digits, at every place")
  func different() {
    var seen: Set<String> = []
    for index in 0..<32 {
      for bit in 0..<8 {
        var bytes = [UInt8](repeating: 0, count: 32)
        bytes[index] = 1 << bit
        #expect(seen.insert(KeySecret.base62(bytes)).inserted)
      }
    }
  }

  @Test("a text that no key can have holds no id")
  func wrong() {
    let secret = KeySecret.text(id: Self.id, random: [UInt8](repeating: 7, count: 32))
    for end in 0..<secret.utf8.count {
      #expect(KeySecret.id(in: String(secret.prefix(end))) == nil)
    }
    #expect(KeySecret.id(in: secret + "a") == nil)
    #expect(KeySecret.id(in: secret.replacing("mk_", with: "sk_")) == nil)
    #expect(KeySecret.id(in: secret.uppercased()) == nil)
    #expect(KeySecret.id(in: String(secret.dropLast()) + "é") == nil)
    #expect(KeySecret.id(in: String(secret.dropLast()) + "/") == nil)
  }

  @Test("the words of Authorization are Bearer and one secret")
  func bearer() {
    #expect(BearerToken.read("Bearer mk_1") == "mk_1")
    #expect(BearerToken.read("bearer mk_1") == "mk_1")
    for wrong in ["", "Bearer", "Bearer ", "Basic a", "mk_1", "Bearer a b"] {
      #expect(BearerToken.read(wrong) == nil, "\(wrong)")
    }
    #expect(BearerToken.read("Bearer " + String(repeating: "x", count: 257)) == nil)
  }
}
