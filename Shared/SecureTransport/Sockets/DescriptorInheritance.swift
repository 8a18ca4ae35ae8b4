import Glibc
import NIOCore
import NIOPosix

/// Keeps descriptors out of the processes that this one starts.
///
/// SwiftNIO opens its sockets and its epoll descriptors so that children inherit them. A child that
/// holds a copy keeps a port taken and a connection open after this process has closed it. They are
/// marked here right after they were made; a process started at that very moment could still get
/// one, so whoever starts processes closes what it does not pass on
/// (`posix_spawn_file_actions_addclosefrom_np`).
enum DescriptorInheritance {
  /// On the channel's loop, in its initializer.
  static func stop(for channel: any Channel) {
    // It throws for channels without a socket only, of which there is none here.
    try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { descriptor in
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
  }

  /// Marks all epoll descriptors of this process, which nobody ever means to pass on.
  static func stopForEventPolls() {
    for descriptor in EventPolls.all { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
  }
}
