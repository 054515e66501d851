"""Prints a manifest, a line for each thing that it says."""

import json
import sys


def parameter(data):
    if "pointer" in data:
        return data["pointer"]
    if "i64" in data:
        return str(data["i64"])
    bits = f" ({data['bits']})" if "bits" in data else ""
    ((type_, value),) = ((k, v) for k, v in data.items() if k != "bits")
    return f"{type_} {value}{bits}"


def join(values, separator):
    return separator.join(map(str, values))


def launch(data):
    when = f"if {data['condition']}" if data["condition"] else "always"
    if "copy" in data:
        copy = data["copy"]
        return f"copy {copy['bytes']} from {copy['from']} to {copy['to']} {when}"
    sizes = ", ".join(
        f"{key} {join(data[key], ' x ')}" for key in ("grid", "block", "cluster")
    )
    waits = ", programmatic" if data["programmatic_launch"] else ""
    return (
        f"{data['kernel']} {when}, {sizes}, shared {data['shared_bytes']}{waits}: "
        + join(map(parameter, data["parameters"]), ", ")
    )


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        manifest = json.load(file)
    print(
        f"version {manifest['version']}, {manifest['image']} ({manifest['format']})"
        f" for {join(manifest['chips'], ' ')}"
    )
    for target in manifest["targets"]:
        print(f"{target['chip']} {target['capability']}: {join(target['code'], ' ')}")
        for function in target["functions"]:
            print(f"{function['name']} of {join(function['symbols'], ' ')}")
            for argument in function["arguments"]:
                text = f"{argument['name']} {argument['type']}"
                if "shape" in argument:
                    text += f" [{join(argument['shape'], ', ')}]"
                    if "strides" in argument:
                        text += f" strides [{join(argument['strides'], ', ')}]"
                    text += f" {argument['access']} {argument['alignment']}"
                print(text)
            for workspace in function["workspaces"]:
                print(f"{workspace['name']}: {workspace['bytes']}")
            for each in function["launches"]:
                print(launch(each))


main()
