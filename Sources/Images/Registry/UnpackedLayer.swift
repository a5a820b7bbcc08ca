// A layer on its way from a source into a chain.

internal import Synchronization

/// A layer on its way into a chain: it was there, or it is unpacked and waits for the layers below it.
final class UnpackedLayer: Sendable {
  private struct State: ~Copyable {
    var record: LayerRecord?
    var staged: StagedLayer?
    var report: LayerReport?
    /// A layer of the same content, which is placed before this one.
    var twin: UnpackedLayer?
  }

  private let state = Mutex(State())

  func set(_ record: LayerRecord) { state.withLock { $0.record = record } }

  func set(_ staged: consuming StagedLayer, _ report: LayerReport) {
    var staged: StagedLayer? = staged
    state.withLock { state in
      state.staged = staged.take()
      state.report = report
    }
  }

  /// The digest of the archive that was unpacked.
  var diffID: String? { state.withLock { $0.report?.diffID } }

  func copy(_ twin: UnpackedLayer) { state.withLock { $0.twin = twin } }

  /// Puts it in place above others.
  func place(in store: Store, above lower: [LayerRecord], _ lease: Lease) throws(ImageError) -> LayerRecord {
    if let twin = state.withLock({ $0.twin }) { return try twin.place(in: store, above: lower, lease) }
    if let record = state.withLock({ $0.record }) { return record }
    var staged = state.withLock { $0.staged.take() }
    guard let layer = staged.take(), let report = state.withLock({ $0.report }) else {
      throw ImageError(.damaged, "a layer was not unpacked")
    }
    let record = try store.add(layer, report, above: lower, lease)
    set(record)
    return record
  }
}
