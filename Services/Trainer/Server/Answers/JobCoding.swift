import Primitives
import Protocols
import TrainerCore

extension TrainingJob {
  /// A job as the wire tells it.
  init(_ record: JobRecord) {
    let columns = Columns(record.machine.state)
    self.init(
      name: record.key.name,
      id: record.id,
      spec: record.spec,
      status: columns.status,
      stage: columns.stage,
      progress: columns.progress,
      metrics: record.newestMetrics,
      failure: columns.failure,
      modelVersion: columns.version,
      attemptCount: record.machine.attemptCount,
      createdUnixUs: record.createdUnixMicroseconds,
      updatedUnixUs: record.updatedUnixMicroseconds,
      startedUnixUs: record.startedUnixMicroseconds,
      endedUnixUs: record.endedUnixMicroseconds,
      revision: record.revision
    )
  }
}
