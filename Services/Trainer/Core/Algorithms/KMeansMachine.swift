/// Lloyd's iterations with restarts (Lloyd 1982; k-means++: Arthur and Vassilvitskii 2007), as
/// scikit-learn's KMeans runs them. Decides what is to be done; the passes over the data are the
/// shell's. A value that can be written down at any point and taken up again.
public struct KMeansMachine: Sendable, Equatable {
  /// What a run over the data is asked for.
  public enum Step: Sendable, Equatable {
    /// Choose first centres with this seed, then `seeded`.
    case seed(UInt64)
    /// Move these centres to the means of their rows, then `iterated`.
    case iterate(centers: [Double])
    /// Find the inertia of these centres, then `evaluated`.
    case evaluate(centers: [Double])
    /// Nothing is left: this is the best of all restarts.
    case finish(Outcome)
  }

  public struct Outcome: Sendable, Equatable {
    /// `clusterCount` × `width`, row by row.
    public var centers: [Double]
    /// Squared distances of the rows from their centres, added up.
    public var inertia: Double
    /// Iterations of the restart that it is from.
    public var iterationCount: Int
    /// From 0.
    public var restart: Int
  }

  enum Phase: Sendable, Equatable {
    /// A restart begins; becomes iterating.
    case seeding
    /// Centres after `iteration` iterations; becomes evaluating when they stand still or the limit
    /// is reached.
    case iterating(centers: [Double], iteration: Int)
    /// The restart's centres stand; becomes seeding of the next restart, or finished.
    case evaluating(centers: [Double], iteration: Int)
    /// Stays.
    case finished
  }

  public let plan: KMeansPlan
  var phase: Phase
  var restart: Int
  var best: Outcome?
  /// Iterations over all restarts: the step of the metrics.
  public internal(set) var totalIterationCount: UInt64

  public init(_ plan: KMeansPlan) {
    self.plan = plan
    phase = .seeding
    restart = 0
    totalIterationCount = 0
  }

  init(_ plan: KMeansPlan, phase: Phase, restart: Int, best: Outcome?, total: UInt64) {
    self.plan = plan
    self.phase = phase
    self.restart = restart
    self.best = best
    totalIterationCount = total
  }

  /// What is to be done now. Asking changes nothing.
  public var next: Step {
    switch phase {
    case .seeding: .seed(plan.seed(ofRestart: restart))
    case .iterating(let centers, _): .iterate(centers: centers)
    case .evaluating(let centers, _): .evaluate(centers: centers)
    case .finished:
      // A machine finishes only through `evaluated`, which sets the best.
      best.map { .finish($0) } ?? .seed(plan.seed(ofRestart: 0))
    }
  }

  /// 0 to 1: restarts that are over, and of the running one its share of the iterations allowed.
  public var progress: Double {
    let part: Double =
      switch phase {
      case .seeding: 0
      case .iterating(_, let iteration): Double(iteration) / Double(plan.iterationLimit)
      case .evaluating: 1
      case .finished: 0
      }
    return min(1, (Double(restart) + part) / Double(plan.restartCount))
  }

  /// Whether a restart has just ended or not yet begun: where a checkpoint is always written.
  public var isBetweenRestarts: Bool {
    switch phase {
    case .seeding, .finished: true
    case .iterating, .evaluating: false
    }
  }

  /// The restart that runs, from 0.
  public var currentRestart: Int { restart }

  public mutating func seeded(_ centers: [Double]) {
    guard phase == .seeding else { return }
    phase = .iterating(centers: centers, iteration: 0)
  }

  /// The means of the rows that were nearest to the centres asked for.
  public mutating func iterated(_ means: [Double]) {
    guard case .iterating(let centers, let iteration) = phase else { return }
    totalIterationCount += 1
    var shift = 0.0
    for (old, new) in zip(centers, means) { shift += (old - new) * (old - new) }
    let isOver = shift <= plan.shiftLimit || iteration + 1 >= plan.iterationLimit
    phase =
      isOver
      ? .evaluating(centers: means, iteration: iteration + 1)
      : .iterating(centers: means, iteration: iteration + 1)
  }

  /// The inertia of the centres asked for. Of equally good restarts the first is kept.
  public mutating func evaluated(inertia: Double) {
    guard case .evaluating(let centers, let iteration) = phase else { return }
    if best.map({ inertia < $0.inertia }) ?? true {
      best = Outcome(
        centers: centers,
        inertia: inertia,
        iterationCount: iteration,
        restart: restart
      )
    }
    restart += 1
    phase = restart < plan.restartCount ? .seeding : .finished
  }
}
