import Dispatch
import Glibc

/// SIGTERM, SIGINT and SIGHUP as events, instead of the end of the process.
// `@unchecked`: the sources are made once and only kept.
final class StopSignals: @unchecked Sendable {
  /// Each signal as it comes; for one reader.
  let arrivals: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  init() {
    let (arrivals, announce) = AsyncStream.makeStream(
      of: Int32.self,
      bufferingPolicy: .bufferingNewest(4)
    )
    self.arrivals = arrivals
    let queue = DispatchQueue(label: "martlet.signals")
    sources = [SIGTERM, SIGINT, SIGHUP].map { number in
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { announce.yield(number) }
      source.resume()
      return source
    }
  }
}
