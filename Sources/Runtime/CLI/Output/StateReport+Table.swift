// The table of `list`.

internal import OCI

extension StateReport {
  /// The table of `list`.
  static func table(_ reports: [StateReport]) -> String {
    var table = TextTable(header: ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"])
    for report in reports {
      table.append([
        report.id, decimal(Int(report.pid)), report.status.name, report.bundle, report.created, report.owner,
      ])
    }
    return table.text
  }
}
