/// What a metric measures, as Prometheus knows it.
public enum MetricKind: String, Sendable {
  case counter
  case gauge
  case histogram
}

/// The naming rules of Prometheus ("Metric and label naming"), checked when a metric is registered.
public enum MetricName {
  /// What is wrong with a name; nil when nothing is.
  public static func problem(
    _ name: String,
    kind: MetricKind,
    scale: MetricScale,
    help: String,
    labels: [String]
  ) -> String? {
    if !isIdentifier(name, allowsColon: true) {
      return "not a metric name: letters, digits and _ with no digit first"
    }
    if help.isEmpty { return "has no help text" }
    if kind == .counter && !name.hasSuffix("_total") { return "a counter's name ends in _total" }
    if kind != .counter && name.hasSuffix("_total") {
      return "only a counter's name ends in _total"
    }
    for suffix in ["_bucket", "_count", "_sum", "_info"] where name.hasSuffix(suffix) {
      return "\(suffix) at the end of a name is taken"
    }
    let parts = name.split(separator: "_")
    for unit in [
      "milliseconds", "microseconds", "nanoseconds", "ms", "us", "ns", "kb", "mb", "percent",
    ]
    where parts.contains(where: { $0 == unit }) {
      return "\(unit) is no base unit; use seconds, bytes or ratio"
    }
    let bare = kind == .counter ? String(name.dropLast(6)) : name
    switch scale {
    case .one: break
    case .nanoseconds where !bare.hasSuffix("_seconds"):
      return "measures time, so _seconds is missing"
    case .thousandths where !bare.hasSuffix("_ratio"): return "is a fraction, so _ratio is missing"
    case .nanoseconds, .thousandths: break
    }
    for label in labels {
      if !isIdentifier(label, allowsColon: false) || label.hasPrefix("__") {
        return "\"\(label)\" is not a label name"
      }
      if kind == .histogram && label == "le" { return "the label le is taken by the buckets" }
    }
    return nil
  }

  private static func isIdentifier(_ text: String, allowsColon: Bool) -> Bool {
    guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
    return text.utf8.count <= 128
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          true
        case UInt8(ascii: ":"): allowsColon
        default: false
        }
      }
  }
}
