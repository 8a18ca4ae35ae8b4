import Primitives
import Telemetry
import Testing

@Suite("Metrics")
struct MetricsTests {
  @Test("the text is what Prometheus reads, sorted, escaped and with one header a name")
  func render() throws {
    let registry = MetricsRegistry()
    registry.counter("b_total", help: "Things\nwith \\ in it.", labels: ["name": "x\"\\\ny"]).add(3)
    registry.counter("b_total", help: "Things\nwith \\ in it.", labels: ["name": "a"]).add()
    registry.gauge("a_ratio", help: "A share.", scale: .thousandths).set(250)
    registry.gauge("c_bytes", help: "Computed.") { -1.5 }
    #expect(
      registry.render() == """
        # HELP a_ratio A share.
        # TYPE a_ratio gauge
        a_ratio 0.25
        # HELP b_total Things\\nwith \\\\ in it.
        # TYPE b_total counter
        b_total{name="a"} 1
        b_total{name="x\\"\\\\\\ny"} 3
        # HELP c_bytes Computed.
        # TYPE c_bytes gauge
        c_bytes -1.5

        """
    )
  }

  @Test("a histogram shows cumulative buckets, sum and count that agree")
  func histogram() throws {
    let registry = MetricsRegistry()
    let histogram = registry.histogram(
      "t_seconds",
      help: "Time.",
      labels: ["m": "p"],
      bounds: HistogramBounds([1_000_000, 2_500_000_000], scale: .nanoseconds)
    )
    for nanoseconds in [0, 1_000_000, 1_000_001, 2_500_000_000, 3_000_000_000] as [Int64] {
      histogram.observe(nanoseconds)
    }
    histogram.observe(.milliseconds(1))
    #expect(
      registry.render() == """
        # HELP t_seconds Time.
        # TYPE t_seconds histogram
        t_seconds_bucket{m="p",le="0.001"} 3
        t_seconds_bucket{m="p",le="2.5"} 5
        t_seconds_bucket{m="p",le="+Inf"} 6
        t_seconds_sum{m="p"} 5.503000001
        t_seconds_count{m="p"} 6

        """
    )
  }

  @Test("every observation lands in the bucket that a linear search finds")
  func buckets() {
    let seed: UInt64 = 11
    var random = SeededGenerator(seed: seed)
    for bounds in [HistogramBounds.seconds, .bytes, .counts, HistogramBounds([5], scale: .one)] {
      let histogram = MetricsRegistry().histogram(
        "x_seconds",
        help: "x",
        bounds: HistogramBounds(bounds.values, scale: .nanoseconds)
      )
      var expected = [UInt64](repeating: 0, count: bounds.values.count + 1)
      let edges = bounds.values.flatMap { [$0 - 1, $0, $0 + 1] } + [.min, 0, .max / 1_000_000]
      let values = edges + (0..<500).map { _ in Int64.random(in: 0...(1 << 36), using: &random) }
      for value in values {
        expected[bounds.values.firstIndex { value <= $0 } ?? bounds.values.count] += 1
        histogram.observe(value)
      }
      #expect(histogram.snapshot.counts == expected, "seed \(seed)")
    }
  }

  @Test("bounds are sorted, unique and at most 64")
  func bounds() {
    #expect(HistogramBounds([3, 1, 3, 2], scale: .one).values == [1, 2, 3])
    #expect(HistogramBounds(Array(0..<1000), scale: .one).values == Array(0..<64))
  }

  @Test("registering again answers the same object; other labels another")
  func sameObject() {
    let registry = MetricsRegistry()
    let first = registry.counter("x_total", help: "x", labels: ["a": "1", "b": "2"])
    #expect(first === registry.counter("x_total", help: "x", labels: ["b": "2", "a": "1"]))
    #expect(first !== registry.counter("x_total", help: "x", labels: ["a": "2", "b": "1"]))
    let gauge = registry.gauge("x", help: "x")
    #expect(gauge === registry.gauge("x", help: "x"))
  }

  @Test("series beyond the limit share one that says other")
  func seriesLimit() {
    let registry = MetricsRegistry(seriesLimit: 3)
    for index in 0..<100 {
      registry.counter("x_total", help: "x", labels: ["m": "\(index)"]).add()
    }
    let lines = registry.render().split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(lines.count == 4)
    #expect(lines.contains("x_total{m=\"other\"} 97"))
  }

  @Test("a removed series is gone and can come back from zero")
  func remove() {
    let registry = MetricsRegistry()
    registry.counter("x_total", help: "x", labels: ["m": "1"]).add(5)
    registry.remove("x_total", labels: ["wrong": "1"])
    #expect(registry.render().contains("x_total{m=\"1\"} 5"))
    registry.remove("x_total", labels: ["m": "1"])
    #expect(registry.render().isEmpty)
    _ = registry.counter("x_total", help: "x", labels: ["m": "1"])
    #expect(registry.render().contains("x_total{m=\"1\"} 0"))
  }

  @Test("updates of several threads are all counted")
  func threads() async {
    let registry = MetricsRegistry()
    let counter = registry.counter("x_total", help: "x")
    let gauge = registry.gauge("g", help: "x")
    let histogram = registry.histogram("h_seconds", help: "x")
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for index in 0..<10_000 {
            counter.add(2)
            gauge.add()
            histogram.observe(Int64(index) * 1000)
            gauge.subtract()
          }
        }
      }
    }
    #expect(counter.value == 80_000 && gauge.value == 0)
    #expect(histogram.snapshot.counts.reduce(0, +) == 40_000)
  }

  @Test(
    "names that break Prometheus' rules are found out",
    arguments: [
      ("x", MetricKind.counter, MetricScale.one, "h", []),
      ("x_total", .gauge, .one, "h", []), ("1x", .gauge, .one, "h", []),
      ("", .gauge, .one, "h", []), ("x-y", .gauge, .one, "h", []), ("x", .gauge, .one, "", []),
      ("x_ms", .gauge, .one, "h", []), ("x_milliseconds", .histogram, .one, "h", []),
      ("x_bucket", .gauge, .one, "h", []), ("x_count", .gauge, .one, "h", []),
      ("x", .histogram, .nanoseconds, "h", []), ("x", .gauge, .thousandths, "h", []),
      ("x", .gauge, .one, "h", ["__a"]), ("x", .gauge, .one, "h", ["a-b"]),
      ("x", .gauge, .one, "h", ["a:b"]), ("x_seconds", .histogram, .nanoseconds, "h", ["le"]),
    ] as [(String, MetricKind, MetricScale, String, [String])]
  )
  func badNames(
    name: String,
    kind: MetricKind,
    scale: MetricScale,
    help: String,
    labels: [String]
  ) {
    #expect(
      MetricName.problem(name, kind: kind, scale: scale, help: help, labels: labels) != nil
    )
  }

  @Test("good names pass")
  func goodNames() {
    func passes(_ name: String, _ kind: MetricKind, _ scale: MetricScale = .one) -> Bool {
      MetricName.problem(name, kind: kind, scale: scale, help: "h", labels: ["le2", "_a"]) == nil
    }
    #expect(passes("martlet_rpc_calls_total", .counter))
    #expect(passes("martlet_busy_seconds_total", .counter, .nanoseconds))
    #expect(passes("martlet:rule_seconds", .histogram, .nanoseconds))
  }

  @Test("the process's own metrics are there and plausible")
  func process() throws {
    let registry = MetricsRegistry()
    ProcessMetrics.register(in: registry)
    ProcessMetrics.register(in: registry)
    var values: [String: Double] = [:]
    for line in registry.render().split(separator: "\n") where !line.hasPrefix("#") {
      let parts = line.split(separator: " ")
      values[String(parts[0])] = Double(parts[1])
    }
    #expect(values.count == 6)
    #expect(try #require(values["process_resident_memory_bytes"]) > 1_048_576)
    #expect(try #require(values["process_virtual_memory_bytes"]) > 1_048_576)
    let open = try #require(values["process_open_fds"])
    #expect(open >= 1 && open <= values["process_max_fds"] ?? 0)
    #expect(try #require(values["process_cpu_seconds_total"]) > 0)
    #expect(try #require(values["process_start_time_seconds"]) > 1_700_000_000)
  }
}
