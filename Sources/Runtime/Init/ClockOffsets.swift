// The clocks of a new time namespace.

import Linux

extension InitProcess {
  /// Makes the time namespace and enters it. Its clocks can be set only while nobody is in it (time_namespaces(7)), so
  /// clone3 does not make this one. As root of the host still, who owns the files of an undumpable process.
  mutating func offsetClocks(_ lines: String) throws(SetupFailure) {
    try withProcfs { (procfs) throws(SetupFailure) in
      try calling { () throws(SystemCallError) in
        try unshare(.time)
        let file = try procfs.open(
          "self/timens_offsets", .writeOnly, resolve: [.beneath, .noMagicLinks, .noCrossMounts])
        try file.writeOnce(lines, subject: "/proc/self/timens_offsets")
        // Of our own private procfs; the link to follow is the last one.
        let folder = try procfs.open(
          "self/ns", [.path, .directory], resolve: [.beneath, .noMagicLinks, .noCrossMounts])
        let namespace = try folder.open("time_for_children", .readOnly)
        try namespace.enterNamespace(.time, subject: "time_for_children")
      }
    }
  }
}
