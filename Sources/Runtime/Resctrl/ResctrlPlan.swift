// What intelRdt of config.json asks for, on this host.

import Linux
import OCI

/// What intelRdt of config.json asks for (config-linux.md, section IntelRdt), checked against this host.
struct ResctrlPlan {
  private(set) var group: ResctrlGroup
  /// What is written into the schemata.
  private(set) var lines: [String] = []
  private var isThere = false

  /// - Parameter mountPoint: of the resctrl file system; empty without one.
  init(_ wanted: IntelRDT, id: String, mountPoint: String) throws(RuntimeError) {
    if mountPoint.isEmpty { throw ResctrlPlan.refusal("intelRdt is specified in config, but Intel RDT is not enabled") }
    group = ResctrlGroup(mountPoint: mountPoint)
    let isNamed = !wanted.closID.isEmpty
    group.name = !isNamed ? id : sameBytes(wanted.closID, "/") ? "." : wanted.closID
    if wanted.enableMonitoring { group.monitoring = id }
    for (schema, feature, technique) in [("l3Cache", "L3", "CAT"), ("memBw", "MB", "MBA")] {
      let value = feature.utf8.first == UInt8(ascii: "L") ? wanted.l3CacheSchema : wanted.memBwSchema
      if value.isEmpty || ResctrlPlan.has("info/" + feature, in: mountPoint) { continue }
      throw ResctrlPlan.refusal(
        joined(["intelRdt.", schema, "Schema is specified in config, but Intel RDT/", technique, " is not enabled"]))
    }
    for line in [wanted.l3CacheSchema, wanted.memBwSchema] where !line.isEmpty { lines.append(line) }
    isThere = ResctrlPlan.has(group.name, in: mountPoint)
    group.isOwn = !isNamed && !isThere
    if isNamed && lines.isEmpty && wanted.schemata.isEmpty && !isThere {
      throw ResctrlPlan.refusal(
        joined([
          "clos dir '", group.path,
          "' not accessible (must be pre-created when schemata, l3CacheSchema and memBwSchema are empty)",
        ]))
    }
    if isNamed && isThere {
      try compare()
      lines = []
    }
    lines += wanted.schemata
  }

  /// A group that others use already must be what is asked for.
  private func compare() throws(RuntimeError) {
    if lines.isEmpty { return }
    let path = CgroupPath.joined(group.path, "schemata")
    let bytes = try doing("reading the resctrl group") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.readFile(path, limit: 1 << 20)
    }
    let schemata = ResctrlSchemata(bytes)
    for line in lines where !schemata.hold(line) {
      throw ResctrlPlan.refusal(joined(["the resctrl group '", group.path, "' has another configuration than ", line]))
    }
  }

  /// Makes the group, and the one for monitoring.
  func make() throws(RuntimeError) {
    do throws(SystemCallError) {
      let top = try Descriptor.workingDirectory.open(group.mountPoint, [.path, .directory])
      try ResctrlPlan.makeDirectory(group.name, in: top)
      if !lines.isEmpty {
        var text = ""
        for line in lines { text = joined([text, line, "\n"]) }
        let file = try top.open(joined([group.name, "/schemata"]), [.writeOnly, .create], mode: 0o600)
        try file.writeOnce(text, subject: joined([group.path, "/schemata"]))
      }
      if !group.monitoring.isEmpty { try ResctrlPlan.makeDirectory(group.monitoringPath, in: top) }
    } catch {
      throw .setup(joined(["making the resctrl group: ", error.message, lastStatus]))
    }
  }

  /// What the kernel says of the last refusal, where errno says little.
  private var lastStatus: String {
    guard
      let bytes = try? Descriptor.workingDirectory.readFile(
        CgroupPath.joined(group.mountPoint, "info/last_cmd_status"), limit: 4096)
    else { return "" }
    var rest = bytes[...]
    return joined([", last_cmd_status: ", rest.takeLine()?.text ?? ""])
  }

  private static func makeDirectory(_ path: String, in top: borrowing Descriptor) throws(SystemCallError) {
    do throws(SystemCallError) {
      try top.makeDirectory(path, mode: 0o755)
    } catch {
      if error.errno != .exists { throw error }
    }
  }

  static func has(_ path: String, in mountPoint: String) -> Bool {
    (try? Descriptor.workingDirectory.status(of: CgroupPath.joined(mountPoint, path))) != nil
  }

  private static func refusal(_ text: String) -> RuntimeError { .invalidConfiguration("linux.intelRdt: " + text) }

  /// Where the host has its resctrl file system, empty without one; the usual place wins.
  static func mountPoint() throws(RuntimeError) -> String {
    let usual = "/sys/fs/resctrl"
    var found = ""
    let bytes = try doing("looking for the resctrl file system") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.readFile("/proc/self/mountinfo", limit: 1 << 26)
    }
    for mount in MountInfo.all(in: bytes) where sameBytes(mount.type, "resctrl") {
      if found.isEmpty || sameBytes(mount.mountPoint, usual) { found = mount.mountPoint }
    }
    return found
  }
}
