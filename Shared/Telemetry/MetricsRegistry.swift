import Synchronization

/// The metrics of a process. Registering takes a lock; a registered metric is updated without one,
/// so whoever updates often keeps the object.
///
/// Registering the same name and labels again answers the object that exists. A name that breaks
/// Prometheus' rules, or that is registered as two kinds, is a programmer's error and stops the
/// process at once; label values may be any text.
public final class MetricsRegistry: Sendable {
  /// Series of one name, by default. Later label values share one series whose labels all say
  /// `other`, so that a flood of names costs no memory.
  public static let defaultSeriesLimit = 1000

  enum Instrument {
    case counter(Counter)
    case gauge(Gauge)
    case histogram(Histogram)
    case callback(@Sendable () -> Double)
  }

  struct Family {
    let name: String
    let help: String
    let kind: MetricKind
    let scale: MetricScale
    let labelNames: [String]
    /// By label values, in the order of `labelNames`.
    var series: [[String]: Instrument] = [:]
  }

  let families = Mutex<[String: Family]>([:])
  private let seriesLimit: Int

  public init(seriesLimit: Int = MetricsRegistry.defaultSeriesLimit) {
    self.seriesLimit = max(1, seriesLimit)
  }

  /// A counter; `scale` says what one unit of it is.
  public func counter(
    _ name: String,
    help: String,
    labels: [String: String] = [:],
    scale: MetricScale = .one
  ) -> Counter {
    let found = register(name, help, .counter, scale, labels) { .counter(Counter()) }
    guard case .counter(let counter) = found else { conflict(name) }
    return counter
  }

  /// A gauge that its owner sets.
  public func gauge(
    _ name: String,
    help: String,
    labels: [String: String] = [:],
    scale: MetricScale = .one
  ) -> Gauge {
    let found = register(name, help, .gauge, scale, labels) { .gauge(Gauge()) }
    guard case .gauge(let gauge) = found else { conflict(name) }
    return gauge
  }

  /// A gauge that is computed when somebody looks; `read` is quick, and may come from any thread.
  /// The first registration of a name and labels stays.
  public func gauge(
    _ name: String,
    help: String,
    labels: [String: String] = [:],
    read: @escaping @Sendable () -> Double
  ) {
    _ = register(name, help, .gauge, .one, labels) { .callback(read) }
  }

  /// A counter that something else counts, such as the kernel; as `gauge(…read:)`.
  public func counter(
    _ name: String,
    help: String,
    labels: [String: String] = [:],
    read: @escaping @Sendable () -> Double
  ) {
    _ = register(name, help, .counter, .one, labels) { .callback(read) }
  }

  /// A histogram; the bounds of the first registration of a name hold for all its series.
  public func histogram(
    _ name: String,
    help: String,
    labels: [String: String] = [:],
    bounds: HistogramBounds = .seconds
  ) -> Histogram {
    let found = register(name, help, .histogram, bounds.scale, labels) {
      .histogram(Histogram(bounds))
    }
    guard case .histogram(let histogram) = found else { conflict(name) }
    return histogram
  }

  /// Forgets one series, for example of a model that was unloaded. Objects that were handed out
  /// may still be updated; nobody sees it.
  public func remove(_ name: String, labels: [String: String]) {
    families.withLock { families in
      guard var family = families[name], Set(labels.keys) == Set(family.labelNames) else { return }
      family.series[family.labelNames.map { labels[$0] ?? "" }] = nil
      families[name] = family.series.isEmpty ? nil : family
    }
  }

  private func register(
    _ name: String,
    _ help: String,
    _ kind: MetricKind,
    _ scale: MetricScale,
    _ labels: [String: String],
    _ make: () -> Instrument
  ) -> Instrument {
    let labelNames = labels.keys.sorted()
    let values = labelNames.map { labels[$0] ?? "" }
    return families.withLock { families in
      var family: Family
      if let known = families[name] {
        guard known.kind == kind, known.scale == scale, known.labelNames == labelNames else {
          conflict(name)
        }
        if let instrument = known.series[values] { return instrument }
        family = known
      } else {
        let problem = MetricName.problem(
          name,
          kind: kind,
          scale: scale,
          help: help,
          labels: labelNames
        )
        // A precondition, because names are constants of the code and no input leads here.
        precondition(problem == nil, "metric \(name): \(problem ?? "")")
        family = Family(name: name, help: help, kind: kind, scale: scale, labelNames: labelNames)
      }
      families[name] = nil
      defer { families[name] = family }
      let isFull = family.series.count >= seriesLimit
      let key = isFull ? labelNames.map { _ in "other" } : values
      if let instrument = family.series[key] { return instrument }
      let instrument = make()
      family.series[key] = instrument
      return instrument
    }
  }

  private func conflict(_ name: String) -> Never {
    // No input leads here: the code registers one name with two kinds, scales or sets of labels.
    preconditionFailure("metric \(name) is registered with two kinds, scales or sets of labels")
  }
}
