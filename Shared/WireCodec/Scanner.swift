import Primitives

/// One bounded pass over a message before protobuf-c sees it: protobuf-c has no limit on depth,
/// checks no UTF-8, drops what follows a NUL and copies every `bytes` field.
///
/// The scanner rejects what is malformed or too much, cuts unknown fields out, and puts a
/// placeholder in the place of sliced fields. As long as nothing is cut, the original bytes stand;
/// the first cut starts a compacted copy in the arena. Lengths around a cut keep the number of
/// their bytes (padded varints), so what was written before never moves.
struct Scanner {
  enum Outcome {
    /// protobuf-c may read the bytes as they are.
    case original
    /// protobuf-c reads these, which lie in the arena.
    case compacted(UnsafeRawBufferPointer)
    /// A singular message field came twice; protobuf-c would merge the two, but wrongly around
    /// oneofs, so they have to be joined first.
    case hasDuplicates
    /// A list that was lifted goes on in another field, so lists have to stay where they are.
    case hasSplitList
    case failure(ScanFailure)
  }

  let base: UnsafePointer<UInt8>
  private let maximumDepth: Int
  private let ignoresDuplicates: Bool
  private var fieldsLeft: Int
  var failure: ScanFailure?
  private var hasDuplicates = false
  /// The innermost map entry that is being scanned has fields of its own that are unknown.
  private var entryHasUnknownFields = false
  private let liftsLists: Bool
  private var hasSplitList = false
  private var compaction: Compaction

  static func scan(
    _ bytes: Bytes,
    _ schema: MessageSchema,
    _ arena: UnsafeMutablePointer<ArenaState>,
    _ limits: DecodeLimits,
    joined: Bool = false,
    liftsLists: Bool = true
  ) -> Outcome {
    bytes.withUnsafeBytes { run in
      guard let start = run.baseAddress else { return .original }
      var scanner = Scanner(
        base: start.assumingMemoryBound(to: UInt8.self),
        count: run.count,
        arena,
        limits,
        joined: joined,
        liftsLists: liftsLists
      )
      return scanner.run(schema.root, run.count)
    }
  }

  private init(
    base: UnsafePointer<UInt8>,
    count: Int,
    _ arena: UnsafeMutablePointer<ArenaState>,
    _ limits: DecodeLimits,
    joined: Bool,
    liftsLists: Bool
  ) {
    self.base = base
    maximumDepth = limits.maximumDepth
    fieldsLeft = limits.maximumFields
    ignoresDuplicates = joined
    self.liftsLists = liftsLists
    compaction = Compaction(source: base, total: count, arena: arena)
  }

  private mutating func run(_ root: UnsafePointer<SchemaNode>, _ count: Int) -> Outcome {
    guard scanMessage(root, 0, count, 1) else {
      if hasDuplicates { return .hasDuplicates }
      if hasSplitList { return .hasSplitList }
      return .failure(failure ?? ScanFailure(.refused, at: 0, node: root))
    }
    guard compaction.isStarted else { return .original }
    guard let compacted = compaction.finish() else {
      return .failure(ScanFailure(.tooLarge, at: 0, node: root))
    }
    return .compacted(compacted)
  }

  private mutating func scanMessage(
    _ node: UnsafePointer<SchemaNode>,
    _ start: Int,
    _ end: Int,
    _ depth: Int
  ) -> Bool {
    var position = start
    var seen = SeenFields()
    while position < end {
      guard let field = readField(position, end, node) else { return false }
      position = field.end
      let entry = SchemaNode.entry(node, field.number)
      let kind = entry.pointee.kind
      let isPackedList = field.wireType == 2 && entry.pointee.isRepeated && kind.isScalar
      guard kind.wireType == field.wireType || isPackedList else {
        if node.pointee.isMapEntry { entryHasUnknownFields = true }
        guard compaction.cut(field.start, field.end) else { return fail(.tooLarge, field, node) }
        continue
      }
      guard fieldsLeft > 0 else { return fail(.tooManyFields, field, node) }
      fieldsLeft &-= 1
      if entry.pointee.isFixedList {
        guard scanFixedList(entry, field, node, &seen) else { return false }
        continue
      }
      guard field.wireType == 2 else { continue }
      if kind == .message {
        if !entry.pointee.isRepeated, !seen.noteMessage(entry), !ignoresDuplicates {
          hasDuplicates = true
          return false
        }
        guard let inner = entry.pointee.node, scanInner(inner, field, depth, node) else {
          return false
        }
      } else if let problem = scanContent(kind, field) {
        return fail(problem, field, node)
      }
    }
    return true
  }

