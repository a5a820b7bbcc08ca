// The command `mounts`.

internal import Linux
internal import OCI

extension ExtraProgram {
  /// `mounts add|remove CONTAINER FILE`, as crun has it: FILE is a list as `mounts` in config.json, `-` standard input.
  static func performMounts(_ operands: [String], _ context: CommandContext) throws(RuntimeError) {
    let (verb, id, file) = (operands[0], operands[1], operands[2])
    let isAddition = sameBytes(verb, "add")
    if !isAddition && !sameBytes(verb, "remove") { throw .usage("unknown command " + verb) }
    // What enters a container runs as a file that nothing in it can write to; before standard input is read, which is
    // still there after it.
    try context.enterContainers()
    let store = try context.existingStore(id)
    let state = try store.stateDirectory(of: id)
    let mounts = try mounts(in: file)
    try state.lock()
    let record = try state.readRecord()
    switch try state.status(of: record) {
    case .created, .running, .paused: break
    case .creating, .stopped: throw .wrongStatus("container not running")
    }
    let spec = try state.readSpec(leavesOutFilter: true)
    let process = try LiveMountProcess(record, spec.linux.namespaces)
    if isAddition {
      try process.add(try LiveMounts.open(mounts, record, spec))
    } else {
      try process.remove(try destinations(mounts, spec))
    }
  }

  private static func mounts(in file: String) throws(RuntimeError) -> [Mount] {
    let bytes = try doing("reading the mounts") { () throws(SystemCallError) in
      let input =
        sameBytes(file, "-")
        ? try StandardStream.input.duplicate() : try Descriptor.workingDirectory.open(file, .readOnly)
      return try input.readToEnd(limit: StateDirectory.fileLimit, subject: file)
    }
    do {
      return try Mount.decode(list: bytes)
    } catch {
      throw .invalidConfiguration("decoding the mounts: " + error.message)
    }
  }

  /// The places of mounts to be removed, the last one first: it may lie on another one of the list.
  private static func destinations(_ mounts: [Mount], _ spec: Spec) throws(RuntimeError) -> [String] {
    var places: [String] = []
    for mount in mounts.reversed() {
      if mount.destination.utf8.isEmpty { throw .invalidConfiguration("mounts: a mount has no destination") }
      let place = ContainerPath(mount.destination).text
      for hidden in spec.linux.maskedPaths + spec.linux.readonlyPaths
      where sameBytes(ContainerPath(hidden).text, place) {
        throw .invalidConfiguration(place + " is hidden or read-only by linux.maskedPaths or linux.readonlyPaths")
      }
      places.append(mount.destination)
    }
    return places
  }
}
