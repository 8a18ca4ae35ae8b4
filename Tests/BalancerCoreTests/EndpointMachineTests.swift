import BalancerCore
import Testing

@Suite("An endpoint's life")
struct EndpointMachineTests {
  static let ready = EndpointSighting(readyCount: 1, placedCount: 1, wantedCount: 1)
  static let partly = EndpointSighting(
    readyCount: 1,
    placedCount: 2,
    wantedCount: 2,
    lack: "b loads it"
  )
  static let waiting = EndpointSighting(
    readyCount: 0,
    placedCount: 1,
    wantedCount: 1,
    lack: "a loads it"
  )
  static let hopeless = EndpointSighting(
    readyCount: 0,
    placedCount: 1,
    wantedCount: 1,
    isHopeless: true,
    lack: "no host could load it"
  )
  static let nowhere = EndpointSighting(
    readyCount: 0,
    placedCount: 0,
    wantedCount: 1,
    shortfall: "no host"
  )

  struct Case: CustomTestStringConvertible {
    let from: EndpointPhase
    let sighting: EndpointSighting
    let effect: OnSighting
    let to: EndpointPhase
    let reason: String
    var testDescription: String {
      "\(from) sees \(sighting.readyCount) ready, \(sighting.lack)\(sighting.shortfall)"
    }
  }

  static let cases: [Case] = [
    .init(
      from: .creating,
      sighting: ready,
      effect: .changed(from: .creating, to: .inService),
      to: .inService,
      reason: ""
    ),
    .init(
      from: .creating,
      sighting: partly,
      effect: .changed(from: .creating, to: .inService),
      to: .inService,
      reason: "1 of 2 replicas are ready: b loads it"
    ),
    .init(
      from: .creating,
      sighting: waiting,
      effect: .saysOtherwise,
      to: .creating,
      reason: "a loads it"
    ),
    .init(
      from: .creating,
      sighting: hopeless,
      effect: .changed(from: .creating, to: .failed),
      to: .failed,
      reason: "no host could load it"
    ),
    .init(
      from: .creating,
      sighting: nowhere,
      effect: .saysOtherwise,
      to: .creating,
      reason: "0 of 1 replicas placed: no host"
    ),
    .init(from: .inService, sighting: ready, effect: .unchanged, to: .inService, reason: ""),
    .init(
      from: .inService,
      sighting: partly,
      effect: .saysOtherwise,
      to: .inService,
      reason: "1 of 2 replicas are ready: b loads it"
    ),
    .init(
      from: .inService,
      sighting: waiting,
      effect: .saysOtherwise,
      to: .inService,
      reason: "no replica is ready: a loads it"
    ),
    .init(
      from: .inService,
      sighting: hopeless,
      effect: .changed(from: .inService, to: .failed),
      to: .failed,
      reason: "no host could load it"
    ),
    .init(
      from: .inService,
      sighting: nowhere,
      effect: .saysOtherwise,
      to: .inService,
      reason: "no replica is ready; 0 of 1 replicas placed: no host"
    ),
    .init(
      from: .failed,
      sighting: ready,
      effect: .changed(from: .failed, to: .inService),
      to: .inService,
      reason: ""
    ),
    .init(
      from: .failed,
      sighting: partly,
      effect: .changed(from: .failed, to: .inService),
      to: .inService,
      reason: "1 of 2 replicas are ready: b loads it"
    ),
    .init(
      from: .failed,
      sighting: waiting,
      effect: .saysOtherwise,
      to: .failed,
      reason: "a loads it"
    ),
    .init(
      from: .failed,
      sighting: hopeless,
      effect: .saysOtherwise,
      to: .failed,
      reason: "no host could load it"
    ),
    .init(
      from: .failed,
      sighting: nowhere,
      effect: .saysOtherwise,
      to: .failed,
      reason: "0 of 1 replicas placed: no host"
    ),
  ]

  @Test("Every phase and sighting has its effect, state and words", arguments: cases)
  func sightings(_ testCase: Case) {
    var machine = EndpointMachine(phase: testCase.from)
    #expect(machine.seen(testCase.sighting) == testCase.effect)
    #expect(machine.phase == testCase.to)
    #expect(machine.reason == testCase.reason)
  }

  @Test("The cases cover every phase with every sighting")
  func coverage() {
    #expect(EndpointMachineTests.cases.count == EndpointPhase.allCases.count * 5)
  }

  @Test("The same sighting twice is no news", arguments: EndpointPhase.allCases)
  func repetition(_ phase: EndpointPhase) {
    var machine = EndpointMachine(phase: phase)
    _ = machine.seen(EndpointMachineTests.waiting)
    #expect(machine.seen(EndpointMachineTests.waiting) == .unchanged)
  }

  @Test("More replicas than hosts: it serves, and the reason counts what is placed")
  func tooFewHosts() {
    var machine = EndpointMachine(phase: .creating)
    let sighting = EndpointSighting(
      readyCount: 2,
      placedCount: 2,
      wantedCount: 3,
      shortfall: Shortfall.tooFewHosts(hostCount: 2).words
    )
    #expect(machine.seen(sighting) == .changed(from: .creating, to: .inService))
    #expect(machine.reason == "2 of 3 replicas placed: the pool has 2 hosts")
  }
}
