"""Turns what bench-cpu measured into the tables of docs/benchmarks/cpu.md.

usage: bench-cpu.py IN.csv

For each problem: our time, as a fraction of the best copy of the same footprint
(the copy's time over ours), and how often faster than the plain loops and than
each peer. Peers that are absent are named as absent.
"""

import collections
import csv
import sys

PEERS = ("oneDNN",)


def ratio(other, own):
    return f"{other / own:.2f}" if other else "-"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    problems = collections.defaultdict(dict)
    for row in rows:
        key = row["type"], row["op"], f"{row['rows']}x{row['columns']}"
        problems[key][row["implementation"]] = float(row["ns"])
        problems[key]["bytes"] = int(row["bytes"])
    absent = [p for p in PEERS if not any(p in times for times in problems.values())]
    print("| type | op | rows x columns | us | GB/s | of the best copy | x C loops | "
          + " | ".join(f"x {p}" for p in PEERS) + " |")
    print("|---" * (7 + len(PEERS)) + "|")
    for (type_, op, size), times in problems.items():
        if "rmsnorm" not in times:
            continue
        own = times["rmsnorm"]
        copy = min(times["memcpy"], times["nontemporal copy"])
        peers = " | ".join(ratio(times.get(p), own) for p in PEERS)
        print(f"| {type_} | {op} | {size} | {own / 1e3:.1f} | {times['bytes'] / own:.0f} | "
              f"{ratio(copy, own)} | {ratio(times.get('C loops'), own)} | {peers} |")
    for peer in absent:
        print(f"\n{peer}: absent.")


if __name__ == "__main__":
    main()
