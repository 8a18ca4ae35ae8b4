import FoundationEssentials
import ModelStoreCore
import Primitives
import Protocols

/// Turns magika's two JSON files into the byte window and the choice of labels that give the same
/// answers as the package's own code (Magika.identify_bytes of version 1, "high confidence").
enum MagikaImport {
  /// The package names these in its code, not in its files.
  static let textFallback = "txt"
  static let fallback = "unknown"
  static let emptyLabel = "empty"

  static func steps(
    _ configuration: MagikaConfiguration,
    _ types: MagikaContentTypes,
    input: TensorSpec,
    output: TensorSpec
  ) throws(StoreProblem) -> (Preprocessing, Postprocessing) {
    guard configuration.middleCount == 0, !configuration.readsAtOffsets else {
      throw .invalid(
        "files: this magika model looks into the middle of files (mid_size, "
          + "use_inputs_at_offsets), which no byte window here does; take standard_v3_3"
      )
    }
    guard configuration.minimumBytes >= 1,
      configuration.minimumBytes <= configuration.beginningCount
    else {
      throw .invalid("files: magika's min_file_size_for_dl must be 1 to beg_size")
    }
    try check(
      input,
      is: .int32,
      count: Int64(configuration.beginningCount) + Int64(configuration.endCount)
    )
    try check(output, is: .fp32, count: Int64(configuration.labels.count))
    let window = ByteWindow(
      tensor: input.name,
      beginningCount: configuration.beginningCount,
      endCount: configuration.endCount,
      blockBytes: configuration.blockBytes,
      padding: configuration.padding,
      minimumBytes: configuration.minimumBytes
    )
    let labels = LabelChoice(
      tensor: output.name,
      labels: configuration.labels,
      thresholds: configuration.thresholds,
      defaultThreshold: configuration.defaultThreshold,
      replacements: configuration.replacements,
      textLabels: try textLabels(configuration, types),
      textFallback: textFallback,
      fallback: fallback,
      emptyLabel: emptyLabel
    )
    return (
      Preprocessing(kind: .byteWindow(window)), Postprocessing(labelChoice: labels)
    )
  }

  /// Of the labels that are given out, those that stand for text, sorted.
  private static func textLabels(
    _ configuration: MagikaConfiguration,
    _ types: MagikaContentTypes
  ) throws(StoreProblem) -> [String] {
    var texts: Set<String> = []
    for label in configuration.labels {
      let given = configuration.replacements[label] ?? label
      guard let isText = types.isText[given] else {
        throw .invalid(
          "files: magika's label \"\(given.prefix(80))\" stands in no list of content types; "
            + "import the content_types_kb.min.json of the same package"
        )
      }
      if isText { texts.insert(given) }
    }
    return texts.sorted()
  }

  private static func check(
    _ tensor: TensorSpec,
    is dataType: DataType,
    count: Int64
  ) throws(StoreProblem) {
    let width = tensor.shape.last ?? 0
    guard tensor.dataType == dataType, tensor.shape.count == 2, width == count || width == -1 else {
      throw .invalid(
        "files: magika's configuration wants a tensor of \(count) elements an item, but the "
          + "model's \(tensor.name) has the shape \(tensor.shape); import what belongs together"
      )
    }
  }
}
