import Primitives
import Testing

@testable import TrainerCore

/// Runs a machine over rows in memory, one step after the other.
struct PlainKMeans {
  let data: [Double]
  let width: Int

  var rowCount: Int { data.count / width }

  /// Three groups of rows around (0, 0), (10, 0) and (0, 10).
  static func groups(_ rowCount: Int, seed: UInt64) -> PlainKMeans {
    var generator = SeededGenerator(seed: seed)
    let data = (0..<rowCount).flatMap { row in
      let center = [[0.0, 0], [10, 0], [0, 10]][row % 3]
      return center.map { $0 + Double.random(in: -1...1, using: &generator) }
    }
    return PlainKMeans(data: data, width: 2)
  }

  func plan(_ count: Int, restarts: Int = 4, limit: Int = 50) -> KMeansPlan {
    KMeansPlan(
      clusterCount: count,
      width: width,
      restartCount: restarts,
      iterationLimit: limit,
      shiftLimit: 1e-9,
      seed: 99,
      dataFingerprint: Fingerprint.of(data.map(\.bitPattern))
    )
  }

  func assign(_ centers: [Double]) -> (means: [Double], inertia: Double) {
    let count = centers.count / width
    var sums = [Double](repeating: 0, count: centers.count)
    var counts = [Double](repeating: 0, count: count)
    var inertia = 0.0
    for row in 0..<rowCount {
      let distances = (0..<count).map { center in
        (0..<width).reduce(0.0) { sum, element in
          let difference = data[row * width + element] - centers[center * width + element]
          return sum + difference * difference
        }
      }
      let best = distances.indices.min { distances[$0] < distances[$1] } ?? 0
      inertia += distances[best]
      counts[best] += 1
      for element in 0..<width { sums[best * width + element] += data[row * width + element] }
    }
    let means = sums.indices.map { index in
      let center = index / width
      return counts[center] == 0 ? centers[index] : sums[index] / counts[center]
    }
    return (means, inertia)
  }

  /// One step; false when the machine is finished.
  func step(_ machine: inout KMeansMachine) throws -> Bool {
    switch machine.next {
    case .finish: return false
    case .seed(let seed):
      let centers = try data.withUnsafeBufferPointer {
        try KMeansSeeding.centers(
          of: $0,
          width: width,
          count: machine.plan.clusterCount,
          seed: seed
        ) {}
      }
      machine.seeded(centers)
    case .iterate(let centers): machine.iterated(assign(centers).means)
    case .evaluate(let centers): machine.evaluated(inertia: assign(centers).inertia)
    }
    return true
  }
}

@Suite("The k-means machine")
struct KMeansMachineTests {
  let plain = PlainKMeans.groups(90, seed: 8)

  @Test("groups that lie apart are found, whatever the seed")
  func findsGroups() throws {
    var machine = KMeansMachine(plain.plan(3))
    while try plain.step(&machine) {}
    guard case .finish(let outcome) = machine.next else {
      Issue.record("not finished")
      return
    }
    let best = plain.assign([0, 0, 10, 0, 0, 10])
    #expect(outcome.inertia <= best.inertia)
    #expect(machine.progress == 1)
  }

  @Test("a run that is taken up from bytes after any step ends with the same bytes")
  func resumesAnywhere() throws {
    let plan = plain.plan(4, restarts: 3)
    var machine = KMeansMachine(plan)
    var states = [KMeansCheckpoint.encode(machine)]
    while try plain.step(&machine) { states.append(KMeansCheckpoint.encode(machine)) }
    #expect(states.count > 8)
    for state in states {
      var resumed = try #require(KMeansCheckpoint.decode(state, plan: plan))
      #expect(KMeansCheckpoint.encode(resumed) == state)
      while try plain.step(&resumed) {}
      #expect(resumed == machine)
    }
  }