  /// A message inside; its length is written again if something in it was cut.
  private mutating func scanInner(
    _ inner: UnsafePointer<SchemaNode>,
    _ field: Field,
    _ depth: Int,
    _ outer: UnsafePointer<SchemaNode>
  ) -> Bool {
    guard depth < maximumDepth else { return fail(.tooDeep, field, outer) }
    let mark = compaction.mark
    let removedBefore = compaction.removed
    let outerHasUnknownFields = entryHasUnknownFields
    entryHasUnknownFields = false
    guard scanMessage(inner, field.content, field.end, depth + 1) else { return false }
    let hasUnknownFields = entryHasUnknownFields
    entryHasUnknownFields = outerHasUnknownFields
    // Part of a map's entry is no entry: like Google's readers, this one leaves it out as a whole.
    if hasUnknownFields {
      compaction.goBack(to: mark)
      return compaction.cut(field.start, field.end) || fail(.tooLarge, field, outer)
    }
    let removedInside = compaction.removed - removedBefore
    if removedInside > 0 {
      compaction.rewriteLength(
        at: field.lengthStart - removedBefore,
        width: field.content - field.lengthStart,
        to: field.end - field.content - removedInside
      )
    }
    return true
  }

  /// Which fields of one message came already, by their `duplicateBit`.
  private struct SeenFields {
    private var messages: UInt64 = 0
    private var lists: UInt64 = 0
    private var liftedLists: UInt64 = 0

    /// False when it came before.
    @inline(__always)
    mutating func noteMessage(_ entry: UnsafePointer<FieldEntry>) -> Bool {
      let bit = UInt64(1) << UInt64(entry.pointee.duplicateBit)
      defer { messages |= bit }
      return messages & bit == 0
    }

    @inline(__always)
    mutating func noteList(
      _ entry: UnsafePointer<FieldEntry>
    ) -> (isFirst: Bool, wasLifted: Bool) {
      let bit = UInt64(1) << UInt64(entry.pointee.duplicateBit)
      defer { lists |= bit }
      return (lists & bit == 0, liftedLists & bit != 0)
    }

    mutating func noteLifted(_ entry: UnsafePointer<FieldEntry>) {
      liftedLists |= UInt64(1) << UInt64(entry.pointee.duplicateBit)
    }
  }

  /// A piece of a list of fixed-width numbers. A large one that is all of its list is lifted, so
  /// that it is copied once, into its array, and not into protobuf-c's list before.
  @inline(__always)
  private mutating func scanFixedList(
    _ entry: UnsafePointer<FieldEntry>,
    _ field: Field,
    _ node: UnsafePointer<SchemaNode>,
    _ seen: inout SeenFields
  ) -> Bool {
    let (isFirst, wasLifted) = seen.noteList(entry)
    if wasLifted {
      hasSplitList = true
      return false
    }
    guard field.wireType == 2 else { return true }
    let count = field.end - field.content
    guard count & (entry.pointee.kind == .fixed32 ? 3 : 7) == 0 else {
      return fail(.malformedPackedList, field, node)
    }
    guard count >= LiftedList.minimumBytes, isFirst, liftsLists else { return true }
    seen.noteLifted(entry)
    return compaction.lift(field.lengthStart, field.content, field.end)
      || fail(.tooLarge, field, node)
  }

  /// Text, bytes and packed lists of varints.
  @inline(__always)
  private mutating func scanContent(_ kind: FieldKind, _ field: Field) -> ScanFailure.Problem? {
    let count = field.end - field.content
    switch kind {
    case .text:
      return TextCheck.problem(base + field.content, count)
    case .bytes, .unknown, .message, .fixed32, .fixed64:
      return nil
    case .slicedBytes:
      guard count >= SlicePlaceholder.byteCount else { return nil }
      return compaction.slice(field.lengthStart, field.content, field.end) ? nil : .tooLarge
    case .varint:
      return checkPackedVarints(field.content, field.end)
    case .bool:
      return checkPackedBools(field.lengthStart, field.content, field.end)
    }
  }

  private func checkPackedVarints(_ content: Int, _ end: Int) -> ScanFailure.Problem? {
    var position = content
    while position < end {
      guard skipVarint(&position, end) else { return varintProblem(position, end) }
    }
    return nil
  }

  /// protobuf-c takes only the single bytes 0 and 1 here; anything else is written anew.
  private mutating func checkPackedBools(
    _ lengthStart: Int,
    _ content: Int,
    _ end: Int
  ) -> ScanFailure.Problem? {
    if let problem = checkPackedVarints(content, end) { return problem }
    if (content..<end).allSatisfy({ base[$0] <= 1 }) { return nil }
    return compaction.rewriteBools(lengthStart, content, end) ? nil : .tooLarge
  }

  /// Notes what was wrong with a field; its place is where its content begins.
  @inline(never)
  private mutating func fail(
    _ problem: ScanFailure.Problem,
    _ field: Field,
    _ node: UnsafePointer<SchemaNode>
  ) -> Bool {
    failure = ScanFailure(problem, at: field.content, node: node, number: field.number)
    return false
  }
}
