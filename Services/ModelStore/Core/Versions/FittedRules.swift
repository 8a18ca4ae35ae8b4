/// What a fitted preprocessing or postprocessing must be, so that serving never meets a division by
/// zero, a window without an end or a label that is not there.
public enum FittedRules {
  /// The numbers of a byte window.
  public struct Window: Sendable {
    public let beginningCount: UInt32
    public let endCount: UInt32
    public let blockBytes: UInt32
    public let minimumBytes: UInt32

    public init(
      beginningCount: UInt32,
      endCount: UInt32,
      blockBytes: UInt32,
      minimumBytes: UInt32
    ) {
      self.beginningCount = beginningCount
      self.endCount = endCount
      self.blockBytes = blockBytes
      self.minimumBytes = minimumBytes
    }
  }

  public static func check(_ window: Window) throws(StoreProblem) {
    let place = "manifest.preprocessing.byte_window"
    let count = UInt64(window.beginningCount) + UInt64(window.endCount)
    guard count >= 1, count <= UInt64(StoreLimits.windowElementCount) else {
      throw .invalid(
        "\(place): beginning_count and end_count are together 1 to "
          + "\(StoreLimits.windowElementCount)"
      )
    }
    guard window.blockBytes >= max(window.beginningCount, window.endCount),
      window.blockBytes <= UInt32(StoreLimits.windowBlockBytes)
    else {
      throw .invalid(
        "\(place).block_bytes: at least what either end takes, at most "
          + "\(StoreLimits.windowBlockBytes)"
      )
    }
    guard window.minimumBytes <= window.beginningCount else {
      throw .invalid("\(place).minimum_bytes: at most beginning_count")
    }
  }

  public static func checkLabels(
    count: Int,
    thresholds: some Sequence<Double>
  ) throws(StoreProblem) {
    let place = "manifest.postprocessing.label_choice"
    guard count >= 1, count <= StoreLimits.labelCount else {
      throw .invalid("\(place).labels: 1 to \(StoreLimits.labelCount)")
    }
    guard thresholds.allSatisfy(\.isFinite) else {
      throw .invalid("\(place).thresholds: must be finite numbers")
    }
  }

  public static func checkColumns(count: Int) throws(StoreProblem) {
    guard count >= 1, count <= StoreLimits.columnCount else {
      throw .invalid("manifest.preprocessing.table.columns: 1 to \(StoreLimits.columnCount)")
    }
  }

  /// A column of numbers, or of categories when `scale` is nil.
  public static func checkColumn(
    index: Int,
    name: String,
    numbers: (imputed: Double, mean: Double, scale: Double)?
  ) throws(StoreProblem) {
    let place = "manifest.preprocessing.table.columns[\(index)]"
    guard !name.isEmpty else { throw .invalid("\(place).name: must not be empty") }
    guard let numbers else { return }
    guard numbers.imputed.isFinite, numbers.mean.isFinite, numbers.scale.isFinite,
      numbers.scale != 0
    else {
      throw .invalid("\(place).number: finite numbers, and a scale that is not 0")
    }
  }
}