  @Test("a checkpoint that is cut, damaged or of another plan is not taken up")
  func refusesOtherCheckpoints() throws {
    let plan = plain.plan(3)
    var machine = KMeansMachine(plan)
    for _ in 0..<4 { _ = try plain.step(&machine) }
    let bytes = KMeansCheckpoint.encode(machine)
    #expect(KMeansCheckpoint.decode(bytes, plan: plan) != nil)
    for count in 0..<bytes.count {
      #expect(KMeansCheckpoint.decode(bytes.slice(0..<count), plan: plan) == nil)
      var damaged = bytes.array
      damaged[count] ^= 0x10
      #expect(KMeansCheckpoint.decode(Bytes(damaged), plan: plan) == nil)
    }
    var other = plan
    other.seed += 1
    #expect(KMeansCheckpoint.decode(bytes, plan: other) == nil)
    other = plan
    other.dataFingerprint ^= 1
    #expect(KMeansCheckpoint.decode(bytes, plan: other) == nil)
  }

  @Test("a restart ends when its centres stand still, and at the limit of iterations")
  func endsRestarts() {
    var plan = plain.plan(1, restarts: 2, limit: 3)
    plan.width = 1
    plan.shiftLimit = 0.5
    var machine = KMeansMachine(plan)
    machine.seeded([0])
    machine.iterated([1])
    #expect(machine.next == .iterate(centers: [1]))
    machine.iterated([1.5])
    #expect(machine.next == .evaluate(centers: [1.5]))
    machine.evaluated(inertia: 7)
    machine.seeded([0])
    for value in [10.0, 20, 30] { machine.iterated([value]) }
    #expect(machine.next == .evaluate(centers: [30]))
    machine.evaluated(inertia: 7)
    // Equally good: the first is kept.
    #expect(
      machine.next
        == .finish(.init(centers: [1.5], inertia: 7, iterationCount: 2, restart: 0))
    )
    #expect(machine.totalIterationCount == 5)
  }

  @Test("an event that was not asked for changes nothing")
  func ignoresStrayEvents() {
    var plan = plain.plan(1, restarts: 1)
    plan.width = 1
    var machines = [KMeansMachine(plan)]
    for event in 0..<3 {
      var next = machines[machines.count - 1]
      if event == 0 { next.seeded([0]) }
      if event == 1 { next.iterated([0]) }
      if event == 2 { next.evaluated(inertia: 1) }
      machines.append(next)
    }
    for (index, machine) in machines.enumerated() {
      var (seeded, iterated, evaluated) = (machine, machine, machine)
      seeded.seeded([5])
      iterated.iterated([5])
      evaluated.evaluated(inertia: 5)
      #expect((seeded == machine) == (index != 0))
      #expect((iterated == machine) == (index != 1))
      #expect((evaluated == machine) == (index != 2))
    }
  }

  @Test("first centres are rows, different ones while there are any, the same for a seed")
  func seedsWell() throws {
    let data = [1.0, 2, 1, 2, 5, 6, 1, 2]
    let centers = try data.withUnsafeBufferPointer {
      try KMeansSeeding.centers(of: $0, width: 2, count: 3, seed: 6) {}
    }
    let pairs = stride(from: 0, to: 6, by: 2).map { [centers[$0], centers[$0 + 1]] }
    #expect(Set(pairs) == [[1, 2], [5, 6]])
    for count in [1, 2, 3, 8, 20, 21] {
      #expect(
        KMeansSeeding.naturalLogarithmFloor(count) == [1: 0, 2: 0, 3: 1, 8: 2, 20: 2, 21: 3][count]
      )
    }
  }

  @Test("the choice of first centres ends with what its check throws")
  func stopsSeeding() {
    #expect(throws: CancellationError.self) {
      try [1.0, 2].withUnsafeBufferPointer {
        try KMeansSeeding.centers(of: $0, width: 1, count: 2, seed: 1) { throw CancellationError() }
      }
    }
  }
}
