#!/usr/bin/env python3
# Writes the CRI v1 API as a .proto file out of the table of its names, numbers and types.
#
# make-cri-proto.py TABLE > PROTO: TABLE holds tab-separated rows of a kind (rpc, message, field, enum), the service,
# message or enum it belongs to, a number, a name, a type (or request), a label (or response), what streams, options.
#
# The Swift beside the .proto is written by protoc with the plugins of swift-protobuf and grpc-swift-protobuf:
#   protoc -I Sources/CRI/Protocol --swift_out=Sources/CRI/Protocol --swift_opt=Visibility=Public \
#     --grpc-swift-2_out=Sources/CRI/Protocol \
#     --grpc-swift-2_opt=Client=false,Server=true,Visibility=Public runtime.proto
import sys

HEAD = """// The Container Runtime Interface, version 1: names, numbers and types of its messages and calls.
// Made by tools/make-cri-proto.py from conformance/cri-v1-fields.tsv; the wire format is that of Kubernetes.
syntax = "proto3";

package runtime.v1;
"""


def rows(path):
    with open(path, encoding="utf-8") as table:
        for line in list(table)[1:]:
            yield (line.rstrip("\n").split("\t") + [""] * 8)[:8]


def rpc(row):
    streams = "stream " if row[6] == "server-stream" else ""
    return f"  rpc {row[3]}({row[4]}) returns ({streams}{row[5]});"


def field(row):
    label = "repeated " if row[5] == "repeated" else ""
    options = " [deprecated = true]" if "deprecated" in row[7] else ""
    return f"{label}{row[4]} {row[3]} = {row[2]}{options};"


def enum(name, values, indent=""):
    lines = [f"{indent}enum {name} {{"]
    # Two names may share a number; the first value of an enum of proto3 is 0.
    if len({row[2] for row in values}) < len(values):
        lines.append(f"{indent}  option allow_alias = true;")
    lines += [f"{indent}  {row[3]} = {row[2]};" for row in values]
    return lines + [f"{indent}}}"]


def main():
    calls, messages, enums = {}, {}, {}
    for row in rows(sys.argv[1]):
        if row[0] == "rpc":
            calls.setdefault(row[1], []).append(row)
        elif row[0] == "message":
            messages.setdefault(row[1] or row[3], [])
        elif row[0] == "field":
            messages.setdefault(row[1], []).append(row)
        elif row[0] == "enum":
            enums.setdefault(row[1], []).append(row)
    print(HEAD)
    used = {row[index] for service in calls.values() for row in service for index in (4, 5)}
    for name in sorted(used - set(messages)):
        messages[name] = []
    for service, list_of_calls in calls.items():
        print(f"service {service} {{", *map(rpc, list_of_calls), "}", "", sep="\n")
    for name, values in enums.items():
        if "." not in name:
            print(*enum(name, values), "", sep="\n")
    for name, fields in messages.items():
        nested = [line for full, values in enums.items() if full.startswith(name + ".")
                  for line in enum(full.split(".", 1)[1], values, "  ")]
        body = nested + [f"  {field(row)}" for row in fields]
        print(f"message {name} {{", *body, "}", "", sep="\n")


main()
