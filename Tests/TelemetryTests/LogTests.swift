import Foundation
import Glibc
import Logging
import Primitives
import Telemetry
import Testing

@Suite("Log lines")
struct LogTests {
  @Test("a JSON line carries time, level, label, message and typed fields")
  func jsonLine() throws {
    let captured = CapturedLines()
    var logger = captured.logs.logger("martlet.test")
    logger[metadataKey: "own"] = "kept"
    logger.warning(
      "disk is nearly full",
      metadata: [
        "free_bytes": .stringConvertible(12), "path": "/var/x", "ok": .stringConvertible(false),
        "nested": ["a": ["1", "2"]], "share": .stringConvertible(0.5),
      ]
    )
    let line = try #require(try captured.objects().first)
    #expect(line["level"] as? String == "warning")
    #expect(line["label"] as? String == "martlet.test")
    #expect(line["message"] as? String == "disk is nearly full")
    let fields = try #require(line["fields"] as? [String: Any])
    #expect(fields["free_bytes"] as? Int == 12)
    #expect(fields["own"] as? String == "kept")
    #expect(fields["ok"] as? Bool == false)
    #expect(fields["share"] as? Double == 0.5)
    #expect((fields["nested"] as? [String: [String]])?["a"] == ["1", "2"])
    let time = try #require(line["time"] as? String)
    #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil)
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    let written = try style.parse(time)
    #expect(abs(written.timeIntervalSinceNow) < 60)
  }

  @Test("an error that is logged has a place of its own")
  func loggedError() throws {
    struct Broken: Error, CustomStringConvertible { let description = "it \"broke\"" }
    let captured = CapturedLines()
    captured.logs.logger("t").error("failed", error: Broken())
    #expect(try captured.objects().first?["error"] as? String == "it \"broke\"")
  }

  @Test("no value can forge a line, a quote or a colour")
  func escaping() throws {
    let nasty = "a\nb\r\"\\\u{1B}[31m\u{0}\u{7F}é\t"
    let json = CapturedLines()
    json.logs.logger("l\n").info("\(nasty)", metadata: [nasty: .string(nasty)])
    let text = json.take()
    #expect(text.filter { $0 == "\n" }.count == 1 && text.hasSuffix("\n"))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    )
    #expect(object["message"] as? String == nasty)
    #expect((object["fields"] as? [String: String])?[nasty] == nasty)
    let human = CapturedLines(format: .human)
    human.logs.logger("l\n").info("\(nasty)", metadata: [nasty: .string(nasty)])
    let line = human.take()
    #expect(line.unicodeScalars.filter { $0.value < 32 || $0.value == 127 }.count == 1)
    #expect(line.contains("a\\x0ab\\x0d") && line.contains("é"))
  }

  @Test("long texts, many fields and deep nesting are cut, and the line stays JSON")
  func bounds() throws {
    let captured = CapturedLines()
    var deep = Logger.Metadata.Value.string("end")
    for _ in 0..<100 { deep = ["d": deep] }
    var metadata: Logger.Metadata = ["deep": deep]
    for index in 0..<200 { metadata["k\(index)"] = "v" }
    metadata["a_long"] = .string(String(repeating: "é", count: 100_000))
    captured.logs.logger("t").info("\(String(repeating: "m", count: 100_000))", metadata: metadata)
    let object = try #require(try captured.objects().first)
    #expect((object["message"] as? String)?.utf8.count == 4096 + 3)
    let fields = try #require(object["fields"] as? [String: Any])
    #expect(fields.count == 64 + 1)
    #expect(fields["fields_omitted"] as? Int == 202 - 64)
    #expect((fields["a_long"] as? String)?.hasSuffix("é…") == true)
  }

