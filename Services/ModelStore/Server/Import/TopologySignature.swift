import Primitives
import Protocols

/// What an OpenVINO IR's topology says of its inputs (layers of type Parameter) and outputs (what
/// layers of type Result take).
struct TopologySignature {
  private struct Port: Hashable {
    let layer: String
    let port: String
  }

  private struct Layer {
    var id = ""
    var type = ""
    var isInOutput = false
  }

  /// Output ports of all layers that are kept in mind at most.
  private static let portLimit = 1_000_000
  private var layer = Layer()
  private var port: Port?
  private var specs: [Port: TensorSpec] = [:]
  private var inputs: [Port] = []
  private var results: [String] = []
  private var sources: [String: Port] = [:]

  /// Nil when a tensor has no name, or a type or rank that cannot be said: the engine will find it
  /// out.
  static func read(_ bytes: Bytes) -> Signature? {
    var reading = TopologySignature()
    bytes.withUnsafeBytes { raw in
      var scanner = TagScanner(raw)
      while let tag = scanner.next(), reading.specs.count < TopologySignature.portLimit {
        reading.take(tag)
      }
    }
    return reading.signature()
  }

  private mutating func take(_ tag: TagScanner.Tag) {
    switch tag.name {
    case "layer":
      layer = Layer(id: tag.attributes["id"] ?? "", type: tag.attributes["type"] ?? "")
      if layer.type == "Result" { results.append(layer.id) }
    case "output": layer.isInOutput = true
    case "/output": layer.isInOutput = false
    case "port" where layer.isInOutput:
      let port = Port(layer: layer.id, port: tag.attributes["id"] ?? "")
      specs[port] = TensorSpec(
        name: TopologySignature.name(tag.attributes["names"] ?? ""),
        dataType: TopologySignature.dataType(tag.attributes["precision"] ?? "")
      )
      if layer.type == "Parameter" { inputs.append(port) }
      self.port = tag.isEmpty ? nil : port
    case "/port": port = nil
    case "dim":
      if let port, (specs[port]?.shape.count ?? 0) < 64 {
        specs[port]?.shape.append(max(-1, Int64(tag.text) ?? -1))
      }
    case "edge":
      sources[tag.attributes["to-layer"] ?? ""] = Port(
        layer: tag.attributes["from-layer"] ?? "",
        port: tag.attributes["from-port"] ?? ""
      )
    default: break
    }
  }

  /// Several names, with commas between them, may stand for one tensor; each will do. A comma in a
  /// name is escaped: such a tensor counts as one without a name.
  private static func name(_ names: String) -> String {
    if names.utf8.contains(UInt8(ascii: "\\")) { return "" }
    return names.split(separator: ",").first.map(String.init) ?? ""
  }

  private func signature() -> Signature? {
    let outputs = results.compactMap { sources[$0] }
    let inputSpecs = inputs.compactMap { specs[$0] }
    let outputSpecs = outputs.compactMap { specs[$0] }
    let names = (inputSpecs + outputSpecs).map(\.name)
    guard !outputs.isEmpty, outputSpecs.count == results.count,
      // Without dimensions: a single value, or a rank that is not known.
      (inputSpecs + outputSpecs).allSatisfy({ $0.dataType != .unspecified && !$0.shape.isEmpty }),
      !names.contains(""), Set(inputSpecs.map(\.name)).count == inputSpecs.count,
      Set(outputSpecs.map(\.name)).count == outputSpecs.count
    else { return nil }
    return Signature(inputs: inputSpecs, outputs: outputSpecs)
  }

  /// As `precision` spells them.
  private static func dataType(_ text: String) -> DataType {
    switch text {
    case "FP32": .fp32
    case "FP16": .fp16
    case "BF16": .bf16
    case "FP64": .fp64
    case "I8": .int8
    case "I16": .int16
    case "I32": .int32
    case "I64": .int64
    case "U8": .uint8
    case "U16": .uint16
    case "U32": .uint32
    case "U64": .uint64
    case "BOOL": .bool
    case "STRING": .bytes
    default: .unspecified
    }
  }
}
