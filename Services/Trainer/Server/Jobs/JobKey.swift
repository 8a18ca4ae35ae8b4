/// A job's name in its account.
struct JobKey: Sendable, Hashable {
  let account: String
  let name: String
}
