import GatewayCore
import PredictionFormats
import Protocols
import Tabular
import TabularCoding

/// What an endpoint takes, from its model's manifest, ready to check requests against.
public struct EndpointSchema: Sendable, Equatable {
  public let form: InputForm
  /// The names of its outputs; nil where the manifest leaves them to postprocessing.
  public let outputs: Set<String>?

  /// Why a manifest cannot be used here, in words.
  public struct Problem: Error, Sendable, Equatable {
    public let words: String
  }

  public init(_ manifest: Manifest) throws(Problem) {
    switch manifest.preprocessing?.kind {
    case .table(let preprocessing)?:
      do {
        form = .table(try FittedTable(preprocessing))
      } catch {
        throw Problem(words: "the model's preprocessing is not usable: \(error)")
      }
    case .byteWindow?: form = .bytes
    case nil:
      var tensors: [TensorForm] = []
      for spec in manifest.signature?.inputs ?? [] {
        guard let tensor = TensorForm(spec) else {
          throw Problem(words: "the model's input \(spec.name) has a type that is not known here")
        }
        tensors.append(tensor)
      }
      guard !tensors.isEmpty else { throw Problem(words: "the model's signature has no inputs") }
      form = .tensors(tensors)
    }
    if manifest.postprocessing?.labelChoice == nil, let signature = manifest.signature {
      outputs = Set(signature.outputs.map(\.name))
    } else {
      outputs = nil
    }
  }

  /// The media types of requests, best first.
  public var mediaTypes: [MediaType] {
    switch form {
    case .table: [.json, .csv]
    case .bytes: [.bytes]
    case .tensors: form.matrix == nil ? [.json] : [.json, .csv]
    case .unknown: []
    }
  }
}
