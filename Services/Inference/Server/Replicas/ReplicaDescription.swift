import Discovery
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
  /// What it is announced by and called by.
  let servingKey: ServingKey
  let manifest: Manifest
  let source: Source

  /// - Throws: what is wrong with an assignment, in words.
  init(_ assignment: ReplicaAssignment) throws(ReplicaProblem) {
    for (field, name) in [
      ("endpoint", assignment.endpoint), ("model", assignment.model),
      ("variant", assignment.variant), ("endpoint's id", assignment.endpointID),
    ] {
      if let problem = ResourceName.problem(name) {
        throw ReplicaProblem(
          description: "the assignment's \(field) \"\(name.prefix(80))\" \(problem)"
        )
      }
    }
    guard let manifest = assignment.manifest else {
      throw ReplicaProblem(description: "the assignment has no manifest")
    }
    if let problem = ManifestCheck.problem(manifest) { throw ReplicaProblem(description: problem) }
    identity = ReplicaIdentity(
      account: assignment.account.isEmpty ? ReplicaDescription.defaultAccount : assignment.account,
      endpoint: assignment.endpoint,
      endpointID: assignment.endpointID,
      variant: assignment.variant,
      model: assignment.model,
      version: assignment.modelVersion,
      manifestDigest: ManifestCheck.digest(manifest)
    )
    servingKey = ServingKey(replicaOf: assignment.endpointID, variant: assignment.variant)
    self.manifest = manifest
    source = .store
  }

  /// A model that this host has brought itself, for the endpoint that its folder is named after.
  /// - Throws: what is wrong with what the folder says of itself, in words.
  init(
    copyIn folder: String,
    endpoint: String,
    attribute: ReplicaAttribute,
    manifest: Manifest
  ) throws(ReplicaProblem) {
    let account = attribute.account.isEmpty ? ReplicaDescription.defaultAccount : attribute.account
    let variant = attribute.variant.isEmpty ? ReplicaDescription.defaultVariant : attribute.variant
    let model = attribute.model.isEmpty ? endpoint : attribute.model
    for (field, name) in [("model", model), ("variant", variant)] {
      if let problem = ResourceName.problem(name) {
        throw ReplicaProblem(description: "the \(field) \"\(name.prefix(80))\" \(problem)")
      }
    }
    identity = ReplicaIdentity(
      account: account,
      endpoint: endpoint,
      endpointID: "",
      variant: variant,
      model: model,
      version: attribute.modelVersion,
      manifestDigest: ManifestCheck.digest(manifest)
    )
    servingKey = ServingKey(
      copyFor: account,
      endpoint: endpoint,
      variant: variant,
      model: model,
      version: attribute.modelVersion
    )
    self.manifest = manifest
    source = .folder(folder)
  }

  /// Whether a call for the target, by that account, is for this replica.
  func answers(_ target: CallTarget, account: String) -> Bool {
    guard account == identity.account else { return false }
    switch target {
    case .named(let endpoint, let variant):
      return endpoint == identity.endpoint && (variant ?? identity.variant) == identity.variant
    case .exactly(let key): return key == servingKey.text
    }
  }

  /// What the registry is told beside the key.
  var attribute: ReplicaAttribute {
    ReplicaAttribute(
      variant: identity.variant,
      model: identity.model,
      modelVersion: identity.version,
      account: identity.account,
      endpoint: identity.endpoint
    )
  }

  /// Whom things belong to when nobody is said.
  static let defaultAccount = "default"
  /// What a variant is called when nobody says.
  static let defaultVariant = "main"
}

/// Why a replica cannot be, in words.
struct ReplicaProblem: Error, Equatable, CustomStringConvertible {
  let description: String
}
