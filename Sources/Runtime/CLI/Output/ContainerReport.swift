// What `state` and `list` print about a container.

internal import OCI

/// What `state` and `list` print about a container: the state of the specification, and what runc adds to it.
struct ContainerReport: JSONObject, Equatable, Sendable {
  var version = specificationVersion
  var id = ""
  /// 0 when the container is stopped.
  var pid: Int32 = 0
  var status = ""
  var bundle = ""
  var rootfs = ""
  /// RFC 3339 with nanoseconds, in UTC.
  var created = ""
  var annotations = Annotations()
  /// The name of the user that created the container; `state` leaves it empty, as runc does.
  var owner = ""

  init() {}

  mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("ociVersion", &version, .always)
    try json.field("id", &id, .always)
    try json.field("pid", &pid, .always)
    try json.field("status", &status, .always)
    try json.field("bundle", &bundle, .always)
    try json.field("rootfs", &rootfs, .always)
    try json.field("created", &created, .always)
    try json.field("annotations", &annotations)
    try json.field("owner", &owner, .always)
  }

  /// The table of `list`.
  static func table(_ reports: [ContainerReport]) -> String {
    var table = TextTable(header: ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"])
    for report in reports {
      table.append([report.id, "\(report.pid)", report.status, report.bundle, report.created, report.owner])
    }
    return table.text
  }
}
