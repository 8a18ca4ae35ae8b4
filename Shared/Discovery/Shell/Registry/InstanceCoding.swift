import DiscoveryCore
import Primitives
import Protocols

// Between the wire's messages and the values that decide.

extension InstanceDescription {
  init(_ instance: Instance) {
    self.init(
      role: instance.key.role,
      id: instance.key.id,
      generation: instance.generation,
      update: instance.update,
      condition: instance.condition == .draining ? .draining : .serving,
      addresses: instance.addresses.map(\.text),
      weight: UInt32(clamping: instance.weight),
      zone: instance.zone,
      labels: instance.labels,
      attributes: instance.attributes
    )
  }
}

extension Instance {
  /// - Throws: what breaks a limit, or is no address.
  init(_ description: InstanceDescription) throws(InstanceProblem) {
    var addresses: [InstanceAddress] = []
    for text in description.addresses {
      guard let address = InstanceAddress(text) else {
        throw InstanceProblem(
          "addresses",
          "has the entry \(text.prefix(300).debugDescription), "
            + "which is none of host:port, [v6]:port and unix:/path"
        )
      }
      addresses.append(address)
    }
    self.init(
      key: InstanceKey(role: description.role, id: description.id),
      generation: description.generation,
      update: description.update,
      // A condition that only newer peers know is not plainly serving.
      condition: description.condition == .serving ? .serving : .draining,
      addresses: addresses,
      weight: Int(description.weight),
      zone: description.zone,
      labels: description.labels,
      attributes: description.attributes
    )
    // So that what is kept, sent on or saved keeps the limits everywhere.
    if let problem = InstanceLimits().problem(with: self) { throw problem }
  }

  /// About what it takes on the wire, in bytes, with a surcharge for each entry that keeps the
  /// number of fields in a message small too.
  fileprivate var wireCost: Int {
    256 + attributeBytes + 64 * (labels.count + attributes.count)
      + addresses.reduce(0) { $0 + $1.text.utf8.count }
  }
}

/// Ends a message with the first entry that makes it this large.
private let partCost = 256 * 1024
private let pageCount = 512

extension Snapshot {
  /// The snapshot as messages; at least one.
  var pages: [InstanceListPage] {
    var pages: [InstanceListPage] = []
    var page = emptyPage
    var cost = 0
    for instance in instances {
      if cost >= partCost || page.instances.count >= pageCount {
        pages.append(page)
        page = emptyPage
        cost = 0
      }
      page.instances.append(InstanceDescription(instance))
      cost += instance.wireCost
    }
    page.isLast = true
    return pages + [page]
  }

  private var emptyPage: InstanceListPage {
    InstanceListPage(
      position: RegistryPosition(position),
      authority: authority == .settled ? .settled : .settling
    )
  }
}

extension RegistryPosition {
  init(_ position: Position) {
    self.init(epoch: position.epoch, revision: position.revision)
  }
}

extension Position {
  init(_ position: RegistryPosition) {
    self.init(epoch: position.epoch, revision: position.revision)
  }
}

extension DeltaBatch {
  /// The batch as messages that follow each other without a gap; at least one.
  var parts: [InstanceChangeBatch] {
    var parts: [InstanceChangeBatch] = []
    var part = InstanceChangeBatch(epoch: epoch, after: after)
    var cost = 0
    for delta in deltas {
      if cost >= partCost, let last = part.changes.last {
        part.upTo = last.revision
        parts.append(part)
        part = InstanceChangeBatch(epoch: epoch, after: last.revision)
        cost = 0
      }
      switch delta.change {
      case .put(let instance):
        part.changes.append(
          InstanceChange(revision: delta.revision, change: .put(InstanceDescription(instance)))
        )
        cost += instance.wireCost
      case .departed(let key):
        part.changes.append(InstanceChange(revision: delta.revision, change: .departed(key.id)))
      case .expired(let key):
        part.changes.append(InstanceChange(revision: delta.revision, change: .expired(key.id)))
      }
    }
    part.upTo = upTo
    return parts + [part]
  }

  /// Reads a message; `problem` gets each change that makes no sense, which is left out.
  init(_ message: InstanceChangeBatch, role: String, problem: (InstanceProblem) -> Void) {
    var deltas: [Delta] = []
    for entry in message.changes {
      switch entry.change {
      case .put(let description):
        do throws(InstanceProblem) {
          deltas.append(
            Delta(revision: entry.revision, change: .put(try Instance(description)))
          )
        } catch {
          problem(error)
        }
      case .departed(let id):
        let key = InstanceKey(role: role, id: id)
        deltas.append(Delta(revision: entry.revision, change: .departed(key)))
      case .expired(let id):
        let key = InstanceKey(role: role, id: id)
        deltas.append(Delta(revision: entry.revision, change: .expired(key)))
      case nil:
        problem(InstanceProblem("change", "is of a kind that is not known here"))
      }
    }
    self.init(epoch: message.epoch, after: message.after, upTo: message.upTo, deltas: deltas)
  }
}

extension LeaseGrant {
  init(_ grant: Grant) {
    self.init(
      leaseMs: UInt64(max(0, grant.terms.duration.wholeMilliseconds)),
      beatMs: UInt64(max(0, grant.terms.beatInterval.wholeMilliseconds)),
      revision: grant.revision
    )
  }
}

extension Grant {
  init(_ grant: LeaseGrant) {
    // The terms bring what a peer says into their range.
    let most = UInt64(86_400_000)
    self.init(
      terms: LeaseTerms(
        duration: .milliseconds(Int64(min(grant.leaseMs, most))),
        beatInterval: .milliseconds(Int64(min(grant.beatMs, most)))
      ),
      revision: grant.revision
    )
  }
}
