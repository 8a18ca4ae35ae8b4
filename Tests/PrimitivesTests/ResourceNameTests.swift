import Primitives
import Testing

@Suite("Names of resources")
struct ResourceNameTests {
  @Test(
    "letters and digits with hyphens between them are names",
    arguments: [
      "a", "7", "auto-mpg", "A--b", "0-0-0", String(repeating: "a", count: 63),
      Array(repeating: "a", count: 63).joined(separator: "-"),
    ]
  )
  func good(name: String) {
    #expect(ResourceName.problem(name) == nil)
  }

  @Test(
    "everything else is refused in words",
    arguments: [
      ("", "empty"), ("-a", "hyphens between"), ("a-", "must end"), ("a b", "hyphens between"),
      ("a/b", "hyphens between"), ("ä", "hyphens between"), ("a\0", "hyphens between"),
      (String(repeating: "a", count: 64), "63"),
      ("a" + String(repeating: "-", count: 127) + "b", "128"),
    ]
  )
  func bad(name: String, word: String) throws {
    #expect(try #require(ResourceName.problem(name)).contains(word))
  }
}
