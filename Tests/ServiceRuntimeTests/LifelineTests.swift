import Foundation
import Glibc
import Testing

/// A service that must not outlive whoever started it.
@Suite("A service's lifeline")
struct LifelineTests {
  @Test("the end of standard input stops the service as SIGTERM does")
  func endOfInput() throws {
    let lifeline = Pipe()
    let probe = try ProbeProcess(["--lifeline-stdin"], input: lifeline)
    #expect(probe.waitForLog("\"ready\""))
    try lifeline.fileHandleForWriting.close()
    let (code, log) = probe.end()
    #expect(code == 0, "\(log)")
    #expect(log.contains("whoever started this service has gone"), "\(log)")
    #expect(log.components(separatedBy: "\"has_deadline\":true").count == 3, "\(log)")
  }

  @Test("what is written to the lifeline means nothing")
  func writtenInput() throws {
    let lifeline = Pipe()
    let probe = try ProbeProcess(["--lifeline-stdin"], input: lifeline)
    #expect(probe.waitForLog("\"ready\""))
    try lifeline.fileHandleForWriting.write(contentsOf: Data(repeating: 10, count: 4096))
    probe.send(SIGHUP)
    #expect(probe.waitForLog("\"reloaded\""))
    try lifeline.fileHandleForWriting.close()
    #expect(probe.end().code == 0)
  }

  @Test("a starter that asks for a stop and then ends has asked once: what is in work may finish")
  func stopThenEnd() throws {
    let lifeline = Pipe()
    let probe = try ProbeProcess(
      ["--lifeline-stdin", "--probe-behaviour", "ignoreDrain", "--drain-timeout", "1500ms"],
      input: lifeline
    )
    #expect(probe.waitForLog("\"ready\""))
    probe.send(SIGTERM)
    #expect(probe.waitForLog("ignoring the drain"))
    try lifeline.fileHandleForWriting.close()
    // A second request would have ended it with 128 + 15.
    let (code, log) = probe.end()
    #expect(code == 124, "\(log)")
  }

  @Test("without the setting standard input means nothing")
  func notAsked() throws {
    let lifeline = Pipe()
    let probe = try ProbeProcess(input: lifeline)
    #expect(probe.waitForLog("\"ready\""))
    try lifeline.fileHandleForWriting.close()
    probe.send(SIGHUP)
    #expect(probe.waitForLog("\"reloaded\""))
    probe.send(SIGTERM)
    let (code, log) = probe.end()
    #expect(code == 0, "\(log)")
    #expect(!log.contains("whoever started this service has gone"), "\(log)")
  }
}
