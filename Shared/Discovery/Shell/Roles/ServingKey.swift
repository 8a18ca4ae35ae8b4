import Digests
import Primitives

/// What exactly a host serves, in one name: the registry attribute by which the host says so, and
/// the target of calls that nobody else may answer.
///
/// Names of endpoints mean different things to different accounts and at different times; this name
/// does not. Whoever knows what `endpoints/NAME` stands for (the balancer) calls by it.
public struct ServingKey: Sendable, Hashable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// Placed by the balancer for one endpoint.
    case replica
    /// Brought by its host.
    case copy
  }

  /// At most 174 bytes: fits an attribute's name and a call's target.
  public let text: String
  public let kind: Kind

  private static let replicaPrefix = "replicas/"
  private static let copyPrefix = "copies/"
  /// Half a SHA-256: what two different things never share.
  private static let fingerprintDigits = 32

  /// `replicas/ENDPOINT_ID/VARIANT`: an endpoint that was deleted and made anew has another id, so
  /// that no old replica can be taken for a new one's.
  public init(replicaOf endpointID: String, variant: String) {
    text = "\(ServingKey.replicaPrefix)\(endpointID)/\(variant)"
    kind = .replica
  }

  /// `copies/NAME/FINGERPRINT`: the fingerprint is of all the rest, as five names in a row would
  /// not fit.
  public init(
    copyFor account: String,
    endpoint: String,
    variant: String,
    model: String,
    version: UInt32
  ) {
    let parts = [account, endpoint, variant, model, "\(version)"]
    let digest = SHA256Hasher.digest(parts.joined(separator: "\0"))
    let fingerprint = digest.hex.prefix(ServingKey.fingerprintDigits)
    text = "\(ServingKey.copyPrefix)\(endpoint)/\(fingerprint)"
    kind = .copy
  }

  /// Nil when the text is of neither form: another attribute, another target.
  public init?(_ text: String) {
    if text.hasPrefix(ServingKey.replicaPrefix) {
      kind = .replica
    } else if text.hasPrefix(ServingKey.copyPrefix) {
      kind = .copy
    } else {
      return nil
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    guard parts.count == 2, parts.allSatisfy({ ResourceName.problem(String($0)) == nil }) else {
      return nil
    }
    self.text = text
  }

  /// Which variant of its endpoint; nil of a copy, whose key does not show it.
  public var variant: Substring? {
    switch kind {
    case .replica: text.split(separator: "/").last
    case .copy: nil
    }
  }

  public var description: String { text }
}
