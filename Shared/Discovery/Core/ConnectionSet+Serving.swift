import Primitives

/// Picks among those targets that say they serve something.
extension ConnectionSet {
  /// As `pick(avoiding:)`, among the instances that have `key` as an attribute, or as `name=value`
  /// among their labels. Costs what the policy costs for so many targets, whatever else there is;
  /// allocates nothing.
  ///
  /// - Parameter policy: Nil = the set's own. Its turns are those of the key alone.
  public mutating func pick(
    serving key: String,
    by policy: PickPolicyName? = nil,
    avoiding avoided: InstanceKey? = nil,
    using generator: inout some RandomNumberGenerator
  ) -> OnPick {
    let avoidedPosition = avoided.flatMap { index[$0] }
    switch serving.pick(
      key,
      by: policy,
      avoiding: avoidedPosition,
      among: candidates,
      using: &generator
    ) {
    case .target(let position):
      candidates[position].inFlight += 1
      return .call(slot(at: position))
    case .outOfReach(let servingCount):
      return .none(.servedOutOfReach(key: key, servingCount: servingCount, count: count))
    case .nobody:
      if count == 0 { return .none(.noInstances) }
      if serving.hasLeftOut {
        return .none(.tooManyKeys(key: key, limit: ServingIndex<Policy>.keyLimit))
      }
      return .none(.notServed(key: key, count: count))
    }
  }

  /// The instance at `position` is new or says something else of itself.
  mutating func describe(_ position: Int) {
    guard let target = targets[position] else { return }
    let keys = ServingIndex<Policy>.keys(of: target.instance)
    guard keys != target.servingKeys else { return }
    serving.remove(position, from: target.servingKeys.subtracting(keys))
    serving.add(position, candidates[position], to: keys.subtracting(target.servingKeys))
    setServingKeys(keys, at: position)
  }

  mutating func indexAnew() {
    serving.removeAll()
    for position in targets.indices {
      serving.add(position, candidates[position], to: targets[position]?.servingKeys ?? [])
    }
  }
}
