import InferenceCore
import Primitives
import Protocols

/// A replica as somebody wants it: what, and where its files come from.
struct ReplicaDescription: Sendable, Equatable {
  /// Where the files are.
  enum Source: Sendable, Equatable {
    /// Fetched from the model store, and kept in the cache.
    case store
    /// In this folder, which belongs to the operator and is only read.
    case folder(String)
  }

  let identity: ReplicaIdentity
  let manifest: Manifest
  let source: Source

  /// - Throws: what is wrong with an assignment, in words.
  init(_ assignment: ReplicaAssignment) throws(ReplicaProblem) {
    for (field, name) in [("endpoint", assignment.endpoint), ("model", assignment.model)] {
      if let problem = ResourceName.problem(name) {
        throw ReplicaProblem(description: "the \(field)'s name \"\(name.prefix(80))\" \(problem)")
      }
    }
    if !assignment.variant.isEmpty, let problem = ResourceName.problem(assignment.variant) {
      throw ReplicaProblem(
        description: "the variant's name \"\(assignment.variant.prefix(80))\" \(problem)"
      )
    }
    guard let manifest = assignment.manifest else {
      throw ReplicaProblem(description: "the assignment has no manifest")
    }
    if let problem = ManifestCheck.problem(manifest) { throw ReplicaProblem(description: problem) }
    self.init(
      account: assignment.account.isEmpty ? ReplicaDescription.defaultAccount : assignment.account,
      endpoint: assignment.endpoint,
      attribute: ReplicaAttribute(
        variant: assignment.variant,
        model: assignment.model,
        modelVersion: assignment.modelVersion
      ),
      manifest: manifest,
      source: .store
    )
  }

  init(
    account: String,
    endpoint: String,
    attribute: ReplicaAttribute,
    manifest: Manifest,
    source: Source
  ) {
    identity = ReplicaIdentity(
      account: account,
      endpoint: endpoint,
      variant: attribute.variant,
      model: attribute.model,
      version: attribute.modelVersion,
      manifestDigest: ManifestCheck.digest(manifest)
    )
    self.manifest = manifest
    self.source = source
  }

  /// Whom things belong to when nobody is said.
  static let defaultAccount = "default"
}

/// Why a replica cannot be, in words.
struct ReplicaProblem: Error, Equatable, CustomStringConvertible {
  let description: String
}
