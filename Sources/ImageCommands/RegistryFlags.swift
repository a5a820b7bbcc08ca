// What commands that talk to registries are told.

internal import ArgumentParser
internal import Foundation
internal import Images

/// What commands that talk to registries are told.
struct RegistryFlags: ParsableArguments {
  @Option(name: .customLong("authfile"), help: "The file of credentials, in place of the usual ones.")
  var authFile: String?

  @Option(name: .customLong("cert-dir"), help: "A folder of certificates (*.crt, *.cert, *.key) for the registry.")
  var certificateFolder: String?

  @Option(
    name: .customLong("tls-verify"),
    help: ArgumentHelp("Whether the registry has to prove who it is, by TLS.", valueName: "true|false"))
  var verifiesTLS = true

  var options: RegistryOptions {
    var options = RegistryOptions(environment: ProcessInfo.processInfo.environment)
    options.authFile = authFile
    options.certificateFolder = certificateFolder
    options.isInsecure = !verifiesTLS
    return options
  }
}
