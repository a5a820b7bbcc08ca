// Certificates for servers and clients of tests.

import Foundation
import NIOSSL

/// A certificate and its key in a folder as certs.d has it, signed by an authority of its own.
struct TestCertificate: Sendable {
  /// With `ca.crt`, and the pair of a client beside it.
  let folder: String
  let certificate: String
  let key: String
  /// Whether a server with it talks only to who shows a certificate of the authority.
  var wantsClient = false

  static let canMake = HostProgram.has("openssl")

  init(in path: String) throws {
    folder = path + "/certs"
    certificate = path + "/server.pem"
    key = path + "/server.key"
    let script = """
      set -e; mkdir -p certs
      new() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }
      new ca.key; new server.key; new certs/client.key
      openssl req -x509 -new -key ca.key -subj /CN=authority -days 2 -out certs/ca.crt
      sign() { openssl x509 -req -in "$1" -CA certs/ca.crt -CAkey ca.key -CAcreateserial -days 2 -out "$2" $3 $4; }
      openssl req -new -key server.key -subj /CN=server -out server.csr
      echo 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:registry.test' >names
      sign server.csr server.pem -extfile names
      openssl req -new -key certs/client.key -subj /CN=client -out client.csr
      sign client.csr certs/client.cert
      """
    _ = try HostProgram.output(["bash", "-c", "cd '\(path)' && { \(script)\n} >openssl.log 2>&1"])
    guard FileManager.default.fileExists(atPath: folder + "/client.cert") else {
      throw CocoaError(.fileReadNoSuchFile, userInfo: [NSFilePathErrorKey: path + "/openssl.log"])
    }
  }

  var server: TLSConfiguration {
    get throws {
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
      if wantsClient {
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .file(folder + "/ca.crt")
      }
      return configuration
    }
  }
}
