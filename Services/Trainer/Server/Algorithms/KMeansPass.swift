/// Passes over encoded rows for Lloyd's iterations.
///
/// Which centre is nearest is found by |c|² - 2xc, a block of rows at once by one matrix product;
/// the distance from it then by differences, which loses no digits.
struct KMeansPass: Sendable {
  struct Outcome: Sendable {
    /// The means of each centre's rows.
    var means: [Double]
    /// Of the centres asked about.
    var inertia: Double
    var counts: [Int]
  }

  private static let blockRowCount = 1024

  /// Row by row.
  let data: [Double]
  let width: Int

  var rowCount: Int { data.count / width }

  /// Assigns every row to its nearest centre (of two equally near the first). A centre without rows
  /// moves to the row that is farthest from its own centre, as in scikit-learn.
  func run(_ centers: [Double], _ stop: StopFlag) throws -> Outcome {
    let count = centers.count / width
    var sums = [Double](repeating: 0, count: centers.count)
    var counts = [Int](repeating: 0, count: count)
    var nearest = [Int32](repeating: 0, count: rowCount)
    var distances = [Double](repeating: 0, count: rowCount)
    var inertia = 0.0
    try data.withUnsafeBufferPointer { data in
      try centers.withUnsafeBufferPointer { centers in
        let norms = Self.norms(centers, count, width)
        var products = [Double](repeating: 0, count: Self.blockRowCount * count)
        for start in stride(from: 0, to: rowCount, by: Self.blockRowCount) {
          try stop.check()
          let block = min(Self.blockRowCount, rowCount - start)
          guard let rows = data.baseAddress, let base = centers.baseAddress else { return }
          DenseAlgebra.multiply(
            rows + start * width,
            rowCount: block,
            base,
            rowCount: count,
            width: width,
            into: &products
          )
          var blockInertia = 0.0
          for row in 0..<block {
            let best = Self.nearest(products, row * count, norms)
            let from = (start + row) * width
            let distance = Self.distance(data, from, centers, best * width, width)
            for element in 0..<width { sums[best * width + element] += data[from + element] }
            counts[best] += 1
            nearest[start + row] = Int32(best)
            distances[start + row] = distance
            blockInertia += distance
          }
          inertia += blockInertia
        }
      }
    }
    var finalCounts = counts
    relocate(&sums, &finalCounts, nearest, distances)
    let means = zip(sums.indices, sums).map { $1 / Double(max(1, finalCounts[$0 / width])) }
    return Outcome(means: means, inertia: inertia, counts: counts)
  }

  private static func norms(
    _ centers: UnsafeBufferPointer<Double>,
    _ count: Int,
    _ width: Int
  ) -> [Double] {
    (0..<count).map { center in
      var sum = 0.0
      for element in 0..<width {
        sum += centers[center * width + element] * centers[center * width + element]
      }
      return sum
    }
  }

  private static func nearest(_ products: [Double], _ start: Int, _ norms: [Double]) -> Int {
    var best = 0
    var least = Double.infinity
    for center in norms.indices {
      let value = norms[center] - 2 * products[start + center]
      if value < least {
        least = value
        best = center
      }
    }
    return best
  }

  private static func distance(
    _ data: UnsafeBufferPointer<Double>,
    _ from: Int,
    _ centers: UnsafeBufferPointer<Double>,
    _ to: Int,
    _ width: Int
  ) -> Double {
    var sum = 0.0
    for element in 0..<width {
      let difference = data[from + element] - centers[to + element]
      sum += difference * difference
    }
    return sum
  }

  private func relocate(
    _ sums: inout [Double],
    _ counts: inout [Int],
    _ nearest: [Int32],
    _ distances: [Double]
  ) {
    let empty = counts.indices.filter { counts[$0] == 0 }
    guard !empty.isEmpty else { return }
    let farthest = distances.indices.sorted { (distances[$1], $0) < (distances[$0], $1) }
    var candidates = farthest[...]
    for center in empty {
      // A row that is alone with its centre stays.
      guard let row = candidates.first(where: { counts[Int(nearest[$0])] > 1 }) else { return }
      candidates = candidates.drop { $0 != row }.dropFirst()
      let owner = Int(nearest[row])
      for element in 0..<width {
        let value = data[row * width + element]
        sums[owner * width + element] -= value
        sums[center * width + element] = value
      }
      counts[owner] -= 1
      counts[center] = 1
    }
  }
}