  @Test("every line of a call carries its trace, also in child tasks; others carry none")
  func trace() async throws {
    let captured = CapturedLines()
    let logger = captured.logs.logger("t")
    let scope = try #require(
      TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    )
    await TraceScope.$current.withValue(scope) {
      logger.info("one")
      async let child: Void = logger.info("two", metadata: ["x": "1"])
      await child
    }
    logger.info("three")
    let lines = try captured.objects()
    #expect(lines.count == 3)
    for line in lines.prefix(2) {
      #expect(line["trace_id"] as? String == "0af7651916cd43dd8448eb211c80319c")
      #expect(line["span_id"] as? String == "b7ad6b7169203331")
    }
    #expect(lines.last?["trace_id"] == nil)
  }

  @Test("the level changes at run time for loggers that exist, and by label prefix")
  func levels() throws {
    let captured = CapturedLines(level: .info)
    let logger = captured.logs.logger("martlet.rpc.server")
    let other = captured.logs.logger("martlet.rpcx")
    logger.debug("hidden")
    captured.logs.levels.set(.debug)
    logger.debug("a")
    captured.logs.levels.set(.error, forPrefix: "martlet.rpc")
    logger.warning("hidden")
    other.debug("b")
    captured.logs.levels.set(.trace, forPrefix: "martlet.rpc.server")
    logger.trace("c")
    captured.logs.levels.set(nil, forPrefix: "martlet.rpc.server")
    captured.logs.levels.set(nil, forPrefix: "martlet.rpc")
    logger.trace("hidden")
    logger.debug("d")
    var own = logger
    own.logLevel = .critical
    own.error("hidden")
    logger.debug("e")
    #expect(
      try captured.objects().compactMap { $0["message"] as? String } == ["a", "b", "c", "d", "e"]
    )
  }

  @Test("labels and exceptions beyond their limits share the process's level")
  func levelBounds() {
    let levels = LogLevels(.info)
    for index in 0..<LogLevels.maximumPrefixCount {
      #expect(levels.set(.debug, forPrefix: "p\(index)"))
    }
    #expect(!levels.set(.debug, forPrefix: "one.more"))
    #expect(levels.exceptions.count == LogLevels.maximumPrefixCount)
    #expect(levels.set(nil, forPrefix: "p0") && levels.set(.debug, forPrefix: "one.more"))
  }

  @Test("under the journal each line begins with its priority; a redirected stream does not count")
  func journal() throws {
    let probe = CapturedLines()
    var status = stat()
    #expect(fstat(probe.reading, &status) == 0)
    let stream = "\(status.st_dev):\(status.st_ino)"
    #expect(
      LogStyle.of(.auto, descriptor: probe.reading, environment: ["JOURNAL_STREAM": stream])
        == .json(hasPriority: true)
    )
    #expect(
      LogStyle.of(.auto, descriptor: probe.reading, environment: ["JOURNAL_STREAM": "1:1"])
        == .json(hasPriority: false)
    )
    let captured = CapturedLines(environment: ["JOURNAL_STREAM": stream])
    #expect(captured.logs.style == .json(hasPriority: false), "another pipe")
    let sink = captured.logs.sink
    let logger = Logger(label: "t") { label in
      StructuredLogHandler(
        label: label,
        sink: sink,
        style: .json(hasPriority: true),
        levels: LogLevels(.trace)
      )
    }
    for level in Logger.Level.allCases { logger.log(level: level, "x") }
    #expect(
      captured.lines.map { $0.prefix(3) } == ["<7>", "<7>", "<6>", "<5>", "<4>", "<3>", "<2>"]
    )
  }

  @Test("a terminal gets people's lines in colour, unless NO_COLOR or TERM say otherwise")
  func terminal() {
    let controller = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    defer { close(controller) }
    #expect(controller >= 0, "no pseudo-terminal on this machine")
    func style(_ format: LogFormat, _ environment: [String: String]) -> LogStyle {
      .of(format, descriptor: controller, environment: environment)
    }
    #expect(style(.auto, [:]) == .human(hasColour: true))
    #expect(style(.auto, ["NO_COLOR": "1"]) == .human(hasColour: false))
    #expect(style(.auto, ["NO_COLOR": ""]) == .human(hasColour: true))
    #expect(style(.auto, ["TERM": "dumb"]) == .human(hasColour: false))
    #expect(style(.json, [:]) == .json(hasPriority: false))
    let captured = CapturedLines(format: .human)
    #expect(captured.logs.style == .human(hasColour: false))
  }

  @Test("a reader that hangs blocks nobody: lines are dropped, counted, and the count is told")
  func slowReader() {
    let captured = CapturedLines()
    // A small buffer behind a pipe that nobody reads: the pipe's 64 KiB and the buffer fill up.
    let sink = LogSink(descriptor: captured.writing, capacityBytes: 10_000)
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 99) + [10]
    for _ in 0..<20_000 { sink.write(line) }
    let dropped = sink.droppedLineCount
    #expect(dropped > 0)
    var text = ""
    // The reader wakes up: everything that was kept arrives, and then the report.
    for _ in 0..<10_000 where !text.contains("dropped") {
      text += CapturedLines.readAll(captured.reading)
      sink.flush(withinMilliseconds: 1)
    }
    sink.flush()
    text += CapturedLines.readAll(captured.reading)
    let lines = text.split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("x") }.count == 20_000 - dropped)
    let reported = lines.filter { $0.hasSuffix("log lines were dropped") }
      .compactMap { Int($0.prefix { $0.isNumber }) }
    #expect(reported.reduce(0, +) == dropped)
  }

  @Test("lines of many threads arrive whole, each thread's in order")
  func threads() async throws {
    let captured = CapturedLines()
    let logs = captured.logs
    await withTaskGroup(of: Void.self) { group in
      for thread in 0..<4 {
        group.addTask {
          let logger = logs.logger("t\(thread)")
          for index in 0..<100 { logger.info("\(index)") }
        }
      }
    }
    let lines = captured.lines
    #expect(lines.count == 400)
    var next: [String: Int] = [:]
    for line in lines {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      )
      let label = try #require(object["label"] as? String)
      #expect(object["message"] as? String == "\(next[label, default: 0])")
      next[label, default: 0] += 1
    }
  }

  @Test("times before and after leap days are written right")
  func times() {
    let known = [
      (0, "1970-01-01T00:00:00"), (951_782_399, "2000-02-28T23:59:59"),
      (951_782_400, "2000-02-29T00:00:00"), (951_868_800, "2000-03-01T00:00:00"),
      (1_709_164_800, "2024-02-29T00:00:00"), (4_107_542_400, "2100-03-01T00:00:00"),
    ]
    for (seconds, text) in known {
      #expect(UTCTimeText.of(seconds) == text + ".000000Z")
    }
  }
}
