// What the runtime writes down about a container: state.json.

import Linux
public import OCI

/// What the runtime writes down about a container, before it makes what the record names.
public struct ContainerRecord: Equatable, Sendable {
  public var id = ""
  /// The container's first process; 0 until it exists.
  public var pid: Int32 = 0
  /// Its start time in clock ticks since boot.
  public var startTime: UInt64 = 0
  /// False until the container waits for `start`.
  public var isCreated = false
  public var createdSeconds: Int64 = 0
  public var createdNanoseconds: Int64 = 0
  /// Absolute.
  public var bundle = ""
  /// Absolute.
  public var rootfs = ""
  public var annotations = Annotations()
  public var cgroup = Cgroup(directories: [])
  /// The unit of systemd that the cgroup belongs to; empty without the systemd driver.
  public var unit = ""
  public var isRootless = false
  var resctrl = ResctrlGroup()
  var filter = FilterRecord()
  /// No hook runs after the container's start or end: config.json has not to be read again for them.
  var hasNoLateHooks = false

  public init() {}

  public var identity: ProcessIdentity { ProcessIdentity(pid: pid, startTime: startTime) }
}

extension ContainerRecord: JSONObject {
  /// The names are those of runc's state.json, where it has them.
  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("id", &id, .required)
    try json.field("init_process_pid", &pid, .always)
    try json.field("init_process_start", &startTime, .always)
    try json.field("is_created", &isCreated, .always)
    try json.field("created_seconds", &createdSeconds, .always)
    try json.field("created_nanoseconds", &createdNanoseconds, .always)
    try json.field("bundle", &bundle, .required)
    try json.field("rootfs", &rootfs, .always)
    try json.field("annotations", &annotations)
    var directories = cgroup.directories.map { CgroupDirectoryRecord($0) }
    try json.field("cgroups", &directories)
    cgroup = Cgroup(directories: directories.map { $0.directory })
    try json.field("systemd_unit", &unit)
    try json.field("rootless", &isRootless)
    try json.field("resctrl", &resctrl)
    try json.field("seccomp", &filter)
    try json.field("no_late_hooks", &hasNoLateHooks)
  }
}

extension StateDirectory {
  func readRecord() throws(RuntimeError) -> ContainerRecord {
    let bytes = try read(StateDirectory.recordName)
    do {
      return try ContainerRecord.decode(bytes)
    } catch {
      throw .invalidConfiguration("reading state.json of the container: " + error.message)
    }
  }

  func write(_ record: ContainerRecord) throws(RuntimeError) {
    try write(StateDirectory.recordName, record.encoded())
  }

  /// The config.json that the container was created with, whatever became of the bundle since.
  /// - Parameter leavesOutFilter: decoding the names of all system calls takes half of the time.
  @inline(never)
  func readSpec(leavesOutFilter: Bool = false) throws(RuntimeError) -> Spec {
    let bytes = try read(StateDirectory.configName)
    do {
      return try Spec.decode(bytes, leavesOutFilter: leavesOutFilter)
    } catch {
      throw .invalidConfiguration("reading config.json of the container: " + error.message)
    }
  }
}
