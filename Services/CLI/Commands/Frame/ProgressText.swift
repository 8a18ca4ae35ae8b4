/// How far something is, as one line of text.
struct ProgressText: Sendable, Equatable {
  enum Unit: Sendable, Equatable {
    case bytes
    /// What is counted, in the plural: `rows`.
    case count(String)
  }

  var label: String
  var done: Int64
  /// Nil where nobody knows it yet.
  var total: Int64?
  var unit: Unit = .bytes
  var elapsed: Duration
  /// A remark behind it: `loss 0.31`.
  var note = ""

  /// 0 to 1; nil without a total.
  var fraction: Double? {
    guard let total, total > 0 else { return nil }
    return min(1, max(0, Double(done) / Double(total)))
  }

  /// A second; nil before there is anything to divide.
  var rate: Double? {
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    return seconds >= 0.1 && done > 0 ? Double(done) / seconds : nil
  }

  var timeLeft: Duration? {
    guard let rate, let total, total > done else { return nil }
    let seconds = Double(total - done) / rate
    return seconds < 1e8 ? .milliseconds(Int64(seconds * 1000)) : nil
  }

  /// At most `columns` characters: label, bar, share, amount, rate, time left, note.
  func line(columns: Int) -> String {
    var parts: [String] = []
    if let fraction {
      parts.append(Self.bar(fraction, width: columns >= 80 ? 24 : 10))
      let percent = "\(Int(fraction * 100))"
      parts.append(String(repeating: " ", count: max(0, 3 - percent.count)) + "\(percent) %")
    }
    parts.append(amount)
    if let rate { parts.append("\(text(Int64(rate)))/s") }
    if let timeLeft { parts.append("\(ValueText.duration(timeLeft)) left") }
    if !note.isEmpty { parts.append(note) }
    return String("\(label)  \(parts.joined(separator: "  "))".prefix(max(1, columns - 1)))
  }

  private var amount: String {
    total.map { "\(text(done)) of \(text($0))" } ?? text(done)
  }

  private func text(_ amount: Int64) -> String {
    switch unit {
    case .bytes: ValueText.bytes(amount)
    case .count(let name): "\(amount) \(name)"
    }
  }

  /// Eight steps a character.
  static func bar(_ fraction: Double, width: Int) -> String {
    let eighths = Int((min(1, max(0, fraction)) * Double(width * 8)).rounded(.down))
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let text = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    return "▕" + text + String(repeating: " ", count: width - text.count) + "▏"
  }
}
