import Testing

@testable import Commands

@Suite("Lists that come by page")
struct AllPagesTests {
  @Test("all pages are read in order")
  func inOrder() async throws {
    let pages = ["": ([1, 2], "b"), "b": ([3], "c"), "c": ([4], "")]
    let all = try await AllPages.read { token in
      let page = try #require(pages[token])
      return (page.0, page.1)
    }
    #expect(all == [1, 2, 3, 4])
  }

  @Test("a peer that gives the same token or empty pages for ever ends the list")
  func bounded() async throws {
    let same = try await AllPages.read { _ in ([1], "again") }
    #expect(same == [1, 1])
    var count = 0
    let empty: [Int] = try await AllPages.read { _ in
      count += 1
      return ([], "token-\(count)")
    }
    #expect(empty.isEmpty && count == 1)
  }

  @Test("a list without end is cut")
  func cut() async throws {
    var count = 0
    let all = try await AllPages.read { _ in
      count += 1
      return ([Int](repeating: 0, count: 500), "token-\(count)")
    }
    #expect(all.count == AllPages.maximumCount)
  }
}
