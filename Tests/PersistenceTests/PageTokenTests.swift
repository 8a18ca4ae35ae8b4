import Persistence
import RPC
import Testing

@Suite("A page token")
struct PageTokenTests {
  @Test("a key comes back, whatever characters it has", arguments: ["a", "Über-7", "x\u{0}y", "🦜"])
  func roundTrip(_ key: String) throws {
    let token = PageToken.make(key)
    #expect(try PageToken.key(token) == key)
    #expect(token.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test("no token is the first page")
  func first() throws { #expect(try PageToken.key("") == nil) }

  @Test(
    "a text that no list has given out is refused",
    arguments: [
      "a", "p", "p1", "pg0", "p+f", "p-1", "p F", "pff", "p6G", "P61", "p61 ", "q61", "pé",
      "pAA",
    ]
  )
  func strange(_ token: String) {
    let error = #expect(throws: RPCError.self) { try PageToken.key(token) }
    #expect(error?.code == .invalidArgument)
  }

  @Test("a key may have 512 bytes, a token no more")
  func bound() throws {
    let key = String(repeating: "k", count: PageToken.maximumKeyBytes)
    #expect(try PageToken.key(PageToken.make(key)) == key)
    #expect(throws: RPCError.self) { try PageToken.key(PageToken.make(key + "k")) }
  }

  @Test("a page has 100 things unless it is asked for more, and never above 1 000")
  func sizes() {
    #expect([0, 1, 1000, 1001, .max].map(PageToken.pageSize) == [100, 1, 1000, 1000, 1000])
  }
}
