/// How far predictions are from the truth.
public struct RegressionMetrics: Sendable, Equatable {
  private var count = 0
  private var squaredErrors = 0.0
  private var absoluteErrors = 0.0
  private var labels = RunningMoments()

  public init() {}

  public mutating func add(prediction: Double, label: Double) {
    let error = prediction - label
    count += 1
    squaredErrors += error * error
    absoluteErrors += error.magnitude
    labels.add(label)
  }

  /// Root of the mean squared error.
  public var rmse: Double { count == 0 ? 0 : (squaredErrors / Double(count)).squareRoot() }

  /// Mean absolute error.
  public var mae: Double { count == 0 ? 0 : absoluteErrors / Double(count) }

  /// Coefficient of determination: 1 - squared errors / squares around the labels' own mean. Of
  /// labels that are all alike it is 1 for perfect predictions and else 0, as in scikit-learn.
  public var r2: Double {
    if labels.squares == 0 { return squaredErrors == 0 ? 1 : 0 }
    return 1 - squaredErrors / labels.squares
  }
}
