import Primitives
public import Tabular

/// What a training takes of memory, known before it takes it. Bytes as `Double`, so that no claim
/// of a schema overflows; estimates, a little high.
public struct MemoryNeed: Sendable, Equatable {
  public let bytes: Double
  /// What it is for, to stand behind `needs about 3.2 GiB of memory for`.
  public let purpose: String

  /// The table and its split into rows to train on and rows held out.
  public init(rowCount: Double, columns: TrainingColumns) {
    // The keys, the ranks and the two lists of the split, while it is being made.
    let splitBytes = 32.0
    bytes = rowCount * (Self.bytes(ofRow: columns) + splitBytes)
    purpose = "a table of \(Self.count(rowCount)) rows and \(columns.features.count) columns"
  }

  /// The encoded rows of kmeans, those held out among them, and its distances.
  public init(kMeansOn rowCount: Int, heldOut: Int, width: Int, clusterCount: Int) {
    let ofRow = 8 * Double(width) + 48
    bytes =
      Double(rowCount + heldOut) * ofRow + 64 * Double(clusterCount) * Double(width)
    purpose = "\(rowCount + heldOut) rows of \(width) encoded elements"
  }

  /// The factors of linear-learner, whatever the number of rows.
  public init(leastSquaresOf width: Int) {
    let side = Double(width + 2)
    bytes = 8 * side * (side + max(2048, side)) + 64 * side * side
    purpose = "the factors of \(width) encoded elements"
  }

  /// One row of the loaded table.
  static func bytes(ofRow columns: TrainingColumns) -> Double {
    let ofFeatures = columns.features.reduce(0.0) { $0 + ($1.kind == .number ? 8 : 4) }
    return ofFeatures + (columns.label == nil ? 0 : 8)
  }

  private static func count(_ number: Double) -> String {
    number < 1e15 ? "\(Int64(number))" : "\(number)"
  }
}

/// What a training may take of memory.
public struct MemoryBudget: Sendable, Equatable {
  public let bytes: Double
  /// Which bound that is, to stand behind `and 1.5 GiB is what`.
  public let bound: String

  public init(bytes: Double, bound: String) {
    self.bytes = bytes
    self.bound = bound
  }

  public static let unlimited = MemoryBudget(bytes: .infinity, bound: "there is")

  /// Throws when it is too little, with both figures.
  public func check(_ need: MemoryNeed) throws(TableProblem) {
    guard need.bytes > bytes else { return }
    throw TableProblem(
      "the training needs about \(Self.text(need.bytes)) of memory for \(need.purpose), and "
        + "\(Self.text(bytes)) is what \(bound)",
      remedy: "raise the limit, train on a part of the rows, or ignore columns, first those with "
        + "many different words"
    )
  }

  /// Rows of a table that may come beyond those that its schema tells of: while a list grows, it is
  /// there twice, the second time with twice the room.
  func rowLimit(_ columns: TrainingColumns, expected: Int) -> Int {
    let grown = bytes / (3 * max(1, MemoryNeed.bytes(ofRow: columns)))
    return max(expected, grown < 1e15 ? Int(max(0, grown)) : .max)
  }

  static func text(_ bytes: Double) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var (value, unit) = (max(0, bytes), 0)
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    let tenths = (value * 10).rounded()
    guard tenths < 1e15 else { return "\(value) \(units[unit])" }
    let whole = Int64(tenths)
    return unit == 0 ? "\(whole / 10) B" : "\(whole / 10).\(whole % 10) \(units[unit])"
  }
}
