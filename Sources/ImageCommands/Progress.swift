// What a pull says on the way.

internal import Foundation
internal import Images
internal import Linux
internal import Synchronization

/// What a pull says on the way, on the standard error: on a terminal a bar for each layer that is being worked on, and
/// a line for each that is done; elsewhere a line for each step.
final class Progress: Sendable {
  private struct State {
    var progress = PullProgress()
    /// Lines of bars that stand on the terminal.
    var height = 0
    var drawn = 0.0
  }

  private let isTerminal = StandardStream.error.isTerminal
  private let state = Mutex(State())

  /// A terminal is drawn anew after so many seconds, not for each chunk.
  private static let pause = 0.1

  func report(_ event: Pull.Event) {
    let now = Progress.now
    state.withLock { state in
      state.progress.take(event, at: now)
      guard isTerminal else {
        if let line = Progress.line(event) { StandardStream.error.tryWriteLine(line) }
        return
      }
      if case .fetching = event, now - state.drawn < Progress.pause { return }
      draw(&state, done: Progress.line(event), now)
    }
  }

  /// Takes the bars away.
  func end() {
    state.withLock { state in
      if state.height > 0 { StandardStream.error.tryWrite(Array(Progress.erasing(state.height).utf8)) }
      state.height = 0
    }
  }

  private func draw(_ state: inout State, done line: String?, _ now: Double) {
    var text = state.height > 0 ? Progress.erasing(state.height) : ""
    if let line { text += line + "\n" }
    let width = Progress.width
    let bars = state.progress.layers.filter { $0.stage == .fetching || $0.stage == .unpacking }.map {
      Progress.bar($0, width: width)
    }
    text += bars.map { $0 + "\n" }.joined()
    StandardStream.error.tryWrite(Array(text.utf8))
    state.height = bars.count
    state.drawn = now
  }

  /// Up over the bars, and all of what is below gone (ECMA-48: CPL, ED).
  private static func erasing(_ height: Int) -> String { "\u{1b}[\(height)F\u{1b}[J" }

  private static func line(_ event: Pull.Event) -> String? {
    switch event {
    case .layers(let layers): "\(layers.count) layers, \(Output.size(layers.reduce(0) { $0 + $1.size }))"
    case .present(let digest): "\(digest.short): is there"
    case .fetching: nil
    case .fetched(let digest): "\(digest.short): fetched"
    case .unpacked(let digest): "\(digest.short): unpacked"
    }
  }

  /// `DIGEST [====>    ] 12.0 MB / 48.0 MB  8.0 MB/s  5 s`, in one line of the terminal.
  private static func bar(_ layer: PullProgress.Layer, width: Int) -> String {
    guard layer.stage == .fetching else { return "\(layer.content.digest.short) unpacking" }
    var text = "\(Output.size(layer.bytes)) / \(Output.size(layer.content.size))"
    if layer.rate > 0 { text += "  \(Output.size(Int64(layer.rate)))/s" }
    if let left = layer.secondsLeft { text += "  \(time(left))" }
    let room = min(40, width - 12 - text.count - 5)
    guard room >= 5 else { return String("\(layer.content.digest.short) \(text)".prefix(max(1, width - 1))) }
    let share = layer.content.size > 0 ? Double(layer.bytes) / Double(layer.content.size) : 1
    let filled = min(room, Int(share * Double(room)))
    let tip = filled < room ? ">" : ""
    let bar = String(repeating: "=", count: filled) + tip + String(repeating: " ", count: max(0, room - filled - 1))
    return "\(layer.content.digest.short) [\(bar)] \(text)"
  }

  private static func time(_ seconds: Double) -> String {
    let whole = Int(min(seconds.rounded(.up), 359_999))
    return whole < 60
      ? "\(whole) s"
      : whole < 3600
        ? "\(whole / 60) min \(whole % 60) s"
        : "\(whole / 3600) h \(whole / 60 % 60) min"
  }

  private static var width: Int {
    guard let size = try? StandardStream.error.duplicate().windowSize(), size.columns > 0 else { return 80 }
    return Int(size.columns)
  }

  private static var now: Double { ProcessInfo.processInfo.systemUptime }
}
