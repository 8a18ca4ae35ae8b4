/// Linear regression over rows that come in blocks: memory is the square of the width, not the
/// number of rows.
///
/// Keeps R of the QR factors of [1 | X | y], block under block (sequential TSQR: Demmel, Grigori,
/// Hoemmen, Langou 2012). The column of ones in front takes the means out of all others, so what is
/// right of and below its entry is R of the centred columns; their least squares answer of least
/// norm, by dgelsd with scikit-learn's cutoff, is scikit-learn's LinearRegression. A ridge adds the
/// rows √l2 · I under the centred columns (Golub, Van Loan, Matrix Computations, 6.1): the
/// intercept is not penalised, as in scikit-learn's Ridge.
struct LeastSquares {
  /// Elements of a row at most: the solve costs the cube, about ten seconds at the limit.
  static let widthLimit = 2048
  /// LinearRegression's `tol`: singular values below this share of the largest count as 0.
  static let cutoff = 1e-6
  static let blockRowCount = 2048

  struct Answer {
    var weights: [Double]
    var intercept: Double
    /// Of the centred columns.
    var rank: Int
  }

  private let width: Int
  /// Ones, features, label.
  private let columnCount: Int
  private let stride: Int
  /// Column by column: R in the first `columnCount` rows, a block of rows below it.
  private var work: [Double]

  init(width: Int) {
    self.width = width
    columnCount = width + 2
    stride = columnCount + max(Self.blockRowCount, width)
    work = [Double](repeating: 0, count: columnCount * stride)
  }

  /// Takes up to `blockRowCount` rows of features, row by row, and their labels.
  mutating func add(_ rows: UnsafeBufferPointer<Double>, labels: ArraySlice<Double>) throws {
    precondition(labels.count <= Self.blockRowCount && rows.count >= labels.count * width)
    for (row, label) in labels.enumerated() {
      let place = columnCount + row
      work[place] = 1
      for element in 0..<width {
        work[(element + 1) * stride + place] = rows[row * width + element]
      }
      work[(width + 1) * stride + place] = label
    }
    try fold(labels.count)
  }

  /// The answer for all rows so far. Nothing may be added afterwards.
  consuming func solve(l2: Double) throws -> Answer {
    if l2 > 0 {
      for element in 0..<width {
        for other in 0..<columnCount {
          work[other * stride + columnCount + element] = other == element + 1 ? l2.squareRoot() : 0
        }
      }
      try fold(width)
    }
    var triangle = [Double](repeating: 0, count: width * width)
    for column in 0..<width {
      for row in 0...column {
        triangle[column * width + row] = work[(column + 1) * stride + row + 1]
      }
    }
    let right = (0..<width).map { work[(width + 1) * stride + $0 + 1] }
    let (weights, rank) = try DenseAlgebra.solve(triangle, right, cutoff: Self.cutoff)
    // Of each column the first entry is its mean times that of the ones.
    var intercept = work[(width + 1) * stride] / work[0]
    for (element, weight) in weights.enumerated() {
      intercept -= weight * (work[(element + 1) * stride] / work[0])
    }
    return Answer(weights: weights, intercept: intercept, rank: rank)
  }

  /// Brings R and the `count` rows below it back to one triangle.
  private mutating func fold(_ count: Int) throws {
    let (columnCount, stride) = (columnCount, stride)
    try work.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      try DenseAlgebra.factor(
        base,
        rowCount: columnCount + count,
        columnCount: columnCount,
        columnStride: stride
      )
      // Below the diagonal LAPACK leaves the reflections.
      for column in 0..<columnCount {
        let start = column * stride
        for row in (column + 1)..<(columnCount + count) { buffer[start + row] = 0 }
      }
    }
  }
}
