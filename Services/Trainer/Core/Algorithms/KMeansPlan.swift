/// What a k-means training is to do; with it and the data everything that follows is decided.
public struct KMeansPlan: Sendable, Equatable {
  public var clusterCount: Int
  /// Elements of a row.
  public var width: Int
  /// Runs from different first centres.
  public var restartCount: Int
  public var iterationLimit: Int
  /// A run ends when the squared movements of all centres add up to no more than this:
  /// scikit-learn's `tol` times the mean of the features' variances.
  public var shiftLimit: Double
  public var seed: UInt64
  /// Of the encoded rows, so that a checkpoint of other data is not taken up.
  public var dataFingerprint: UInt64

  public init(
    clusterCount: Int,
    width: Int,
    restartCount: Int,
    iterationLimit: Int,
    shiftLimit: Double,
    seed: UInt64,
    dataFingerprint: UInt64
  ) {
    self.clusterCount = clusterCount
    self.width = width
    self.restartCount = restartCount
    self.iterationLimit = iterationLimit
    self.shiftLimit = shiftLimit
    self.seed = seed
    self.dataFingerprint = dataFingerprint
  }

  /// The seed of one restart's first centres: they do not depend on the restarts before, so a
  /// checkpoint holds no state of a generator.
  func seed(ofRestart restart: Int) -> UInt64 {
    // An odd multiplier far from SplitMix64's own step keeps the streams of restarts apart.
    seed ^ (UInt64(restart + 1) &* 0xD134_2543_DE82_EF95)
  }
}
