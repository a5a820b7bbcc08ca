// The files of the repository that the rules read.

import Foundation

/// The checkout that this test was compiled from.
enum Repository {
  /// The folder of Package.swift, found from the place of this file.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Files that the rules read, those of the build excluded.
  static let sources: [SourceText] = paths.compactMap { path in
    guard !isGenerated(path), let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8),
      let language = Language(path: path) ?? scriptLanguage(of: text)
    else { return nil }
    return SourceText(path: path, language: language, text: text)
  }

  /// What protoc writes follows its own style.
  private static func isGenerated(_ path: String) -> Bool {
    path.hasSuffix(".pb.swift") || path.hasSuffix(".grpc.swift")
  }

  /// Every file's path below the root.
  static let paths: [String] = {
    let skipped: Set = [".git", ".build", "build", "__pycache__"]
    let prefix = root.path(percentEncoded: false)
    let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isRegularFileKey])
    var paths: [String] = []
    while let url = walk?.nextObject() as? URL {
      if skipped.contains(url.lastPathComponent) { walk?.skipDescendants() }
      guard (try? url.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true else { continue }
      paths.append(String(url.path(percentEncoded: false).dropFirst(prefix.count)))
    }
    return paths.sorted()
  }()

  /// Scripts without an ending in their name say what they are in their first line.
  private static func scriptLanguage(of text: String) -> Language? {
    text.hasPrefix("#!") ? .script : nil
  }
}
