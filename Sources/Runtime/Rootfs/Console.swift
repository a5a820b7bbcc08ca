// The terminal of a container.

public import Linux

/// A pseudo terminal from the container's own devpts: both ends, until one is sent away and the other in use.
public struct Console: ~Copyable {
  /// The end that is handed to the caller of the runtime.
  public let master: Descriptor
  public let peer: Descriptor

  /// Opens a terminal in the devpts below a root; one of the host where the container has none.
  /// - Parameters:
  ///   - root: the container's root directory, before or after the process entered it.
  ///   - size: 0 rows or columns leave the kernel's choice.
  public static func open(
    in root: borrowing Descriptor, procfs: borrowing Procfs, size: WindowSize?
  ) throws(SetupFailure) -> Console {
    let master = try openMaster(in: root, procfs)
    do {
      try master.unlockPeer()
      if let size, size.rows > 0, size.columns > 0 { try master.setWindowSize(size) }
      // Never by the name of its number: that could be anybody's (CVE-2025-52565).
      let peer = try master.openPeer()
      return Console(master: master, peer: peer)
    } catch {
      throw .call(error)
    }
  }

  private static func openMaster(
    in root: borrowing Descriptor, _ procfs: borrowing Procfs
  ) throws(SetupFailure) -> Descriptor {
    let node = try calling { () throws(SystemCallError) in try multiplexer(in: root) }
    if !node.isOpen {
      return try calling { () throws(SystemCallError) in
        try Descriptor.workingDirectory.open("/dev/ptmx", [.readWrite, .noControllingTerminal])
      }
    }
    // Opened only when it is known to be a multiplexer of a devpts: opening another device may have effects.
    if try !isMultiplexer(node) { throw .refused("\"/dev/pts/ptmx\" in the container belongs to no devpts") }
    return try calling { () throws(SystemCallError) in
      try procfs.reopen(node, [.readWrite, .noControllingTerminal])
    }
  }

  /// `absent` where the container has no devpts.
  private static func multiplexer(in root: borrowing Descriptor) throws(SystemCallError) -> Descriptor {
    do {
      return try root.open("dev/pts/ptmx", [.path, .noFollow], resolve: .container)
    } catch {
      if error.errno == .noEntry { return .absent }
      throw error
    }
  }

  private static func isMultiplexer(_ node: borrowing Descriptor) throws(SetupFailure) -> Bool {
    do {
      let status = try node.status(subject: "/dev/pts/ptmx")
      let type = try node.fileSystemType()
      // DEVPTS_SUPER_MAGIC, and the number of fs/devpts/inode.c.
      return type == 0x1cd1 && status.kind == .characterDevice
        && status.special == DeviceNumber(major: 5, minor: 2)
    } catch {
      throw .call(error)
    }
  }

  /// Makes the peer standard input, output and error, and the controlling terminal of this session leader.
  public borrowing func useAsStandardStreams() throws(SetupFailure) {
    do {
      for number in [Int32(0), 1, 2] { try placeDescriptor(peer, at: number) }
      try peer.makeControllingTerminal()
    } catch {
      throw .call(error)
    }
  }
}

extension Rootfs {
  /// Opens the container's terminal and lays its peer over /dev/console. After the mounts, before or after the pivot.
  public borrowing func openConsole(size: WindowSize?) throws(SetupFailure) -> Console {
    let console = try Console.open(in: tree.root, procfs: procfs, size: size)
    let folder = try directory("dev").release()
    let place = try Rootfs.filePlace("console", in: folder, subject: "/dev/console")
    do {
      let mount = try MountTree.clone("", in: console.peer, recursive: false)
      try mount.change(MountChange(propagation: .private), subject: "/dev/console")
      try mount.attach(to: place, subject: "/dev/console")
    } catch {
      throw .call(error)
    }
    return console
  }
}
