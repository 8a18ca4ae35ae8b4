import CProcessControl
import Glibc

/// The arguments of one posix_spawn, with what must be freed afterwards.
///
/// The child begins with every signal at its default and none blocked: this process ignores some
/// of them (SIGPIPE, and those that it reads through Dispatch), and ignoring is inherited.
struct SpawnPlan {
  let executable: String
  let arguments: [String]
  let environment: [String: String]
  let input: ChildInput
  let output: ChildOutput
  let errors: ChildOutput
  let newSession: Bool

  /// POSIX_SPAWN_SETSID of glibc 2.26 and later, which Swift's view of it leaves out.
  private static let newSessionFlag: CInt = 0x80

  /// Starts the process; blocks for the milliseconds until it runs its own program.
  func spawn() throws(ProcessError) -> pid_t {
    for word in [executable] + arguments + environment.map({ "\($0.key)=\($0.value)" })
    where word.utf8.contains(0) {
      throw ProcessError(executable, "an argument holds a zero byte: \(word.debugDescription)")
    }
    var copies: [CInt] = []
    defer { for copy in copies { close(copy) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    setAttributes(&attributes)

    switch input {
    case .null: posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    case .descriptor(let descriptor):
      posix_spawn_file_actions_adddup2(&actions, try copy(descriptor, &copies), 0)
    }
    for (target, place) in [(output, CInt(1)), (errors, CInt(2))] {
      switch target {
      case .inherit: break
      case .null: posix_spawn_file_actions_addopen(&actions, place, "/dev/null", O_WRONLY, 0)
      case .descriptor(let descriptor):
        posix_spawn_file_actions_adddup2(&actions, try copy(descriptor, &copies), place)
      case .file(let path, let append):
        let flags = O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC)
        posix_spawn_file_actions_addopen(&actions, place, path, flags, 0o600)
      }
    }
    // Ours are closed on exec, but those of libraries may not be (glibc 2.34).
    martlet_close_from(&actions, 3)
    return try start(&actions, &attributes)
  }

  private func start(
    _ actions: inout posix_spawn_file_actions_t,
    _ attributes: inout posix_spawnattr_t
  ) throws(ProcessError) -> pid_t {
    var words = ([executable] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + variables { free(word) } }
    var child: pid_t = 0
    let failure = posix_spawn(&child, executable, &actions, &attributes, &words, &variables)
    guard failure == 0 else { throw ProcessError(executable, String(cString: strerror(failure))) }
    return child
  }

  /// A copy above the standard streams, so that putting one in its place never overwrites another
  /// that is still to be copied.
  private func copy(_ descriptor: CInt, _ copies: inout [CInt]) throws(ProcessError) -> CInt {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else {
      throw ProcessError(
        executable,
        "descriptor \(descriptor): \(String(cString: strerror(errno)))"
      )
    }
    copies.append(copy)
    return copy
  }

  private func setAttributes(_ attributes: inout posix_spawnattr_t) {
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    if newSession { flags |= SpawnPlan.newSessionFlag }
    posix_spawnattr_setflags(&attributes, Int16(flags))
  }
}
