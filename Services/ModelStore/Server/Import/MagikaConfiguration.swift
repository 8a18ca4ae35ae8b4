/// The JSON file beside magika's model (config.min.json): how bytes become features, and which
/// label is believed from which score on.
struct MagikaConfiguration: Decodable {
  let beginningCount: UInt32
  let middleCount: UInt32
  let endCount: UInt32
  let readsAtOffsets: Bool
  let defaultThreshold: Double
  let minimumBytes: UInt32
  let padding: Int32
  let blockBytes: UInt32
  let labels: [String]
  let thresholds: [String: Double]
  let replacements: [String: String]

  enum CodingKeys: String, CodingKey {
    case beginningCount = "beg_size"
    case middleCount = "mid_size"
    case endCount = "end_size"
    case readsAtOffsets = "use_inputs_at_offsets"
    case defaultThreshold = "medium_confidence_threshold"
    case minimumBytes = "min_file_size_for_dl"
    case padding = "padding_token"
    case blockBytes = "block_size"
    case labels = "target_labels_space"
    case thresholds
    case replacements = "overwrite_map"
  }
}

/// The package's list of content types (content_types_kb.min.json): which labels stand for text.
struct MagikaContentTypes: Decodable {
  /// By label.
  let isText: [String: Bool]

  private struct ContentType: Decodable {
    let isText: Bool
    enum CodingKeys: String, CodingKey { case isText = "is_text" }
  }

  init(from decoder: any Decoder) throws {
    isText = try decoder.singleValueContainer().decode([String: ContentType].self)
      .mapValues(\.isText)
  }
}
