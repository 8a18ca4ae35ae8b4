import Protocols

/// A key as the command line shows it; never its secret.
struct KeySummary: Encodable {
  let id: String
  let name: String
  let actions: [String]
  /// Empty = all.
  let endpoints: [String]
  let createdUnixUs: Int64
  /// 0 = never.
  let expiresUnixUs: Int64
  /// 0 = it is not revoked.
  let revokedUnixUs: Int64
  /// `active`, `expired` or `revoked`.
  let state: String

  init(_ key: APIKey, now: Int64) {
    id = key.id
    name = key.name
    actions = key.actions.map(KeyAction.text)
    endpoints = key.endpoints
    createdUnixUs = key.createdUnixUs
    expiresUnixUs = key.expiresUnixUs
    revokedUnixUs = key.revokedUnixUs
    state =
      key.revokedUnixUs != 0
      ? "revoked" : key.expiresUnixUs != 0 && key.expiresUnixUs <= now ? "expired" : "active"
  }

  var endpointsText: String { endpoints.isEmpty ? "all" : endpoints.joined(separator: ",") }
  var expiryText: String {
    expiresUnixUs == 0 ? "never" : ValueText.time(unixMicroseconds: expiresUnixUs)
  }
}
