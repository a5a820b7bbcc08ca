// Small calls that a long-lived event loop needs: queue lengths, buffers, memory, zones, ends of strangers.

internal import CShims

extension Descriptor {
  /// Hands the descriptor over and leaves none.
  public mutating func take() -> Descriptor {
    let taken = self
    self = .absent
    return taken
  }

  /// The bytes that can be read now (FIONREAD).
  @inline(never)
  public borrowing func bytesWaiting() throws(SystemCallError) -> Int {
    let descriptor = number
    return Int(try systemCall("ioctl", "FIONREAD", apus_bytes_waiting(descriptor)))
  }

  /// What a Unix socket has sent and its peer has not read yet (SIOCOUTQ): bytes with the kernel's own overhead.
  @inline(never)
  public borrowing func bytesUnsent() throws(SystemCallError) -> Int {
    let descriptor = number
    return Int(try systemCall("ioctl", "SIOCOUTQ", apus_bytes_unsent(descriptor)))
  }

  /// Enlarges what a socket may queue beyond the host's default (SO_SNDBUFFORCE, needs CAP_NET_ADMIN).
  @inline(never)
  public borrowing func enlargeSendBuffer(bytes: Int32) throws(SystemCallError) {
    let descriptor = number
    try systemCall("setsockopt", "SO_SNDBUFFORCE", apus_enlarge_send_buffer(descriptor, bytes))
  }

  /// How the process of this pidfd ended although somebody else reaped it (PIDFD_GET_INFO, kernel 6.15).
  @inline(never)
  public borrowing func exitStatusOfStranger() throws(SystemCallError) -> ExitStatus {
    let descriptor = number
    let status = Int32(
      truncatingIfNeeded: try systemCall("ioctl", "PIDFD_GET_INFO", apus_exit_status_of(descriptor)))
    let signal = status & 0x7f
    return signal == 0 ? .exited(status >> 8 & 0xff) : .signaled(signal)
  }

  /// Binds this socket to a name below a directory, whose own path may be of any length.
  @inline(never)
  public borrowing func bind(_ name: String, in directory: borrowing Descriptor) throws(SystemCallError) {
    let socket = number
    let path = numbered("/proc/self/fd/", directory.number, "/" + name)
    // The bridged C string lives for the call, here and below.
    try systemCall("bind", name, unsafe apus_bind_unix(socket, path))
  }

  /// Binds this socket to a path of at most 107 bytes.
  @inline(never)
  public borrowing func bind(_ path: String) throws(SystemCallError) {
    let socket = number
    try systemCall("bind", path, unsafe apus_bind_unix(socket, path))
  }

  @inline(never)
  public borrowing func listen(backlog: Int32) throws(SystemCallError) {
    let socket = number
    try systemCall("listen", apus_listen(socket, backlog))
  }

  /// Accepts a connection; nil when none waits on a non-blocking socket.
  @inline(never)
  public borrowing func accept() throws(SystemCallError) -> Descriptor? {
    let socket = number
    do {
      return try Descriptor(openedBy: "accept4", apus_accept(socket, 0o4000 /* SOCK_NONBLOCK */))
    } catch {
      if error.errno == .tryAgain || error.errno == Errno(rawValue: 103 /* ECONNABORTED */) { return nil }
      throw error
    }
  }

  /// Opens a Unix socket that is not connected yet, non-blocking.
  @inline(never)
  public static func socket(_ kind: SocketKind) throws(SystemCallError) -> Descriptor {
    try Descriptor(openedBy: "socket", apus_socket_unix(kind.rawValue | 0o4000))
  }

  /// Connects this socket to a path of at most 107 bytes.
  @inline(never)
  public borrowing func connect(_ path: String) throws(SystemCallError) {
    let socket = number
    try systemCall("connect", path, unsafe apus_connect_unix(socket, path))
  }
}

/// Whether this user may execute a file (access(2)).
public func mayExecute(_ path: String) -> Bool {
  // The bridged C string lives for the call.
  unsafe apus_faccessat2(-100, path, 1 /* X_OK */, 0) == 0
}

/// Seconds east of UTC at a moment, by TZ or /etc/localtime.
public func zoneOffset(at seconds: Int64) -> Int64 { apus_zone_offset(seconds) }

/// The process group of a process; nil when it is gone.
public func processGroup(of pid: Int32) -> Int32? {
  let group = apus_process_group(pid)
  return group < 0 ? nil : Int32(group)
}

/// Sends a signal to every process of a group.
@inline(never)
public func sendSignal(_ signal: Int32, toGroup group: Int32) throws(SystemCallError) {
  try systemCall("kill", numbered("-", group), apus_kill(-group, signal))
}

/// Closes every descriptor from `first` on.
@inline(never)
public func closeAll(from first: Int32) throws(SystemCallError) {
  try systemCall("close_range", apus_close_range(UInt32(first), ~0, 0))
}
