/// Reads a list to its end, page by page.
enum AllPages {
  /// Things on a page.
  static let size: UInt32 = 200
  /// What one list shows at most; more is cut off there.
  static let maximumCount = 20_000

  /// - Parameter page: the things behind a token, and the token of the next page; empty = the last.
  static func read<Element>(
    _ page: (String) async throws -> (elements: [Element], next: String)
  ) async throws -> [Element] {
    var all: [Element] = []
    var token = ""
    repeat {
      let (elements, next) = try await page(token)
      all += elements
      // A peer that answers with the same token for ever, or with nothing, ends the list too.
      guard next != token, !elements.isEmpty else { break }
      token = next
    } while !token.isEmpty && all.count < maximumCount
    return all
  }
}
