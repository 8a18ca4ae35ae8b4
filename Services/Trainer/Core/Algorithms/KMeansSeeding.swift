import Primitives

/// The first centres: greedy k-means++ (Arthur and Vassilvitskii 2007, with the local trials of
/// their section 7, as scikit-learn does it).
///
/// The first centre is a row drawn evenly. Each further one is drawn with the chance of a row's
/// squared distance from its nearest centre; of 2 + ⌊ln k⌋ rows so drawn the one is taken that
/// leaves the smallest sum of these. Costs k × trials passes over the data.
public struct KMeansSeeding {
  private let data: UnsafeBufferPointer<Double>
  private let width: Int
  private let rowCount: Int
  private let check: () throws -> Void
  private var generator: SeededGenerator
  /// Of each row its squared distance from its nearest centre.
  private var nearest: [Double]

  /// - Parameters:
  ///   - data: rows of `width` elements, row by row.
  ///   - check: called every few thousand rows; what it throws ends the choice.
  public static func centers(
    of data: UnsafeBufferPointer<Double>,
    width: Int,
    count: Int,
    seed: UInt64,
    check: () throws -> Void
  ) throws -> [Double] {
    try withoutActuallyEscaping(check) { check in
      var seeding = KMeansSeeding(data, width, seed, check)
      return try seeding.choose(count)
    }
  }

  private init(
    _ data: UnsafeBufferPointer<Double>,
    _ width: Int,
    _ seed: UInt64,
    _ check: @escaping () throws -> Void
  ) {
    self.data = data
    self.width = width
    self.check = check
    rowCount = data.count / width
    generator = SeededGenerator(seed: seed)
    nearest = [Double](repeating: .infinity, count: rowCount)
  }

  private mutating func choose(_ count: Int) throws -> [Double] {
    let trials = 2 + Self.naturalLogarithmFloor(count)
    var centers: [Double] = []
    centers.reserveCapacity(count * width)
    let first = Int(evenBelow: rowCount, &generator)
    centers += row(first)
    var total = 0.0
    (nearest, total) = try distances(from: first)
    for _ in 1..<max(1, count) {
      var best: (row: Int, distances: [Double], total: Double)?
      for _ in 0..<trials {
        let candidate = draw(total)
        let (distances, sum) = try distances(from: candidate)
        if best.map({ sum < $0.total }) ?? true { best = (candidate, distances, sum) }
      }
      guard let best else { break }
      centers += row(best.row)
      nearest = best.distances
      total = best.total
    }
    return centers
  }

  private func row(_ index: Int) -> UnsafeBufferPointer<Double> {
    UnsafeBufferPointer(rebasing: data[(index * width)..<((index + 1) * width)])
  }

  /// A row, with the chance of its distance. When all rows are at a centre, any row.
  private mutating func draw(_ total: Double) -> Int {
    guard total > 0 else { return Int(evenBelow: rowCount, &generator) }
    // 53 bits: a number from 0 up to 1.
    var rest = Double(generator.next() >> 11) * 0x1p-53 * total
    for (index, distance) in nearest.enumerated() {
      rest -= distance
      if rest < 0 { return index }
    }
    return nearest.lastIndex { $0 > 0 } ?? rowCount - 1
  }

  /// The distances from the nearest centre if a row became one too, and their sum.
  private func distances(from candidate: Int) throws -> ([Double], Double) {
    let center = row(candidate)
    var total = 0.0
    let result = try [Double](unsafeUninitializedCapacity: rowCount) { output, written in
      for index in 0..<rowCount {
        if index % 4096 == 0 { try check() }
        var sum = 0.0
        let start = index * width
        for element in 0..<width {
          let difference = data[start + element] - center[element]
          sum += difference * difference
        }
        let least = min(sum, nearest[index])
        output[index] = least
        total += least
      }
      written = rowCount
    }
    return (result, total)
  }

  /// ⌊ln n⌋ without a mathematics library, which Core does not import.
  static func naturalLogarithmFloor(_ count: Int) -> Int {
    var power = 2.718281828459045
    var exponent = 0
    while power <= Double(count) {
      power *= 2.718281828459045
      exponent += 1
    }
    return exponent
  }
}

extension Int {
  /// An even draw from 0 up to `bound`, the same in every version of the standard library (Lemire
  /// 2019, without the rejection: the bias is below `bound` / 2^64).
  init(evenBelow bound: Int, _ generator: inout SeededGenerator) {
    self = Int(UInt64(bound).multipliedFullWidth(by: generator.next()).high)
  }
}
