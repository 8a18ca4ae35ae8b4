import Primitives
import Protocols
import TrainerCore

extension TrainingJob {
  /// A job as the wire tells it.
  init(_ record: JobRecord, _ standing: JobStanding) {
    let columns = Columns(record.machine.state)
    let waits = record.machine.state.isOver ? JobStanding() : standing
    self.init(
      name: record.key.name,
      id: record.id,
      spec: record.spec,
      status: columns.status,
      stage: waits.queuePlace > 0 ? .pending : columns.stage,
      progress: columns.progress,
      metrics: record.newestMetrics,
      failure: columns.failure,
      modelVersion: columns.version,
      attemptCount: record.machine.attemptCount,
      createdUnixUs: record.createdUnixMicroseconds,
      updatedUnixUs: record.updatedUnixMicroseconds,
      startedUnixUs: record.startedUnixMicroseconds,
      endedUnixUs: record.endedUnixMicroseconds,
      revision: record.revision,
      queuePlace: waits.queuePlace,
      waitsFor: waits.waitsFor,
      runningUs: record.running.wholeMicroseconds
    )
  }
}
