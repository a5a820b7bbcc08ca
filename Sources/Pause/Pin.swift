// Making a pod's namespaces and keeping them by files.
//
// Without a user namespace this process makes the others for itself. With one there is a child, which is born into it:
//
//   parent                                       child, born into the new user namespace
//   writes uid_map and gid_map                   waits
//   one byte                              ──►    becomes uid 0; makes the other namespaces, which are then owned by
//                                                the first; writes host name and kernel parameters
//                                         ◄──    `.`, or the sentence of its failure
//   mounts its namespaces onto the files         waits
//   kills and reaps it

import Linux
import OCI

/// Makes a pod's namespaces and mounts them onto files, in which they live on without a process.
struct Pin: ~Copyable {
  private let options: PinOptions
  /// A private procfs: a path below /proc could lead elsewhere (CVE-2025-52881).
  private let procfs: Descriptor

  init(_ options: PinOptions) throws(PauseError) {
    self.options = options
    procfs = try doing("making a procfs") { () throws(SystemCallError) in
      try FileSystemContext("proc").mount([.noSetID, .noDevices, .noExecute]).release()
    }
  }

  func run() throws(PauseError) {
    let files = try PinnedFiles(options)
    if options.kinds.contains(.user) {
      try runWithChild(files)
    } else {
      try makeNamespaces()
      try files.bind(procfs, process: "self")
    }
    files.commit()
  }

  /// Makes all but the user namespace for this process and sets them up.
  private func makeNamespaces() throws(PauseError) {
    let kinds = options.kinds.subtracting(.user)
    if !kinds.isEmpty {
      try doing("making namespaces") { () throws(SystemCallError) in try unshare(kinds) }
    }
    if !options.hostName.isEmpty {
      try doing("setting the host name") { () throws(SystemCallError) in try setHostName(options.hostName) }
    }
    for parameter in options.parameters {
      // Opened by this process, so it is looked up in this process's namespaces.
      try doing("setting a kernel parameter") { () throws(SystemCallError) in
        let path = "sys/" + parameter.path
        let file = try procfs.open(path, .writeOnly, resolve: [.beneath, .noSymlinks, .noCrossMounts])
        try file.writeOnce(parameter.value, subject: "/proc/" + path)
      }
    }
  }
}

extension Pin {
  private func runWithChild(_ files: borrowing PinnedFiles) throws(PauseError) {
    var pair = try doing("making a socket") { () throws(SystemCallError) in
      try DescriptorPair.sockets(.sequentialPackets)
    }
    let child = try startOwner(pair)
    // With the child's end closed here its death is told.
    pair.second = .absent
    let process = numbered("", child.pid)
    do {
      try writeMaps(process)
      try command(pair.first)
      try files.bind(procfs, process: process)
    } catch {
      Pin.end(child.pidfd)
      throw error
    }
    Pin.end(child.pidfd)
  }

  private func startOwner(_ pair: borrowing DescriptorPair) throws(PauseError) -> Clone {
    let child = try doing("making a user namespace") { () throws(SystemCallError) in
      try clone(CloneOptions(namespaces: .user))
    }
    if child.isChild { becomeOwner(pair.second, closing: pair.first.number) }
    return child
  }

  private static func end(_ pidfd: borrowing Descriptor) {
    // It only waits; whatever it has become, it ends here.
    try? pidfd.sendSignal(Signal.kill)
    _ = try? pidfd.waitForExit()
  }

  private func writeMaps(_ process: String) throws(PauseError) {
    for (file, map) in [("uid_map", options.uids), ("gid_map", options.gids)] {
      guard let map else { continue }
      try doing("mapping ids") { () throws(SystemCallError) in
        try procfs.writeFile(process + "/" + file, map.text)
      }
    }
  }

  /// Tells the child that its ids are mapped, and waits for its answer.
  private func command(_ channel: borrowing Descriptor) throws(PauseError) {
    let answer = try doing("talking to the owner of the namespaces") { () throws(SystemCallError) -> [UInt8] in
      try channel.writeAll(".")
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = try channel.read(into: &buffer)
      return [UInt8](buffer[0..<count])
    }
    if answer.isEmpty { throw PauseError("the owner of the namespaces has ended") }
    if answer != [UInt8(ascii: ".")] { throw PauseError(text(of: answer[...])) }
  }

  /// The child: in the new user namespace, everything else still the host's.
  /// - Parameter other: the parent's end, of which only the parent may keep a copy: its death is told by that.
  private func becomeOwner(_ channel: borrowing Descriptor, closing other: Int32) -> Never {
    _ = Descriptor(owning: other)
    do {
      try doing("waiting for the ids") { () throws(SystemCallError) in
        try ProcessControl.setParentDeathSignal(Signal.kill)
        var byte = [UInt8](repeating: 0, count: 1)
        // The parent is gone: whoever made it took care of it.
        if try channel.read(into: &byte) == 0 { exitNow(1) }
        try setGroupID(0)
        try setUserID(0)
        try ProcessControl.setParentDeathSignal(Signal.kill)
      }
      try makeNamespaces()
      try? channel.writeAll(".")
    } catch {
      try? channel.writeAll(error.message)
    }
    // Until the parent kills it, or is gone itself.
    var byte = [UInt8](repeating: 0, count: 1)
    _ = try? channel.read(into: &byte)
    exitNow(0)
  }
}
