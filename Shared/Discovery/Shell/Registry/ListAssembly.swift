import DiscoveryCore
import Protocols
import RPC

/// Gathers the pages of a list into a snapshot.
struct ListAssembly {
  private let role: String
  /// Instances beyond are left out.
  private let memberLimit: Int
  private var position: RegistryPosition?
  private var instances: [Instance] = []

  init(role: String, memberLimit: Int) {
    self.role = role
    self.memberLimit = memberLimit
  }

  /// The snapshot with the last page; nil before. `problem` gets each instance that makes no
  /// sense, which is left out.
  /// - Throws: INTERNAL when the pages are not of one list.
  mutating func add(
    _ page: InstanceListPage,
    problem: (InstanceProblem) -> Void
  ) throws(RPCError) -> Snapshot? {
    guard let position = page.position, position == self.position ?? position else {
      throw RPCError(.internal, "the registry sent pages that are not of one list")
    }
    self.position = position
    for description in page.instances where instances.count < memberLimit {
      do throws(InstanceProblem) {
        let instance = try Instance(description)
        guard instance.key.role == role else {
          throw InstanceProblem("role", "is \(instance.key.role); \(role) was asked for")
        }
        instances.append(instance)
      } catch {
        problem(error)
      }
    }
    guard page.isLast else { return nil }
    defer {
      self.position = nil
      instances = []
    }
    return Snapshot(
      role: role,
      position: Position(position),
      // A newer registry's word that is not known here is taken for the weaker one.
      authority: page.authority == .settled ? .settled : .settling,
      instances: instances
    )
  }
}
