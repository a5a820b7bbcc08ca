// The entry point of `apus-image` as a file of its own, which is quicker to build than the daemon.

import Foundation
import ImageCommands
import Images

@main
enum Program {
  /// The process of a layer is this program too. It is told apart before anything else is done: it must have one
  /// thread.
  static func main() async {
    if CommandLine.arguments.dropFirst().first == LayerWorker.command { exit(LayerWorker.run()) }
    await ImageProgram.run()
  }
}
