// Commands that look after the store itself.

internal import ArgumentParser
internal import Foundation
internal import Images
internal import OCI

/// Removes what nobody needs.
struct CollectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc", abstract: "Remove images without names, and what no image needs.")

  @OptionGroup var store: StoreOptions

  func run() async throws {
    let store = try store.open()
    let removed = try store.collect()
    try store.emptyTrash()
    guard self.store.printsJSON else {
      return print("removed: \(removed.images) images, \(removed.layers) layers, \(removed.blobs) blobs")
    }
    Output.write(CollectionReport(removed).encoded(.twoSpaces))
  }
}

/// Checks what lies in the store.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Hash every blob again and compare every layer with its archive.",
    discussion: "Prints what is not as it was and ends with the code 1 then; prints nothing for a store that is whole.")

  @OptionGroup var store: StoreOptions

  func run() async throws {
    let damages = try store.open().verify()
    if store.printsJSON {
      Output.write(DamageReport.encoded(list: damages.map(DamageReport.init), .twoSpaces))
    } else {
      for damage in damages { print("\(damage.subject): \(damage.problem)") }
    }
    if !damages.isEmpty { throw ExitCode(1) }
  }
}

/// Shows what the store takes of the disk.
struct UsageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "df", abstract: "Show what images and mounted images take of the disk.")

  @OptionGroup var store: StoreOptions

  func run() async throws {
    let store = try store.open()
    for record in try store.snapshots() { try store.measureSnapshot(record.name) }
    let usage = try store.usage()
    if self.store.printsJSON { return Output.write(UsageReport(usage).encoded(.twoSpaces)) }
    let rows = [("images", usage.images), ("mounted", usage.snapshots)].map { name, usage in
      [name, Output.size(usage.bytes), "\(usage.inodes)"]
    }
    Output.table([["WHAT", "SIZE", "INODES"]] + rows)
  }
}

/// Removes what other commands left in the trash; they start it and do not wait.
struct EmptyTrashCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: BackgroundTrash.command, abstract: "Remove what is in the trash.", shouldDisplay: false)

  @OptionGroup var store: StoreFolder

  func run() async throws { try Store(path: store.root, emptiesTrash: false).emptyTrash() }
}

/// The trash of a store, emptied by a process that nobody waits for: a great image takes seconds.
enum BackgroundTrash {
  static let command = "empty-trash"

  static func empty(_ store: Store) throws {
    guard try store.hasTrash() else { return }
    let process = Foundation.Process()
    process.executableURL = URL(filePath: "/proc/self/exe")
    process.arguments = [command, "--root", store.path]
    process.currentDirectoryURL = URL(filePath: "/")
    // Whoever reads this program's output must not wait for that one's end.
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { try store.emptyTrash() }
  }
}
