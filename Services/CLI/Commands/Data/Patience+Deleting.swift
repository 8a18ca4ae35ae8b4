import RPC

extension Patience {
  /// Deletes something. Where a try before lost its answer, nothing there any more is what was
  /// asked for: nil.
  func deleting<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value? {
    var isRepeated = false
    do {
      return try await repeating(waiting: { _ in isRepeated = true }, body)
    } catch let error as RPCError where error.code == .notFound && isRepeated {
      return nil
    }
  }

  /// For a change that names the revision which it was made for: ABORTED says that somebody else
  /// was quicker, which a person has to know.
  static func isAway(_ error: RPCError) -> Bool { error.code == .unavailable }
}
