public import Primitives

/// A `KMeansMachine` as bytes: little-endian words of 64 bits, numbers with all their bits, so that
/// a run that is taken up ends with the same bytes as one that was not disturbed.
///
/// Mark and version · plan · restart · total iterations · phase (0 seeding, 1 iterating,
/// 2 evaluating, 3 finished) · iteration · centres · 1 and the best, or 0 · FNV-1a of all before.
public enum KMeansCheckpoint {
  /// `MKMEANS1` in ASCII.
  private static let mark: UInt64 = 0x3153_4E41_454D_4B4D

  public static func encode(_ machine: KMeansMachine) -> Bytes {
    var words = [mark] + planWords(machine.plan)
    words += [UInt64(machine.restart), machine.totalIterationCount]
    switch machine.phase {
    case .seeding: words += [0, 0]
    case .iterating(let centers, let iteration):
      words += [1, UInt64(iteration)] + centers.map(\.bitPattern)
    case .evaluating(let centers, let iteration):
      words += [2, UInt64(iteration)] + centers.map(\.bitPattern)
    case .finished: words += [3, 0]
    }
    if let best = machine.best {
      words += [1, best.inertia.bitPattern, UInt64(best.iterationCount), UInt64(best.restart)]
      words += best.centers.map(\.bitPattern)
    } else {
      words.append(0)
    }
    words.append(Fingerprint.of(words))
    return Bytes(words.flatMap { word in withUnsafeBytes(of: word.littleEndian, Array.init) })
  }

  /// Nil when the bytes are no checkpoint of this plan, whole and undamaged.
  public static func decode(_ bytes: Bytes, plan: KMeansPlan) -> KMeansMachine? {
    guard bytes.count % 8 == 0, bytes.count >= 16 else { return nil }
    let words = bytes.withUnsafeBytes { raw in
      (0..<(raw.count / 8)).map {
        UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))
      }
    }
    guard let sum = words.last, Fingerprint.of(words.dropLast()) == sum else { return nil }
    var reader = WordReader(words: words.dropLast())
    guard reader.next() == mark, reader.take(7) == planWords(plan)[...] else { return nil }
    return machine(&reader, plan)
  }

  private static func planWords(_ plan: KMeansPlan) -> [UInt64] {
    [
      UInt64(plan.clusterCount), UInt64(plan.width), UInt64(plan.restartCount),
      UInt64(plan.iterationLimit), plan.shiftLimit.bitPattern, plan.seed, plan.dataFingerprint,
    ]
  }

  private static func machine(_ reader: inout WordReader, _ plan: KMeansPlan) -> KMeansMachine? {
    let size = plan.clusterCount * plan.width
    guard let restart = reader.count(upTo: plan.restartCount), let total = reader.next(),
      let kind = reader.next(), let iteration = reader.count(upTo: plan.iterationLimit)
    else { return nil }
    let phase: KMeansMachine.Phase
    switch kind {
    case 0: phase = .seeding
    case 1, 2:
      guard let centers = reader.numbers(size) else { return nil }
      phase =
        kind == 1
        ? .iterating(centers: centers, iteration: iteration)
        : .evaluating(centers: centers, iteration: iteration)
    case 3: phase = .finished
    default: return nil
    }
    var best: KMeansMachine.Outcome?
    switch reader.next() {
    case 0: break
    case 1:
      guard let inertia = reader.next(), let count = reader.count(upTo: plan.iterationLimit),
        let from = reader.count(upTo: plan.restartCount), let centers = reader.numbers(size)
      else { return nil }
      best = KMeansMachine.Outcome(
        centers: centers,
        inertia: Double(bitPattern: inertia),
        iterationCount: count,
        restart: from
      )
    default: return nil
    }
    guard reader.isAtEnd, phase != .finished || best != nil else { return nil }
    guard phase == .finished || restart < plan.restartCount else { return nil }
    return KMeansMachine(plan, phase: phase, restart: restart, best: best, total: total)
  }

  private struct WordReader {
    var words: ArraySlice<UInt64>

    var isAtEnd: Bool { words.isEmpty }

    mutating func next() -> UInt64? { words.popFirst() }

    mutating func count(upTo limit: Int) -> Int? {
      next().flatMap { $0 <= UInt64(limit) ? Int($0) : nil }
    }

    mutating func take(_ count: Int) -> ArraySlice<UInt64>? {
      guard words.count >= count else { return nil }
      defer { words = words.dropFirst(count) }
      return words.prefix(count)
    }

    mutating func numbers(_ count: Int) -> [Double]? {
      take(count)?.map { Double(bitPattern: $0) }
    }
  }
}

/// FNV-1a over words of 64 bits: finds damage and mix-ups, not forgery.
public enum Fingerprint {
  public static func of(_ words: some Sequence<UInt64>) -> UInt64 {
    words.reduce(0xCBF2_9CE4_8422_2325) { combine($0, $1) }
  }

  /// One more word.
  public static func combine(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let mixed = (hash ^ word) &* 0x100_0000_01B3
    return mixed ^ (mixed >> 29)
  }
}
