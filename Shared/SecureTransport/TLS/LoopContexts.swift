import Primitives
import Synchronization

/// The contexts of one listener or client: one for each loop, made again after a reload by the
/// loop itself when its next connection begins.
final class LoopContexts: Sendable {
  // `@unchecked`: each cell is touched on its own loop's thread only, after `init`.
  private final class Cell: @unchecked Sendable {
    var context: TLSContext
    var generation: Int

    init(context: TLSContext, generation: Int) {
      self.context = context
      self.generation = generation
    }
  }

  private let identity: TLSIdentity
  private let role: TLSRole
  private let cells: [Cell]

  init(
    _ identity: TLSIdentity,
    role: TLSRole,
    loopCount: Int
  ) throws(TLSConfigurationError) {
    self.identity = identity
    self.role = role
    let generation = identity.generation
    var cells: [Cell] = []
    for _ in 0..<loopCount {
      cells.append(
        Cell(context: try TLSContext(identity.current, role: role), generation: generation)
      )
    }
    self.cells = cells
  }

  /// The context for a new connection on `loop`, which must be the current one.
  func context(on loop: NIOLoop) -> TLSContext {
    let cell = cells[loop.index]
    let generation = identity.generation
    if cell.generation != generation {
      cell.generation = generation
      // `reload` has tried the same material; should it fail here for want of memory, the old
      // context goes on to serve.
      if let fresh = try? TLSContext(identity.current, role: role) { cell.context = fresh }
    }
    return cell.context
  }
}
