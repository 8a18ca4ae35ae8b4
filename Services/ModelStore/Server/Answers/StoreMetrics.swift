import Synchronization
import Telemetry

/// What the store measures.
struct StoreMetrics: Sendable {
  let receivedBytes: Counter
  let sentBytes: Counter
  let digestMismatches: Counter
  let collectedBlobs: Counter
  let collectedBytes: Counter
  let versions: Gauge
  let datasetVersions: Gauge

  init(_ registry: MetricsRegistry) {
    receivedBytes = registry.counter(
      "martlet_model_store_received_bytes_total",
      help: "Bytes of blobs that came in uploads."
    )
    sentBytes = registry.counter(
      "martlet_model_store_sent_bytes_total",
      help: "Bytes of blobs that left in downloads."
    )
    digestMismatches = registry.counter(
      "martlet_model_store_digest_mismatches_total",
      help: "Uploads whose bytes did not have the digest that was announced."
    )
    collectedBlobs = registry.counter(
      "martlet_model_store_collected_blobs_total",
      help: "Unused blobs that garbage collections took from their accounts."
    )
    collectedBytes = registry.counter(
      "martlet_model_store_collected_bytes_total",
      help: "Bytes of those blobs."
    )
    versions = registry.gauge(
      "martlet_model_store_versions",
      help: "Versions of models, over all accounts."
    )
    datasetVersions = registry.gauge(
      "martlet_model_store_dataset_versions",
      help: "Versions of datasets, over all accounts."
    )
  }

  /// Shows what a blob store holds, and how many uploads are in work.
  static func register(_ blobs: any BlobStore, in registry: MetricsRegistry) {
    registry.gauge("martlet_model_store_blobs", help: "Blobs that are here whole.") {
      Double(blobs.totals.blobCount)
    }
    registry.gauge("martlet_model_store_blob_bytes", help: "Bytes of those blobs.") {
      Double(blobs.totals.blobBytes)
    }
    registry.gauge("martlet_model_store_uploads", help: "Uploads in work.") {
      Double(blobs.totals.uploadCount)
    }
    registry.gauge(
      "martlet_model_store_promised_bytes",
      help: "Room on the disk that uploads in work will still take."
    ) {
      Double(blobs.totals.promisedBytes)
    }
  }
}
