import ArgumentParser
import Primitives
import Testing

@testable import Commands

@Suite("What people and scripts see")
struct RenderingTests {
  @Test("columns line up by characters, numbers to the right, without spaces at the end")
  func table() {
    var table = TextTable([.left("NAME"), .right("ROWS"), .left("NOTE")])
    table.add(["größe", "12", "x"])
    table.add(["a", "1234567"])
    table.add(["b", "1", "ok", "surplus"])
    let recording = Recording()
    table.write(to: recording.terminal(isInteractive: false))
    #expect(
      recording.written == """
        NAME      ROWS  NOTE
        größe       12  x
        a      1234567
        b            1  ok

        """
    )
  }

  @Test("what a table shows cannot move the cursor")
  func controlCharacters() {
    var table = TextTable([.left("NAME")])
    table.add(["a\u{1B}[2Jb\nc\u{9B}d"])
    #expect(table.rows == [["a [2Jb c d"]])
  }

  @Test("colour is for terminals only")
  func colour() {
    let recording = Recording()
    #expect(recording.terminal(isInteractive: false).styled("x", .red) == "x")
    #expect(recording.terminal(isInteractive: true).styled("x", .red) == "\u{1B}[31mx\u{1B}[0m")
  }

  @Test("progress says share, amount, rate and time left")
  func progress() {
    var text = ProgressText(
      label: "upload",
      done: 512 * 1024,
      total: 2 * 1024 * 1024,
      elapsed: .seconds(2)
    )
    let bar = "▕██████" + String(repeating: " ", count: 18) + "▏"
    #expect(
      text.line(columns: 120)
        == "upload  \(bar)   25 %  512 KiB of 2.0 MiB  256 KiB/s  6.0 s left"
    )
    text.total = nil
    text.unit = .count("rows")
    #expect(text.line(columns: 120) == "upload  524288 rows  262144 rows/s")
    text.elapsed = .zero
    #expect(text.line(columns: 120) == "upload  524288 rows")
    #expect(text.line(columns: 10).count == 9)
  }

  @Test("a progress bar is as wide as it says at every share")
  func bar() {
    for eighth in 0...80 {
      let bar = ProgressText.bar(Double(eighth) / 80, width: 10)
      #expect(bar.count == 12, "\(eighth): \(bar)")
    }
    #expect(ProgressText.bar(-1, width: 2) == "▕  ▏")
    #expect(ProgressText.bar(2, width: 2) == "▕██▏")
  }

  @Test("quantities read well, at their limits too")
  func values() {
    #expect(ValueText.bytes(0) == "0 B")
    #expect(ValueText.bytes(1023) == "1023 B")
    #expect(ValueText.bytes(1536) == "1.5 KiB")
    #expect(ValueText.bytes(10 * 1024 * 1024) == "10 MiB")
    #expect(ValueText.bytes(.max) == "8192 PiB")
    #expect(ValueText.duration(.milliseconds(40)) == "0.0 s")
    #expect(ValueText.duration(.milliseconds(9940)) == "9.9 s")
    #expect(ValueText.duration(.milliseconds(9960)) == "10 s")
    #expect(ValueText.duration(.milliseconds(59_600)) == "1 min 00 s")
    #expect(ValueText.duration(.seconds(3 * 60 + 5)) == "3 min 05 s")
    #expect(ValueText.duration(.seconds(2 * 3600 + 7 * 60)) == "2 h 07 min")
    #expect(ValueText.duration(.seconds(4 * 86_400 + 11 * 3600)) == "4 d 11 h")
    #expect(ValueText.number(0.81341234) == "0.81341")
    #expect(ValueText.number(.nan) == "NaN")
    #expect(ValueText.number(-.infinity) == "-∞")
    #expect(ValueText.time(unixMicroseconds: 0) == "-")
    #expect(ValueText.time(unixMicroseconds: 1_772_373_909_000_000) == "2026-03-01 14:05:09")
  }

  @Test("a falling loss falls in its plot, and too little to plot is no plot")
  func plot() {
    let lines = LossPlot.lines([4, 3, 2, 1], columnCount: 10, rowCount: 2)
    #expect(lines == ["4 ┤█▃  ", "1 ┤██▆▁"])
    #expect(LossPlot.lines([1]).isEmpty)
    #expect(LossPlot.lines([1, .nan, .infinity]).isEmpty)
    #expect(LossPlot.lines(Array(repeating: 2, count: 500)).allSatisfy { $0.count <= 64 })
  }

  @Test("results go out as one JSON document in snake_case, or as text")
  func presenting() throws {
    struct Thing: Encodable {
      let rowCount: Int
      let share: Double
      let path: String
    }
    let thing = Thing(rowCount: 3, share: .nan, path: "a/b")
    let json = Recording()
    try json.console(isInteractive: false, output: .json).present(thing) { $0.line("never") }
    #expect(
      json.written == """
        {
          "path" : "a/b",
          "row_count" : 3,
          "share" : "NaN"
        }

        """
    )
    let event = Recording()
    try event.console(isInteractive: false, output: .json).presentEvent(thing) { _ in }
    #expect(event.written == "{\"path\":\"a/b\",\"row_count\":3,\"share\":\"NaN\"}\n")
    let human = Recording()
    try human.console(isInteractive: false).present(thing) { $0.line("3 rows") }
    #expect(human.written == "3 rows\n")
  }

  @Test("a warning is a line of JSON for scripts, beside a result that stays clean")
  func warnings() throws {
    let scripts = Recording()
    try scripts.console(isInteractive: false, output: .json).warn("no \"engine\"")
    #expect(scripts.written == "{\"warning\":{\"message\":\"no \\\"engine\\\"\"}}\n")
    let people = Recording()
    try people.console(isInteractive: false).warn("no engine")
    #expect(people.written == "warning: no engine\n")
  }

  @Test("errors say what to do, to people and to scripts")
  func errors() throws {
    let error = CommandError("no column mpg", remedy: "choose another", exit: .badInput)
    let human = Recording()
    try human.console(isInteractive: false).report(error)
    #expect(human.written == "error: no column mpg\n       choose another\n")
    let json = Recording()
    try json.console(isInteractive: false, output: .json).report(error)
    #expect(
      json.written == "{\"error\":{\"code\":\"INVALID_ARGUMENT\",\"exit_code\":65,"
        + "\"message\":\"no column mpg\",\"remedy\":\"choose another\"}}\n"
    )
  }

  @Test("progress is drawn in place on a terminal, and nothing is left of it")
  func progressLine() throws {
    let recording = Recording()
    let console = try recording.console(isInteractive: true)
    let line = ProgressLine(console, "work", total: 10, interval: .zero)
    line.update(5)
    #expect(recording.written.hasPrefix("\r\u{1B}[Kwork"))
    line.clear()
    #expect(recording.written.hasSuffix("\r\u{1B}[K"))
    #expect(!recording.written.contains("\n"))
  }

  @Test("progress does not draw more often than people see")
  func throttled() throws {
    let recording = Recording()
    let console = try recording.console(isInteractive: true)
    let line = ProgressLine(console, "work", total: 1000, interval: .seconds(3600))
    for done in 0..<1000 { line.update(Int64(done)) }
    #expect(recording.written.isEmpty)
    line.clear()
    #expect(recording.written.isEmpty, "what was never drawn needs no clearing")
  }

  @Test("elsewhere progress is plain lines")
  func plainProgress() throws {
    let recording = Recording()
    let console = try recording.console(isInteractive: false)
    let line = ProgressLine(console, "work", total: 10, unit: .count("rows"), interval: .zero)
    line.update(5)
    line.clear()
    #expect(recording.written.hasPrefix("work  ▕"))
    #expect(recording.written.hasSuffix("5 rows of 10 rows\n"))
  }

  @Test("with JSON and nobody looking on, progress and notes are silent")
  func silence() throws {
    let recording = Recording()
    let console = try recording.console(isInteractive: false, output: .json)
    console.note("certificates made")
    let line = ProgressLine(console, "work", total: 10)
    for done in 0..<1000 { line.update(Int64(done)) }
    line.clear()
    #expect(recording.written.isEmpty)
  }
}
