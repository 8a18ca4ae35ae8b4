/// Chooses a label from a model's scores as magika's Python package does
/// (`_get_output_label_from_dl_label_and_score`, high-confidence mode).
public struct LabelRule: Equatable, Sendable {
  public let labels: [String]
  public let thresholds: [String: Double]
  public let defaultThreshold: Double
  public let replacements: [String: String]
  public let textLabels: Set<String>
  public let textFallback: String
  public let fallback: String
  public let emptyLabel: String

  public init(
    labels: [String],
    thresholds: [String: Double] = [:],
    defaultThreshold: Double,
    replacements: [String: String] = [:],
    textLabels: Set<String> = [],
    textFallback: String,
    fallback: String,
    emptyLabel: String
  ) {
    self.labels = labels
    self.thresholds = thresholds
    self.defaultThreshold = defaultThreshold
    self.replacements = replacements
    self.textLabels = textLabels
    self.textFallback = textFallback
    self.fallback = fallback
    self.emptyLabel = emptyLabel
  }

  public struct Choice: Equatable, Sendable {
    public let label: String
    public let score: Float

    public init(label: String, score: Float) {
      self.label = label
      self.score = score
    }
  }

  /// Of one item's scores, one for each label. The first of equal highest scores counts, and a
  /// score that is no number never does.
  /// - Precondition: there are as many scores as labels, and at least one.
  public func choose(_ scores: UnsafeBufferPointer<Float>) -> Choice {
    precondition(scores.count == labels.count && !labels.isEmpty, "a score for each label")
    var best = 0
    for index in scores.indices.dropFirst()
    where scores[index] > scores[best] || (scores[best].isNaN && !scores[index].isNaN) {
      best = index
    }
    let raw = labels[best]
    let score = scores[best]
    let label = replacements[raw] ?? raw
    if Double(score) >= thresholds[raw] ?? defaultThreshold {
      return Choice(label: label, score: score)
    }
    return Choice(label: textLabels.contains(label) ? textFallback : fallback, score: score)
  }

  /// Of an item that does not go to the model; certain, since it follows from a rule.
  public func choose(_ outcome: ByteWindowForm.Outcome) -> Choice? {
    switch outcome {
    case .window: nil
    case .empty: Choice(label: emptyLabel, score: 1)
    case .few(let isText): Choice(label: isText ? textFallback : fallback, score: 1)
    }
  }
}
