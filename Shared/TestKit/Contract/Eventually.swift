import Primitives

/// Looks again and again until `condition` holds, every few milliseconds and for a bounded time.
///
/// - Throws: `ContractFailure` with `what` when it does not hold in time, or what `condition`
///   throws.
public func eventually(
  _ what: String,
  within duration: Duration = .seconds(60),
  _ condition: () async throws -> Bool
) async throws {
  let end = Instant.now + duration
  while try await !condition() {
    guard Instant.now < end else { throw ContractFailure("not within \(duration): \(what)") }
    try await Task.sleep(for: .milliseconds(5))
  }
}
