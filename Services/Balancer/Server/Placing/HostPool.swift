/// How hosts say in the registry which pool they are of.
enum HostPool {
  static let label = "pool"
  /// The balancer says what they serve.
  static let managed = "managed"
  /// They serve what they brought.
  static let selfHosted = "self-hosted"
}
