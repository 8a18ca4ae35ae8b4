import COpenBLAS

/// OpenBLAS for this process.
///
/// One thread: with more, the order of additions, and so the last bits, would depend on the number
/// of processors, and a model could not be made again byte for byte.
enum DenseAlgebra {
  private static let isPinned: Bool = {
    openblas_set_num_threads(1)
    return true
  }()

  /// `left` (m × n) times the transpose of `right` (k × n), all row by row, into `product` (m × k).
  static func multiply(
    _ left: UnsafePointer<Double>,
    rowCount m: Int,
    _ right: UnsafePointer<Double>,
    rowCount k: Int,
    width n: Int,
    into product: UnsafeMutablePointer<Double>
  ) {
    _ = isPinned
    cblas_dgemm(
      CblasRowMajor,
      CblasNoTrans,
      CblasTrans,
      CInt(m),
      CInt(k),
      CInt(n),
      1,
      left,
      CInt(n),
      right,
      CInt(n),
      0,
      product,
      CInt(k)
    )
  }

  /// Replaces the upper triangle of `matrix` (m × n, column by column) by R of its QR factors.
  static func factor(
    _ matrix: UnsafeMutablePointer<Double>,
    rowCount m: Int,
    columnCount n: Int,
    columnStride: Int
  ) throws {
    _ = isPinned
    var (rows, columns, stride, info) = (CInt(m), CInt(n), CInt(columnStride), CInt(0))
    var tau = [Double](repeating: 0, count: max(1, min(m, n)))
    var (best, ask) = (0.0, CInt(-1))
    dgeqrf_(&rows, &columns, matrix, &stride, &tau, &best, &ask, &info)
    var size = CInt(max(1, best))
    var work = [Double](repeating: 0, count: Int(size))
    dgeqrf_(&rows, &columns, matrix, &stride, &tau, &work, &size, &info)
    guard info == 0 else { throw AlgebraFailure(routine: "dgeqrf", code: Int(info)) }
  }

  /// The x with the least |x| among those with the least |matrix · x - b|, by singular values;
  /// those below `cutoff` times the largest count as 0. Square matrix, column by column.
  static func solve(
    _ matrix: [Double],
    _ b: [Double],
    cutoff: Double
  ) throws -> (solution: [Double], rank: Int) {
    _ = isPinned
    let count = b.count
    precondition(count > 0 && matrix.count == count * count)
    var (n, one, info, rank) = (CInt(count), CInt(1), CInt(0), CInt(0))
    var rows = n
    var (a, x) = (matrix, b)
    var (lda, ldb) = (n, n)
    var singular = [Double](repeating: 0, count: count)
    var limit = cutoff
    var (best, integers, ask) = (0.0, CInt(0), CInt(-1))
    dgelsd_(
      &rows,
      &n,
      &one,
      &a,
      &lda,
      &x,
      &ldb,
      &singular,
      &limit,
      &rank,
      &best,
      &ask,
      &integers,
      &info
    )
    var size = CInt(max(1, best))
    var work = [Double](repeating: 0, count: Int(size))
    var integerWork = [CInt](repeating: 0, count: Int(max(1, integers)))
    dgelsd_(
      &rows,
      &n,
      &one,
      &a,
      &lda,
      &x,
      &ldb,
      &singular,
      &limit,
      &rank,
      &work,
      &size,
      &integerWork,
      &info
    )
    guard info == 0 else { throw AlgebraFailure(routine: "dgelsd", code: Int(info)) }
    return (x, Int(rank))
  }
}

/// LAPACK gave up; with finite input this is a defect or a matrix beyond its iterations.
struct AlgebraFailure: Error, CustomStringConvertible {
  let routine: String
  let code: Int

  var description: String { "the linear algebra routine \(routine) ended with \(code)" }
}
