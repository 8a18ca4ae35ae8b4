import Settings
import Testing

@Suite("What is said about wrong settings")
struct ProblemTests {
  @Test("an unknown key of the file names its line and the nearest key")
  func unknownKey() {
    #expect(
      Sample.problems(file: "listen:\n  adress: a:1\n") == [
        "s.yaml:2: unknown key \"listen.adress\"; did you mean \"listen.address\"?"
      ]
    )
    #expect(
      Sample.problems(file: "\nlisten.adress: a:1\n") == [
        "s.yaml:2: unknown key \"listen.adress\"; did you mean \"listen.address\"?"
      ]
    )
  }

  @Test("a misspelled section is one problem that names the section")
  func unknownSection() {
    #expect(
      Sample.problems(file: "lisen:\n  address: a:1\n  peers: []\n") == [
        "s.yaml:1: unknown key \"lisen\"; did you mean \"listen\"?"
      ]
    )
  }

  @Test("a key that resembles none is refused without a guess")
  func noGuess() {
    #expect(Sample.problems(file: "quux: 1\n") == ["s.yaml:1: unknown key \"quux\""])
  }

  @Test("unknown flags and environment names get the nearest name")
  func unknownNames() {
    #expect(
      Sample.problems(["--worker-cuont", "3"]) == [
        "--worker-cuont: unknown flag; did you mean --worker-count?"
      ]
    )
    #expect(
      Sample.problems(environment: ["MARTLET_MODEL_STORE_WORKERCOUNT": "3"]) == [
        "MARTLET_MODEL_STORE_WORKERCOUNT: unknown setting; "
          + "did you mean MARTLET_MODEL_STORE_WORKER_COUNT?"
      ]
    )
  }

  @Test("all problems of all sources are reported at once")
  func allAtOnce() {
    let problems = Sample.problems(
      ["--ratio", "2", "--nonsense"],
      environment: ["MARTLET_MODEL_STORE_MODE": "fats"],
      file: "worker-count: many\ncache.size: 12\nfoo: 1\n"
    )
    #expect(problems.count == 6)
    #expect(Set(problems.map { $0.prefix { $0 != " " } }).count == 6)
  }

  @Test(
    "a wrong value is told with what is allowed",
    arguments: [
      ("worker-count", "0", "a whole number from 1 to 64 (threads)"),
      ("worker-count", "99999999999999999999", "from 1 to 64"),
      ("drain-timeout", "30", "the unit is missing"),
      ("drain-timeout", "1 s", "a duration with units"),
      ("drain-timeout", "11m", "from 1s to 10m"),
      ("cache-size", "64MB", "B, KiB, MiB, GiB, TiB"),
      ("cache-size", "64", "the unit is missing"),
      ("cache-size", "9999999TiB", "from 0B to 1TiB"),
      ("mode", "fats", "one of fast, careful; did you mean fast?"),
      ("ratio", "nan", "a number from 0.0 to 1.0"),
      ("listen-address", "localhost", "HOST:PORT"),
      ("listen-address", "h:65536", "HOST:PORT"),
      ("listen-peers", "a:1,b", "value 2 of 2"),
      ("listen-peers", "a:1,b:1,c:1,d:1", "got 4 values"),
      ("directory", "", "a path"),
    ]
  )
  func wrongValue(flag: String, value: String, said: String) {
    let problems = Sample.problems(["--\(flag)", value])
    #expect(problems.count == 1)
    #expect(problems.first?.contains(said) == true, "\(problems)")
    #expect(problems.first?.hasPrefix("--\(flag): \"\(value)\"") == true, "\(problems)")
  }

  @Test("a missing required setting says how to give it, and a refused one is not also missing")
  func required() throws {
    let error = #expect(throws: SettingsError.self) { try Sample.resolve() }
    #expect(error?.problems.count == 1)
    let text = error?.description ?? ""
    #expect(text.contains("name is missing"))
    #expect(text.contains("--name TEXT") && text.contains("MARTLET_MODEL_STORE_NAME"))
    let refused = #expect(throws: SettingsError.self) { try Sample.resolve(["--name", ""]) }
    #expect(refused?.problems.count == 1)
  }

  @Test("a secret is refused as a flag and in the file, with the way out and without its value")
  func secretRefused() {
    let flag = Sample.problems(["--registry-token", "s3cret"])
    #expect(flag.count == 1 && flag[0].contains("--registry-token-file PATH"))
    #expect(Sample.problems(["--registry-token=s3cret"]) == flag)
    let file = Sample.problems(file: "registry:\n  token: s3cret\n")
    #expect(file.count == 1 && file[0].hasPrefix("s.yaml:2:"))
    #expect(file[0].contains("\"registry.token-file\""))
    let both = Sample.problems(
      ["--registry-token-file", "t"],
      environment: ["MARTLET_MODEL_STORE_REGISTRY_TOKEN": "s3cret"],
      files: ["t": "s3cret"]
    )
    #expect(both.count == 1 && both[0].contains("keep one of them"))
    #expect(!(flag + file + both).joined().contains("s3cret"))
  }

  @Test("a secret's file that cannot be read, or is empty, is one problem")
  func secretFile() {
    let gone = Sample.problems(["--registry-token-file", "t"])
    #expect(gone.count == 1 && gone[0].contains("cannot be read"))
    let empty = Sample.problems(["--registry-token-file", "t"], files: ["t": "\n"])
    #expect(empty.count == 1 && empty[0].contains("1 to 65536 bytes"))
  }

  @Test("a flag given twice, without a value, or a bare word is refused")
  func commandLine() {
    #expect(
      Sample.problems(["--ratio", "0", "--ratio", "1"]) == [
        "--ratio: given more than once; give it once"
      ]
    )
    #expect(Sample.problems(["--ratio"]).first?.contains("needs a value") == true)
    #expect(Sample.problems(["--ratio", "--verbose"]).first?.contains("needs a value") == true)
    #expect(Sample.problems(["word"]).first?.hasPrefix("word: not a flag") == true)
    #expect(Sample.problems(["--config"]).first?.contains("needs the path") == true)
    #expect(Sample.problems(["--output", "xml"]).first?.contains("human or json") == true)
  }

  @Test("a key set twice in the file is refused, in one spelling or two")
  func repeatedKey() {
    let one = Sample.problems(file: "ratio: 0\nratio: 1\n")
    #expect(one.count == 1 && one[0].contains("set more than once"))
    let two = Sample.problems(file: "cache:\n  size: 1B\ncache.size: 2B\n")
    #expect(two == ["s.yaml:3: \"cache.size\" was already set in line 2"])
  }

  @Test(
    "a file that is no mapping of settings is refused and never crashes",
    arguments: [
      "- a\n", "word", "a: b: c", "\"", "{", "listen: 3", "ratio: {a: 1}", "ratio: [1]", "ratio:",
      "? [a]\n: 1", "a: *b", "--- a\n--- b", "\u{0}", "listen:\n  peers: [[a]]", "%", "\t- x",
    ]
  )
  func malformed(file: String) {
    let problems = Sample.problems(file: file)
    #expect(problems.count == 1, "\(problems)")
    #expect(problems.allSatisfy { $0.hasPrefix("s.yaml") }, "\(problems)")
  }

  @Test("deep nesting, a large file and bytes that are not UTF-8 are refused and never crash")
  func bombs() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(Sample.problems(file: "ratio: \(deep)").count == 1)
    let large = String(repeating: "#", count: 1 << 21)
    #expect(Sample.problems(file: large).first?.contains("larger than") == true)
    let bytes = SettingsSources(arguments: ["--config", "x"], environment: [:]) { _ in [0xFF] }
    let error = #expect(throws: SettingsError.self) {
      try Sample.declaration.request(from: bytes)
    }
    #expect(error?.problems.first?.description == "x: not UTF-8")
  }

  @Test("a missing file says why")
  func missingFile() {
    let problems = Sample.problems(["--config", "gone.yaml"])
    #expect(problems == ["gone.yaml: cannot be read: No such file or directory"])
  }

  @Test("a rule over several settings is reported at its setting")
  func crossCheck() {
    #expect(
      Sample.problems(["--mode", "careful", "--worker-count", "9"]) == [
        "--worker-count: worker-count: at most 8 in mode careful; lower it or set mode fast"
      ]
    )
  }

  @Test("problems of the command line alone are usage errors")
  func usage() throws {
    let usage = #expect(throws: SettingsError.self) { try Sample.resolve(["--name", "a", "--x"]) }
    #expect(usage?.isUsageError == true)
    let other = #expect(throws: SettingsError.self) { try Sample.resolve(["--x"]) }
    #expect(other?.isUsageError == false)
  }
}
