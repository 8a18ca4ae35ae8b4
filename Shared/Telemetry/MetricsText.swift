import Synchronization

extension MetricsRegistry {
  /// The media type of what `render` writes.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// All metrics as Prometheus reads them (text format 0.0.4), sorted by name and labels.
  public func render() -> String {
    // Callbacks run outside of the lock: one may register a metric.
    let families = families.withLock { $0.values.sorted { $0.name < $1.name } }
    var text = ""
    for family in families {
      text += "# HELP \(family.name) \(MetricsText.escapeHelp(family.help))\n"
      text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
      let series = family.series.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      for (values, instrument) in series {
        MetricsText.write(instrument, family, values, to: &text)
      }
    }
    return text
  }
}

/// The pieces of the text format.
enum MetricsText {
  static func write(
    _ instrument: MetricsRegistry.Instrument,
    _ family: MetricsRegistry.Family,
    _ values: [String],
    to text: inout String
  ) {
    let divisor = family.scale.divisor
    let labels = labels(family.labelNames, values)
    switch instrument {
    case .counter(let counter):
      sample(family.name, labels, Double(counter.value) / divisor, to: &text)
    case .gauge(let gauge):
      sample(family.name, labels, Double(gauge.value) / divisor, to: &text)
    case .callback(let read): sample(family.name, labels, read(), to: &text)
    case .histogram(let histogram):
      let (counts, sum) = histogram.snapshot
      var total: UInt64 = 0
      for (index, count) in counts.enumerated() {
        total &+= count
        let bound =
          index < histogram.bounds.values.count
          ? number(Double(histogram.bounds.values[index]) / divisor) : "+Inf"
        let inner = labels.isEmpty ? "" : labels + ","
        text += "\(family.name)_bucket{\(inner)le=\"\(bound)\"} \(total)\n"
      }
      sample(family.name + "_sum", labels, Double(sum) / divisor, to: &text)
      sample(family.name + "_count", labels, Double(total), to: &text)
    }
  }

  private static func sample(
    _ name: String,
    _ labels: String,
    _ value: Double,
    to text: inout String
  ) {
    text += labels.isEmpty ? "\(name) \(number(value))\n" : "\(name){\(labels)} \(number(value))\n"
  }

  private static func labels(_ names: [String], _ values: [String]) -> String {
    zip(names, values).map { "\($0)=\"\(escapeLabel($1))\"" }.joined(separator: ",")
  }

  /// Whole numbers without a point, as far as a Double is exact.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    if value == value.rounded(), abs(value) < 9_007_199_254_740_992 { return "\(Int64(value))" }
    return "\(value)"
  }

  static func escapeHelp(_ text: String) -> String {
    escape(text) { $0 == "\\" || $0 == "\n" }
  }

  static func escapeLabel(_ text: String) -> String {
    escape(text) { $0 == "\\" || $0 == "\n" || $0 == "\"" }
  }

  private static func escape(_ text: String, _ mustEscape: (Unicode.Scalar) -> Bool) -> String {
    guard text.unicodeScalars.contains(where: mustEscape) else { return text }
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if mustEscape(scalar) { escaped.append("\\") }
      escaped.append(scalar == "\n" ? "n" : scalar)
    }
    return String(escaped)
  }
}
