import Protocols
import Synchronization
import Telemetry

/// What the trainer measures.
struct TrainerMetrics: Sendable {
  private let jobs: [JobStatus: Gauge]
  let running: Gauge
  let waiting: Gauge
  let workerStarts: Counter
  let workerDeaths: Counter
  let downloadedBytes: Counter
  let uploadedBytes: Counter
  private let durations: [JobStatus: Histogram]

  /// Seconds of a job's running time: 0.1 s to a day.
  private static let bounds = HistogramBounds(
    [0.1, 0.3, 1, 3, 10, 30, 60, 180, 600, 1800, 3600, 10_800, 36_000, 86_400].map {
      Int64($0 * 1e9)
    },
    scale: .nanoseconds
  )

  private static let names: [JobStatus: String] = [
    .inProgress: "in_progress", .completed: "completed", .failed: "failed",
    .stopping: "stopping", .stopped: "stopped",
  ]

  init(_ registry: MetricsRegistry) {
    jobs = TrainerMetrics.names.mapValues { name in
      registry.gauge(
        "martlet_trainer_jobs",
        help: "Training jobs that are kept, by status.",
        labels: ["status": name]
      )
    }
    let ends: [JobStatus] = [.completed, .failed, .stopped]
    durations = Dictionary(
      uniqueKeysWithValues: ends.map { status in
        let histogram = registry.histogram(
          "martlet_trainer_job_duration_seconds",
          help: "Running time of jobs that are over, by how they ended.",
          labels: ["status": TrainerMetrics.names[status] ?? ""],
          bounds: TrainerMetrics.bounds
        )
        return (status, histogram)
      }
    )
    running = registry.gauge("martlet_trainer_jobs_running", help: "Jobs that have a place to run.")
    waiting = registry.gauge("martlet_trainer_jobs_waiting", help: "Jobs that wait for a place.")
    workerStarts = registry.counter(
      "martlet_trainer_worker_starts_total",
      help: "Worker processes that were started."
    )
    workerDeaths = registry.counter(
      "martlet_trainer_worker_deaths_total",
      help: "Worker processes that ended without a result; their jobs are tried again."
    )
    downloadedBytes = registry.counter(
      "martlet_trainer_downloaded_bytes_total",
      help: "Bytes of datasets that came from the model store."
    )
    uploadedBytes = registry.counter(
      "martlet_trainer_uploaded_bytes_total",
      help: "Bytes of artifacts that went to the model store."
    )
  }

  func set(_ counts: [JobStatus: Int]) {
    for (status, gauge) in jobs { gauge.set(Int64(counts[status] ?? 0)) }
  }

  func ended(_ status: JobStatus, after duration: Duration) {
    durations[status]?.observe(duration)
  }
}
