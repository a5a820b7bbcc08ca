// The bundle of a container on disk.

internal import Foundation
internal import Images
internal import Linux
internal import OCI

/// Makes the bundle of a container: its folder, its root and the runtime's configuration. All of it blocks.
struct BundleMaker {
  let images: Store
  let settings: NodeSettings
  let host: HostFacts
  let pod: PodRecord
  /// What the runtime can do.
  let features: HandlerFeatures
  /// The process namespace of another container that is joined.
  let target: String?

  /// - Returns: the record with what was found out on the way.
  func make(_ record: ContainerRecord, _ rootfs: String) throws(PodError) -> ContainerRecord {
    var record = record
    let image = try find(record.configuration.image.name)
    record.imageID = image.id.description
    record.imageReference = image.names.first { $0.contains("@") } ?? image.id.description
    for path in [record.folder, rootfs] {
      try attempting("making the folder '\(path)'") { () throws(SystemCallError) in
        try Descriptor.workingDirectory.makeDirectory(path, mode: 0o700)
      }
    }
    let defaults: ContainerDefaults
    do throws(ImageError) {
      try images.mount(image, at: rootfs, .writable, userNamespace: pod.userNamespace)
      defaults = try images.configuration(of: image).container
    } catch {
      throw PodError("", error)
    }
    record.stopSignal = try StopSignal.name(record.configuration.stopSignal, image: defaults.stopSignal)
    record.cgroup = cgroup(record.id)
    record.resources = record.configuration.resources
    let spec = try spec(&record, rootfs, defaults)
    record.logPath = try LogPlace.prepare(record.configuration.logPath, in: pod.configuration.logDirectory)
    try attempting("writing the configuration") { () throws(SystemCallError) in
      let flags: OpenFlags = [.writeOnly, .create, .exclusive, .noFollow]
      let file = try Descriptor.workingDirectory.open(record.folder + "/config.json", flags, mode: 0o600)
      try file.writeAll(spec.encoded(.twoSpaces))
    }
    return record
  }

  private func find(_ name: String) throws(PodError) -> ImageRecord {
    do throws(ImageError) { return try images.image(name) } catch {
      throw PodError("image.image", error)
    }
  }

  private func spec(
    _ record: inout ContainerRecord, _ rootfs: String, _ defaults: ContainerDefaults
  ) throws(PodError) -> Spec {
    let configuration = record.configuration
    let security = configuration.security
    let root = try attempting("opening the root file system") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.open(rootfs, [.readOnly, .directory])
    }
    try VolumeFolders.make(defaults.volumes.entries.map(\.key), in: root, owner: pod.root)
    var request = SpecRequest(
      id: record.id, pod: pod, container: configuration, image: defaults, host: host, settings: settings,
      rootfs: rootfs, cgroupsPath: cgroupsPath(record))
    request.user = try UserChoice(security: security, imageUser: defaults.user).resolve(in: root)
    record.user.uid = request.user.uid
    record.user.gid = request.user.gid
    record.user.groups = request.user.additionalGids
    let volumes = try ImageVolumes(
      images: images, container: record, userNamespace: pod.userNamespace
    ).mount()
    let mounts = try MountChoice(configuration.mounts, try MountTable.current(), features, volumes: volumes)
    request.mounts = mounts.mounts
    request.rootPropagation = mounts.rootPropagation
    record.mounts = mounts.reported
    let devices = try DeviceChoice(configuration.devices, isPrivileged: security.isPrivileged)
    request.devices = devices.nodes
    request.deviceRules = devices.rules
    let capabilities = try CapabilityChoice(security, settings, host).sets()
    request.seccomp = try SeccompChoice.filter(
      security.seccomp, for: capabilities, isPrivileged: security.isPrivileged)
    request.targetNamespace = target
    return try withDevices(request.spec(), configuration)
  }

  /// With the devices that files of the host describe. They are read anew each time: who installs a driver writes one.
  private func withDevices(_ spec: Spec, _ container: ContainerConfiguration) throws(PodError) -> Spec {
    let names = try CDIName.wanted(by: container)
    if names.isEmpty { return spec }
    return try CDIInjection.inject(CDIRegistry(settings.deviceFolders).entries(of: names), into: spec)
  }

  private func cgroup(_ id: String) -> String {
    let parent = pod.configuration.cgroupParent.isEmpty ? settings.cgroupParent : pod.configuration.cgroupParent
    return parent + (parent.hasSuffix("/") ? "" : "/") + "apus-" + id
  }

  /// In the words of the driver: a path, or `slice:prefix:name`.
  private func cgroupsPath(_ record: ContainerRecord) -> String {
    guard settings.usesSystemdCgroups else { return record.cgroup }
    let slice = (pod.configuration.cgroupParent as NSString).lastPathComponent
    return "\(slice.isEmpty ? "system.slice" : slice):apus:\(record.id)"
  }
}

