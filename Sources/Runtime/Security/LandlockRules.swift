// The rules of Landlock that restrict the user's program.

import Linux
import OCI

extension Landlock {
  /// What is asked for and this kernel lacks is refused before anything is made.
  func checkKernel() throws(RuntimeError) {
    let version: Int
    do {
      version = try landlockVersion()
    } catch {
      throw .unsupported(
        sentence(
          "config.json: annotations.%: this kernel has no Landlock: %", Landlock.annotation, error.errno.message))
    }
    if let refusal = refusal(version: version) { throw .unsupported("config.json: " + refusal.message) }
  }
}

extension Spec {
  func checkedLandlock() throws(RuntimeError) -> Landlock? {
    let landlock: Landlock?
    do {
      landlock = try self.landlock()
    } catch {
      throw .invalidConfiguration("config.json: " + error.message)
    }
    try landlock?.checkKernel()
    return landlock
  }
}

extension InitProcess {
  /// Opens what the rules name, in the container's own root and with the rights of its root, whatever the user can
  /// search. No link of procfs leads elsewhere.
  mutating func makeRuleset(_ landlock: Landlock) throws(SetupFailure) {
    let made = try calling { () throws(SystemCallError) in
      try Descriptor.landlockRuleset(files: landlock.files, network: landlock.network, scopes: landlock.scopes)
    }
    for index in landlock.paths.indices {
      let (path, access) = (landlock.paths[index], landlock.pathAccesses[index])
      do {
        let file = try Descriptor.workingDirectory.open(path, .path, resolve: .noMagicLinks)
        let kind = try file.status().kind
        if kind == .directory || access & ~Landlock.accessesOfFiles == 0 {
          try made.allowLandlock(access, to: file, subject: path)
          continue
        }
      } catch {
        throw .call(error)
      }
      throw .refused(sentence("% is no directory, and is allowed what only a directory has", path))
    }
    for index in landlock.ports.indices {
      try calling { () throws(SystemCallError) in
        try made.allowLandlock(landlock.portAccesses[index], toPort: landlock.ports[index])
      }
    }
    ruleset = .some(made)
  }

  /// From here on opens, execve among them, are judged by the rules.
  mutating func restrictAccess() throws(SetupFailure) {
    if let ruleset = ruleset.take() { try calling { () throws(SystemCallError) in try ruleset.restrictByLandlock() } }
  }
}
