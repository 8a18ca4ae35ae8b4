import DiscoveryCore
import Primitives
import Testing

@Suite struct StaticListTests {
  @Test("A flag gives one instance an address, named after it")
  func flag() throws {
    let list = try StaticList(flag: "inference=10.0.0.1:7443,[::1]:80,unix:/run/a.sock")
    #expect(list.instances.map(\.key.role) == ["inference", "inference", "inference"])
    #expect(list.instances.map(\.key.id) == ["10.0.0.1-7443", "---1--80", "unix--run-a.sock"])
    #expect(
      list.instances.map { $0.addresses.map(\.text) }
        == [["10.0.0.1:7443"], ["[::1]:80"], ["unix:/run/a.sock"]]
    )
  }

  @Test(
    "A bad flag says what is wrong",
    arguments: [
      ("", "\"\" is not of the form role=address,address"),
      ("inference", "\"inference\" is not of the form role=address,address"),
      ("=a:1", "\"=a:1\" is not of the form role=address,address"),
      ("inference=", "has the address \"\", which is none of host:port, [v6]:port and unix:/path"),
      (
        "inference=a:1,,b:1",
        "has the address \"\", which is none of host:port, [v6]:port and unix:/path"
      ),
      ("inference=a:1,a:1", "names inference/a-1 a second time"),
      (
        "in ference=a:1",
        "is refused: role has the name \"in ference\"; use letters, digits and - . _ only"
      ),
    ]
  )
  func badFlag(_ flag: String, _ problem: String) {
    let error = #expect(throws: StaticListError.self) { try StaticList(flag: flag) }
    #expect(error?.description == problem)
    #expect(error?.line == nil)
  }

  @Test("A file gives one instance a line, with comments, any line ends and any order of settings")
  func file() throws {
    let text = """
      # all of them

      inference\thost-1   10.0.0.5:7443,[::5]:7443  weight=200 zone=rack-1 # the big one
      inference host-2 h2:1 attribute.models=a=b;c label.gpu=no\r
        model-store store-1 unix:/run/store.sock weight=0
      """
    let list = try StaticList(file: text)
    #expect(
      list.instances.map(\.key.description) == [
        "inference/host-1", "inference/host-2", "model-store/store-1",
      ]
    )
    #expect(list.instances[0].addresses.map(\.text) == ["10.0.0.5:7443", "[::5]:7443"])
    #expect(list.instances[0].weight == 200 && list.instances[0].zone == "rack-1")
    #expect(list.instances[1].attributes == ["models": Bytes("a=b;c")])
    #expect(list.instances[1].labels == ["gpu": "no"])
    #expect(list.instances[2].weight == 0)
    #expect(try StaticList(file: "").instances.isEmpty)
  }

  @Test(
    "A bad line is named by its number",
    arguments: [
      ("inference a", "line 3 has 2 of the three fields role, id and addresses"),
      (
        "inference a b",
        "line 3 has the address \"b\", which is none of host:port, [v6]:port and unix:/path"
      ),
      ("inference a b:1 weight", "line 3 has \"weight\", which is not of the form name=value"),
      ("inference a b:1 weight=x", "line 3 has the weight \"x\", which is no whole number"),
      ("inference a b:1 weight=-1", "line 3 is refused: weight is -1; it must be 0 … 10000"),
      ("inference a b:1 zone=a zone=b", "line 3 sets \"zone\" twice"),
      (
        "inference a b:1 wieght=1",
        "line 3 sets \"wieght\"; known are weight, zone, label.NAME and attribute.NAME"
      ),
      ("inference a b:1 label.=x", "line 3 is refused: labels has an empty name"),
      ("inference first b:1", "line 3 names inference/first a second time"),
    ]
  )
  func badLine(_ line: String, _ problem: String) {
    let error = #expect(throws: StaticListError.self) {
      try StaticList(file: "# comment\ninference first a:1\n\(line)\n")
    }
    #expect(error?.description == problem)
    #expect(error?.line == 3)
  }

  @Test("Any text at all is read or refused, never worse")
  func noise() {
    let alphabet = Array("ab=:,.# \t\n\r[]/wzeighton1-\u{0}é")
    for seed in UInt64(0)..<500 {
      var generator = SeededGenerator(seed: seed)
      let text = String((0..<60).map { _ in alphabet.randomElement(using: &generator) ?? "a" })
      for parse in [{ try StaticList(file: text) }, { try StaticList(flag: text) }] {
        do {
          for instance in try parse().instances {
            #expect(InstanceLimits().problem(with: instance) == nil, "seed \(seed)")
          }
        } catch {
          #expect(error is StaticListError, "seed \(seed)")
        }
      }
    }
  }

  @Test("A file that is too large is refused before it is taken apart")
  func tooLarge() {
    let long = String(repeating: "#", count: StaticList.maximumFileBytes + 1)
    #expect(throws: StaticListError.self) { try StaticList(file: long) }
    let many = String(repeating: "\n", count: StaticList.maximumLineCount + 1)
    let error = #expect(throws: StaticListError.self) { try StaticList(file: many) }
    #expect(error?.line == StaticList.maximumLineCount + 1)
  }

  @Test("Its snapshot of a role is a decree: a view drops at once who is not in it")
  func decree() throws {
    var generator = SeededGenerator(seed: 1)
    var view = MemberView(role: "inference")
    let before = try StaticList(flag: "inference=a:1,b:1,c:1,d:1")
    let after = try StaticList(flag: "inference=a:1")
    for (revision, list) in [before, after].enumerated() {
      var watch: WatchRequest?
      if case .watch(let request, _) = view.start(now: at(0)) { watch = request }
      if revision > 0,
        case .watch(let request, _) = view.timerFired(now: at(100), using: &generator)
      {
        watch = request
      }
      let number = try #require(watch?.number)
      _ = view.snapshotArrived(
        list.snapshot(role: "inference", epoch: 0, revision: UInt64(revision)),
        on: number,
        now: at(0),
        using: &generator
      )
    }
    #expect(view.members.keys.sorted() == ["a-1"])
  }
}
