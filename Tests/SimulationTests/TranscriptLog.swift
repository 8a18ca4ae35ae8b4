import Logging
import TestKit

/// Writes what the runtime logs into the transcript.
struct TranscriptLog: LogHandler {
  let time: VirtualTime
  let name: String
  var logLevel = Logger.Level.info
  var metadata = Logger.Metadata()

  init(_ time: VirtualTime, name: String) {
    self.time = time
    self.name = name
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let reason = event.metadata?["reason"].map { ": \($0)" } ?? ""
    time.note("\(name) logs \(event.message)\(reason)")
  }
}