/// Which signal stops a container.
enum StopSignal {
  /// The caller's, or the image's, or TERM; in the kernel's spelling.
  static func name(_ wanted: String, image: String) throws(PodError) -> String {
    let text = wanted.isEmpty ? image : wanted
    if text.isEmpty { return "SIGTERM" }
    let name = text.uppercased().hasPrefix("SIG") || UInt8(text) != nil ? text.uppercased() : "SIG" + text.uppercased()
    guard number(name) != nil else {
      // What an image says is no reason to refuse its containers.
      if wanted.isEmpty { return "SIGTERM" }
      throw PodError(.invalidArgument, "stop_signal: unknown signal '\(wanted)'")
    }
    return name
  }

  private static let names: [String: Int32] = [
    "SIGHUP": 1, "SIGINT": 2, "SIGQUIT": 3, "SIGILL": 4, "SIGTRAP": 5, "SIGABRT": 6, "SIGIOT": 6, "SIGBUS": 7,
    "SIGFPE": 8, "SIGKILL": 9, "SIGUSR1": 10, "SIGSEGV": 11, "SIGUSR2": 12, "SIGPIPE": 13, "SIGALRM": 14,
    "SIGTERM": 15, "SIGSTKFLT": 16, "SIGCHLD": 17, "SIGCLD": 17, "SIGCONT": 18, "SIGSTOP": 19, "SIGTSTP": 20,
    "SIGTTIN": 21, "SIGTTOU": 22, "SIGURG": 23, "SIGXCPU": 24, "SIGXFSZ": 25, "SIGVTALRM": 26, "SIGPROF": 27,
    "SIGWINCH": 28, "SIGIO": 29, "SIGPOLL": 29, "SIGPWR": 30, "SIGSYS": 31, "SIGRTMIN": 34, "SIGRTMAX": 64,
  ]

  /// Of a name such as `SIGTERM` or `SIGRTMIN+3`, or a number from 1 to 64.
  static func number(_ name: String) -> Int32? {
    if let number = Int32(name) { return (1...64).contains(number) ? number : nil }
    if let number = names[name] { return number }
    for (mark, base, sign) in [("SIGRTMIN+", 34, 1), ("SIGRTMAX-", 64, -1)] as [(String, Int32, Int32)]
    where name.hasPrefix(mark) {
      guard let offset = Int32(name.dropFirst(mark.count)), (0...30).contains(offset) else { return nil }
      return base + sign * offset
    }
    return nil
  }
}

/// Where the log of a container lies.
enum LogPlace {
  /// Makes the folder of the log. The path may not lead elsewhere: the kubelet shows to users what lies there.
  /// - Returns: the absolute path; empty for no log.
  static func prepare(_ path: String, in folder: String) throws(PodError) -> String {
    if path.isEmpty { return "" }
    guard folder.hasPrefix("/") else {
      throw PodError(.invalidArgument, "log_path: the pod has no directory of logs")
    }
    let names = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !path.hasPrefix("/"), names.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }), !path.utf8.contains(0)
    else { throw PodError(.invalidArgument, "log_path: '\(path)' does not stay in the directory of logs") }
    let whole = folder + (folder.hasSuffix("/") ? "" : "/") + path
    try Node.makeFolder((whole as NSString).deletingLastPathComponent, mode: 0o755)
    if let status = try? Descriptor.workingDirectory.status(of: whole), status.kind != .regular {
      throw PodError(.invalidArgument, "log_path: '\(whole)' is there and is no file")
    }
    return whole
  }
}

/// The folders of an image's volumes.
enum VolumeFolders {
  /// Makes what is missing in the container's own layer; links in the image lead nowhere outside of it
  /// (CVE-2022-23648).
  /// - Parameter owner: of what is made.
  static func make(
    _ paths: [String], in root: borrowing Descriptor, owner: (uid: UInt32, gid: UInt32)
  ) throws(PodError) {
    for path in paths {
      do throws(SystemCallError) { try make(path, in: root, owner) } catch {
        // A file in its place is the image's affair.
        if error.errno == .exists || error.errno == .notDirectory || error.errno == .symbolicLinkLoop { continue }
        throw PodError("making the volume '\(path)' of the image", error)
      }
    }
  }

  private static func make(
    _ path: String, in root: borrowing Descriptor, _ owner: (uid: UInt32, gid: UInt32)
  ) throws(SystemCallError) {
    var done = "."
    for name in path.split(separator: "/") where name != "." && name != ".." {
      let parent = try root.open(done, [.path, .directory], resolve: .container)
      do throws(SystemCallError) {
        try parent.makeDirectory(String(name), mode: 0o755)
        try parent.changeOwner(String(name), uid: owner.uid, gid: owner.gid)
      } catch {
        if error.errno != .exists { throw error }
      }
      done += "/" + name
    }
  }
}
