import CProcessControl
import Glibc

/// What a worker may take of the host. Nil leaves the host's own limit.
public struct WorkerLimits: Sendable, Equatable {
  /// Address space, which is more than the memory that is used: a Swift process with a few threads
  /// begins at about 1 GiB, because every thread reserves room for its allocator. When it is used
  /// up, allocations fail and the worker usually ends.
  public var addressSpaceBytes: Int?
  /// Processor time of all its threads; then it gets SIGXCPU, and SIGKILL five seconds later.
  public var processorSeconds: Int?
  /// 0 … 19: how far it stands back behind others when the processors are busy.
  public var niceness: Int?

  public init(addressSpaceBytes: Int? = nil, processorSeconds: Int? = nil, niceness: Int? = nil) {
    self.addressSpaceBytes = addressSpaceBytes
    self.processorSeconds = processorSeconds
    self.niceness = niceness
  }

  /// Sets them from outside on a process that was just started, so that a worker need not take
  /// part. The instants before are the dynamic linker's.
  func apply(to pid: pid_t) throws(LimitError) {
    if let addressSpaceBytes {
      try set(pid, RLIMIT_AS, addressSpaceBytes, hardExtra: 0, "address space")
    }
    if let processorSeconds {
      try set(pid, RLIMIT_CPU, processorSeconds, hardExtra: 5, "processor time")
    }
    if let niceness, !setNiceness(pid, niceness) {
      throw LimitError(reason: "niceness \(niceness): \(String(cString: strerror(errno)))")
    }
  }

  private func setNiceness(_ pid: pid_t, _ value: Int) -> Bool {
    let which = __priority_which_t(PRIO_PROCESS.rawValue)
    return setpriority(which, id_t(pid), CInt(clamping: value)) == 0 || errno == ESRCH
  }

  private func set(
    _ pid: pid_t,
    _ resource: __rlimit_resource,
    _ value: Int,
    hardExtra: Int,
    _ name: String
  ) throws(LimitError) {
    let soft = UInt64(max(0, value))
    let number = CInt(resource.rawValue)
    // ESRCH: it has ended already, which its end tells.
    guard martlet_prlimit(pid, number, soft, soft + UInt64(hardExtra)) != 0, errno != ESRCH else {
      return
    }
    throw LimitError(reason: "\(name) of \(value): \(String(cString: strerror(errno)))")
  }

  struct LimitError: Error { let reason: String }
}
