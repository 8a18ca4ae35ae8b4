import ArgumentParser
import Primitives
import RPC
import RPCRuntime
import SecureTransport
import TestProtocols
import Transport

struct Handshakes: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Opens connections, makes one call on each, and counts them."
  )

  @OptionGroup var certificates: CertificateOptions
  @OptionGroup var target: TargetOptions
  @Option(help: "Connections that are opened at once.") var inFlight = 8
  @Option(help: "Seconds.") var seconds = 5.0

  func run() async throws {
    let loops = LoopGroup()
    let transport = try certificates.client(loops)
    let address = try target.resolved()
    let from = Instant.now
    let until = from + .nanoseconds(Int64(seconds * 1e9))
    let total = try await withThrowingTaskGroup(of: Int.self) { group in
      for index in 0..<inFlight {
        group.addTask(executorPreference: loops.loops[index % loops.loops.count]) {
          var count = 0
          while Instant.now < until {
            let channel = ServiceChannel(to: address, over: transport)
            _ = try await BenchClient(channel).echo(Sample())
            channel.close()
            count += 1
          }
          return count
        }
      }
      return try await group.reduce(0, +)
    }
    let elapsed = Double((Instant.now - from).wholeNanoseconds) / 1e9
    print("{\"handshakes_per_second\":\(Double(total) / elapsed)}")
  }
}

struct Stream: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reads one stream of 64 KiB messages and prints its rate."
  )

  @OptionGroup var certificates: CertificateOptions
  @OptionGroup var target: TargetOptions
  @Option(help: "Seconds.") var seconds = 5.0

  func run() async throws {
    let loops = LoopGroup()
    let channel = ServiceChannel(
      to: try target.resolved(),
      over: try certificates.client(loops)
    )
    let sample = Sample(
      payload: Bytes(capacity: 65_000) { buffer in
        for index in buffer.indices { buffer[index] = UInt8(truncatingIfNeeded: index &* 31) }
        return buffer.count
      }
    )
    let seconds = seconds
    let rate = try await withTaskExecutorPreference(loops.loops[0]) {
      try await BenchClient(channel).flood(
        sample,
        options: CallOptions(timeout: .seconds(Int64(seconds) + 60))
      ) { samples -> Double in
        let from = Instant.now
        let until = from + .nanoseconds(Int64(seconds * 1e9))
        var bytes = 0
        for try await sample in samples {
          bytes += sample.payload.count
          if Instant.now >= until { break }
        }
        return Double(bytes) / (Double((Instant.now - from).wholeNanoseconds) / 1e9)
      }
    }
    print("{\"megabytes_per_second\":\(rate / 1e6)}")
  }
}
