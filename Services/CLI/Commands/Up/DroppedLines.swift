import Primitives

/// The line in a log that tells of lines which are not in it.
enum DroppedLines {
  /// As services write theirs.
  static func json(_ lineCount: Int, _ reason: String) -> String {
    let line = Line(
      time: ValueText.timestamp(unixMicroseconds: WallClock.nowUnixMicroseconds),
      level: "warning",
      label: "martlet.up",
      message: "log lines were dropped",
      fields: Line.Fields(count: lineCount, reason: reason)
    )
    return (try? Console.json(line, isPretty: false)) ?? "\(lineCount) log lines were dropped"
  }

  private struct Line: Encodable {
    struct Fields: Encodable {
      let count: Int
      let reason: String
    }
    let time: String
    let level: String
    let label: String
    let message: String
    let fields: Fields
  }
}
