// Folders of this host, by their paths.

public import Linux

/// Folders of this host, by their paths.
public enum HostFolder {
  /// Removes a folder with all that is in it, on whatever file system it lies; what is gone already is no error. Mounts
  /// below it are not entered.
  /// - Parameter path: absolute, without a slash at its end.
  public static func remove(_ path: String) throws(SystemCallError) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return }
    let (parent, name) = (path[...slash], path[path.utf8.index(after: slash)...])
    // The way there may cross mounts, as that to /run does; from there on none is crossed.
    do throws(SystemCallError) {
      try Descriptor.workingDirectory.open(String(parent), [.path, .directory]).removeTree(String(name))
    } catch {
      if error.errno != .noEntry { throw error }
    }
  }
}
