import FoundationEssentials
import ModelStoreCore
import ONNX
import Primitives

/// Says what a file is by its bytes. Blocks when they are mapped; touches the first page of most
/// files, and the structure (not the weights) of models.
struct FileClassifier {
  private let bytes: Bytes
  private let fields: WireFields

  init(_ bytes: Bytes) {
    self.bytes = bytes
    fields = WireFields(bytes)
  }

  /// JSON files above this are not looked into.
  static let maximumJSONBytes = 8 << 20

  func kind() -> FileKind {
    let head = bytes.slice(0..<min(bytes.count, 4096)).array
    if let kind = byMagic(head) { return kind }
    let text = head.drop { [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
    if text.first == UInt8(ascii: "<") { return topology(text) }
    if text.first == UInt8(ascii: "{") { return largeJSON(text) ?? json() }
    return byStructure()
  }

  private func byMagic(_ head: [UInt8]) -> FileKind? {
    func begins(_ magic: [UInt8], at index: Int = 0) -> Bool {
      head.dropFirst(index).starts(with: magic)
    }
    if begins(Array("GGUF".utf8)) { return .gguf }
    if begins(Array("TFL3".utf8), at: 4) { return .tflite }
    if begins([0x89] + Array("HDF\r\n".utf8)) { return .hdf5 }
    if begins([0xBA, 0x16, 0x4F, 0x2F]) { return .fastText }
    if begins(Array("PK".utf8) + [3, 4]) { return archive(head) }
    // The pickled number with which torch.save began before it wrote archives.
    if begins([0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9]) { return .torchArchive }
    if begins(Array("tree\nversion=v".utf8)) { return .lightGBM }
    // UBJSON: an object whose first key has a length of 8 bytes.
    if begins([0x7B, 0x4C, 0, 0, 0, 0, 0, 0, 0, 7] + Array("learner".utf8)) { return .xgboost }
    if isSafetensors(head) { return .safetensors }
    // Protocols 2 to 5 begin so, and every pickle ends with a full stop.
    if head.count > 2, head[0] == 0x80, (2...5).contains(head[1]),
      bytes[bytes.count - 1] == UInt8(ascii: ".")
    {
      return .pickle
    }
    return nil
  }

  /// A length of 8 bytes, then so much JSON.
  private func isSafetensors(_ head: [UInt8]) -> Bool {
    guard head.count > 9 else { return false }
    let length = head[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return length >= 2 && length <= 100 << 20 && length <= UInt64(bytes.count - 8)
      && head[8] == UInt8(ascii: "{")
  }

  /// By the name of the first thing in it.
  private func archive(_ head: [UInt8]) -> FileKind {
    guard head.count > 30 else { return .zip }
    let nameBytes = Int(head[26]) | Int(head[27]) << 8
    let name = String(decoding: head.dropFirst(30).prefix(nameBytes), as: UTF8.self)
    if name.hasSuffix(".pkl") { return .torchArchive }
    // Keras 3 writes one archive of these.
    if ["metadata.json", "config.json", "model.weights.h5"].contains(name) { return .hdf5 }
    return .zip
  }

  private func topology(_ text: ArraySlice<UInt8>) -> FileKind {
    let beginning = String(decoding: text, as: UTF8.self)
    return beginning.contains("<net ") && beginning.contains("<layers>")
      ? .openVINOTopology : .other
  }

  /// Models in JSON, which may be larger than what is looked into whole.
  private func largeJSON(_ text: ArraySlice<UInt8>) -> FileKind? {
    let beginning = String(decoding: text.filter { $0 > 0x20 }, as: UTF8.self)
    if beginning.hasPrefix("{\"learner\":{") { return .xgboost }
    if beginning.hasPrefix("{\"base_code\":{"), beginning.contains("\"magic\":\"pir\"") {
      return .paddlePIR
    }
    return nil
  }

  private func json() -> FileKind {
    guard let data = FileClassifier.json(bytes) else { return .other }
    let decoder = JSONDecoder()
    if (try? decoder.decode(MagikaConfiguration.self, from: data)) != nil {
      return .magikaConfiguration
    }
    if let kinds = try? decoder.decode(MagikaContentTypes.self, from: data), !kinds.isText.isEmpty {
      return .contentTypes
    }
    if let hub = try? decoder.decode(HubConfiguration.self, from: data),
      hub.modelType != nil || hub.architectures != nil
    {
      return .huggingFaceConfiguration
    }
    return .other
  }

  /// The whole of a JSON file; nil when it is too large to be looked into.
  static func json(_ bytes: Bytes) -> Data? {
    bytes.count <= maximumJSONBytes ? bytes.withUnsafeBytes { Data($0) } : nil
  }

  /// Hugging Face's config.json.
  private struct HubConfiguration: Decodable {
    let modelType: String?
    let architectures: [String]?

    enum CodingKeys: String, CodingKey {
      case modelType = "model_type"
      case architectures
    }
  }

  // MARK: Protobuf, which has no magic

  private func byStructure() -> FileKind {
    if (try? ONNXModel(reading: bytes)) != nil { return .onnx }
    if isMessage(checkSavedModel) { return .savedModel }
    if isMessage(checkFrozenGraph) { return .frozenGraph }
    if isMessage(checkPaddle) { return .paddleProgram }
    return .other
  }

  private func isMessage(_ check: () throws(NotThisMessage) -> Void) -> Bool {
    do throws(NotThisMessage) {
      try check()
      return true
    } catch {
      return false
    }
  }

  /// SavedModel: saved_model_schema_version = 1, meta_graphs = 2.
  private func checkSavedModel() throws(NotThisMessage) {
    var hasGraph = false
    try fields.forEach(in: fields.whole) { (field) throws(NotThisMessage) in
      switch (field.number, field.content) {
      case (1, .number(1)): break
      case (2, .run(let range)):
        hasGraph = true
        // MetaGraphDef: everything in it is a message, but one flag.
        try fields.forEach(in: range) { (part) throws(NotThisMessage) in
          guard part.number <= 7 else { throw NotThisMessage() }
        }
      default: throw NotThisMessage()
      }
    }
    guard hasGraph else { throw NotThisMessage() }
  }

  /// GraphDef: node = 1 {name = 1, op = 2, …}, library = 2, version = 3, versions = 4.
  private func checkFrozenGraph() throws(NotThisMessage) {
    var operations = 0
    try fields.forEach(in: fields.whole) { (field) throws(NotThisMessage) in
      switch (field.number, field.content) {
      case (1, .run(let range)):
        var name = ""
        var operation = ""
        try fields.forEach(in: range) { (part) throws(NotThisMessage) in
          guard part.number <= 7, let text = part.range else { throw NotThisMessage() }
          if part.number == 1 { name = try fields.text(in: text) }
          if part.number == 2 { operation = try fields.text(in: text) }
        }
        guard !name.isEmpty, let first = operation.utf8.first, first >= 0x41 else {
          throw NotThisMessage()
        }
        operations += 1
      case (2, .run), (3, .number), (4, .run), (5, .run): break
      default: throw NotThisMessage()
      }
    }
    guard operations > 0 else { throw NotThisMessage() }
  }

  /// ProgramDesc: blocks = 1 {idx = 1, parent_idx = 2, vars = 3, ops = 4}, version = 4.
  private func checkPaddle() throws(NotThisMessage) {
    var hasOperations = false
    try fields.forEach(in: fields.whole) { (field) throws(NotThisMessage) in
      switch (field.number, field.content) {
      case (1, .run(let range)):
        try fields.forEach(in: range) { (part) throws(NotThisMessage) in
          switch (part.number, part.content) {
          case (1, .number), (2, .number), (3, .run), (5, .number): break
          case (4, .run): hasOperations = true
          default: throw NotThisMessage()
          }
        }
      case (4, .run), (5, .run): break
      default: throw NotThisMessage()
      }
    }
    guard hasOperations else { throw NotThisMessage() }
  }
}
