// Manifests of pods.

import Testing

@testable import Manifest

@Suite("Manifests of pods")
struct PodManifestTests {
  private static func pod(_ spec: String) -> String {
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n"
      + spec.split(separator: "\n").map { "  \($0)\n" }.joined()
  }

  private func refusal(_ text: String) -> String? {
    do {
      _ = try PodManifest(parsing: text)
      return nil
    } catch {
      return error.message
    }
  }

  @Test("a manifest with everything that is understood")
  func everything() throws {
    let text = """
      apiVersion: v1
      kind: Pod
      metadata:
        name: web.1
        namespace: prod
        uid: 0d9a
        labels: {b: "2", a: "1"}
        annotations: {x/y: "true"}
        creationTimestamp: null
      spec:
        hostname: host
        shareProcessNamespace: true
        terminationGracePeriodSeconds: 5
        runtimeClassName: runc
        restartPolicy: Never
        dnsPolicy: None
        dnsConfig: {nameservers: [10.0.0.10], searches: [a.b], options: [{name: ndots, value: "5"}, {name: edns0}]}
        securityContext:
          runAsUser: 1000
          fsGroup: 2000
          supplementalGroups: [3000]
          sysctls: [{name: net.core.somaxconn, value: "1024"}]
        volumes:
        - {name: data, hostPath: {path: /srv, type: Directory}}
        - {name: tmp, emptyDir: {medium: Memory}}
        initContainers:
        - {name: first, image: busybox}
        containers:
        - name: main
          image: registry:5000/nginx:1.2
          command: [nginx]
          args: ["-g", "daemon off;"]
          workingDir: /w
          env: [{name: A, value: "1"}, {name: B}]
          ports: [{name: http, containerPort: 80, hostPort: 8080, hostIP: 127.0.0.1, protocol: TCP}]
          volumeMounts:
          - {name: data, mountPath: /data, readOnly: true, subPath: a/b, mountPropagation: HostToContainer}
          resources: {limits: {cpu: 1.5, memory: 128Mi}, requests: {cpu: 250m, memory: 64M}}
          securityContext:
            runAsGroup: 7
            readOnlyRootFilesystem: true
            allowPrivilegeEscalation: false
            capabilities: {add: [NET_ADMIN], drop: [ALL]}
            seccompProfile: {type: Localhost, localhostProfile: p.json}
          stdin: true
          tty: true
      """
    let pod = try PodManifest(parsing: text)
    #expect(pod.name == "web.1" && pod.namespace == "prod" && pod.uid == "0d9a" && pod.hostName == "host")
    #expect(pod.labels.map(\.name) == ["a", "b"] && pod.annotations == [PodManifest.Pair("x/y", "true")])
    #expect(pod.sharesProcesses && pod.graceSeconds == 5 && pod.runtimeHandler == "runc")
    #expect(pod.dnsServers == ["10.0.0.10"] && pod.dnsSearches == ["a.b"] && pod.dnsOptions == ["ndots:5", "edns0"])
    #expect(pod.sysctls == [PodManifest.Pair("net.core.somaxconn", "1024")] && pod.supplementalGroups == [3000, 2000])
    #expect(pod.volumes.map(\.source) == [.hostPath("/srv", type: "Directory"), .emptyDirectory(inMemory: true)])
    #expect(pod.initContainers.map(\.name) == ["first"] && pod.initContainers[0].pullPolicy == .always)
    let main = try #require(pod.containers.first)
    #expect(main.command == ["nginx"] && main.arguments == ["-g", "daemon off;"] && main.directory == "/w")
    #expect(main.pullPolicy == .ifNotPresent && main.environment.map(\.value) == ["1", ""])
    #expect(main.ports[0].hostPort == 8080 && main.ports[0].hostAddress == "127.0.0.1")
    #expect(
      main.mounts[0].isReadOnly && main.mounts[0].subPath == "a/b" && main.mounts[0].propagation == .hostToContainer)
    #expect(main.resources.processorLimit == 1500 && main.resources.processorRequest == 250)
    #expect(main.resources.memoryLimit == 128 << 20 && main.resources.memoryRequest == 64_000_000)
    #expect(main.security.user == 1000 && main.security.group == 7 && main.security.hasReadOnlyRoot)
    #expect(main.security.addedCapabilities == ["NET_ADMIN"] && main.security.droppedCapabilities == ["ALL"])
    #expect(main.security.allowsEscalation == false && main.security.seccomp == "Localhost")
    #expect(main.hasInput && main.hasTerminal)
  }

  @Test("JSON is read too, with tabs between its parts")
  func json() throws {
    let text =
      "{\n\t\"apiVersion\":\t\"v1\", \"kind\": \"Pod\",\n\t\"metadata\": {\"name\": \"web\"},\n"
      + "\t\"spec\": {\"containers\": [{\"name\": \"a\", \"image\": \"x:1\",\n"
      + "\"args\": [\"tab\\tin\", \"q\\\"\\t\"]}]}}\n"
    let pod = try PodManifest(parsing: text)
    #expect(pod.containers[0].arguments == ["tab\tin", "q\"\t"] && pod.hostName == "web")
  }

  @Test(
    "what is not understood is refused by its name",
    arguments: [
      ("containers: [{name: a, image: b, livenessProbe: {}}]", "spec.containers[0].livenessProbe: is not supported"),
      (
        "containers: [{name: a, image: b, env: [{name: X, valueFrom: {}}]}]",
        "spec.containers[0].env[0].valueFrom: is not supported"
      ),
      (
        "containers: [{name: a, image: b}]\nvolumes: [{name: c, secret: {}}]",
        "spec.volumes[0].secret: is not supported"
      ),
      ("containers: [{name: a, image: b}]\nvolumes: [{name: c}]", "spec.volumes[0]: expected hostPath or emptyDir"),
      ("containers: []", "spec.containers: there is none"), ("{}", "spec.containers: there is none"),
      ("containers: [{image: b}]", "spec.containers[0].name: is missing"),
      ("containers: [{name: a}]", "spec.containers[0].image: is missing"),
      (
        "containers: [{name: a, image: b}, {name: a, image: b}]",
        "spec.containers[1].name: there is another container 'a'"
      ),
      (
        "containers: [{name: ../a, image: b}]",
        "spec.containers[0].name: '../a' may hold small letters, digits, '-' and '.' only"
      ),
      (
        "containers: [{name: a, image: b, args: [1]}]",
        "spec.containers[0].args[0]: expected a text, found 1; put it in quotes"
      ),
      (
        "containers: [{name: a, image: b, env: [{name: X, value: true}]}]",
        "spec.containers[0].env[0].value: expected a text, found true; put it in quotes"
      ),
      ("containers: [{name: a, image: b, command: x}]", "spec.containers[0].command: expected a list"),
      ("containers: [{name: a, image: b, tty: 'true'}]", "spec.containers[0].tty: expected true or false"),
      (
        "containers: [{name: a, image: b, ports: [{containerPort: 0}]}]",
        "spec.containers[0].ports[0].containerPort: expected a number from 1 to 65535"
      ),
      (
        "containers: [{name: a, image: b, volumeMounts: [{name: v, mountPath: /x}]}]",
        "spec.containers[0].volumeMounts[0].name: there is no volume 'v'"
      ),
      (
        "volumes: [{name: v, emptyDir: {}}]\n"
          + "containers: [{name: a, image: b, volumeMounts: [{name: v, mountPath: /x, subPath: a/../..}]}]",
        "spec.containers[0].volumeMounts[0].subPath: 'a/../..' leads out of the volume"
      ),
      (
        "containers: [{name: a, image: b, resources: {limits: {cpu: -1}}}]",
        "spec.containers[0].resources.limits.cpu: '-1' is no quantity"
      ),
      (
        "containers: [{name: a, image: b, resources: {limits: {'nvidia.com/gpu': 1}}}]",
        "spec.containers[0].resources.limits.nvidia.com/gpu: is not supported"
      ),
      (
        "containers: [{name: a, image: b, securityContext: {runAsNonRoot: true, runAsUser: 0}}]",
        "spec.containers[0].securityContext.runAsUser: 0 is root, which runAsNonRoot forbids"
      ),
      (
        "hostPID: true\nshareProcessNamespace: true\ncontainers: [{name: a, image: b}]",
        "spec.shareProcessNamespace: cannot be with hostPID"
      ),
      ("hostUsers: false\ncontainers: [{name: a, image: b}]", "spec.hostUsers: is not supported"),
    ])
  func refused(spec: String, message: String) {
    #expect(refusal(Self.pod(spec)) == message)
  }

  @Test(
    "what is no pod",
    arguments: [
      ("", "there is no document"), ("apiVersion: v1\nkind: Service\n", "kind: expected Pod"),
      ("apiVersion: apps/v1\nkind: Pod\n", "apiVersion: expected v1"), ("- a", "expected a mapping"),
      ("apiVersion: v1\nkind: Pod\nspec: {}\n", "metadata: is missing"),
      (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: A}\nspec: {}\n",
        "metadata.name: 'A' may hold small letters, digits, '-' and '.' only"
      ),
      ("a: 1\n---\nb: 2\n", "more than one document"),
    ])
  func noPod(text: String, message: String) {
    #expect(refusal(text) == message)
  }

  @Test("bad YAML is an error in one line")
  func badYAML() {
    let message = refusal("a: [1, 2\nb: }")
    #expect(message?.isEmpty == false && message?.contains("\n") == false, "\(message ?? "")")
  }

  @Test(
    "quantities",
    arguments: [
      ("1", 1000), ("0", 0), ("500m", 500), ("1.5", 1500), ("0.0001", 1), ("128Mi", 134_217_728_000), ("1k", 1_000_000),
      ("1e3", 1_000_000), ("2E2", 200_000), ("1.5Gi", 1_610_612_736_000), ("0.5Ki", 512_000),
      ("3P", 3_000_000_000_000_000_000),
    ] as [(String, Int64)])
  func quantity(text: String, thousandths: Int64) {
    #expect(Quantity(text)?.thousandths == thousandths)
  }

  @Test(
    "what is no quantity",
    arguments: [
      "", "m", "Mi", "-1", "+1", "1.", ".5", "1.2.3", "1 Mi", "1MiB", "1e", "1e-3", "1e99", "99999999999999999999",
      "9999P",
      "0x10", "1_000", "١",
    ])
  func noQuantity(text: String) {
    #expect(Quantity(text) == nil)
  }
}
