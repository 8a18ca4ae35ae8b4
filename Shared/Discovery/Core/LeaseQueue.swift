import Primitives

/// Which lease may end next: a binary heap with exactly one entry an instance.
///
/// A renewal does not touch the heap: when an entry comes up whose lease was renewed meanwhile, it
/// goes back in with its real deadline. So a beat costs nothing here, an instance costs one
/// O(log n) step a lease, and no flood of renewals makes the heap grow.
struct LeaseQueue: Sendable {
  struct Entry: Sendable {
    /// The lease ends no earlier than this.
    let deadline: Instant
    let key: InstanceKey
  }

  private var heap: [Entry] = []

  var count: Int { heap.count }

  /// No lease ends earlier; nil when there are none.
  var earliestDeadline: Instant? { heap.first?.deadline }

  mutating func insert(_ key: InstanceKey, deadline: Instant) {
    heap.append(Entry(deadline: deadline, key: key))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].deadline < heap[parent].deadline else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes out the earliest entry if it is due.
  mutating func popDue(at now: Instant) -> InstanceKey? {
    guard let first = heap.first, first.deadline <= now else { return nil }
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].deadline < heap[least].deadline {
        least = child
      }
      guard least != parent else { return first.key }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
