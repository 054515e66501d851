"""Many small test files in one run of a tool, which starts slower than it works.

A tool that is told to split its input takes the files of a batch as one buffer;
its output is split at the same marker.
"""

MARKER = "// -----"


def batches(items, size=24):
    items = list(items)
    return [items[i : i + size] for i in range(0, len(items), size)]


def join(texts):
    """One buffer of all `texts`."""
    return f"\n{MARKER}\n".join(text.rstrip("\n") for text in texts) + "\n"


def split(output):
    """What became of each part of a buffer."""
    parts = [[]]
    for line in output.splitlines():
        if line == MARKER:
            parts.append([])
        else:
            parts[-1].append(line)
    return ["\n".join(part) for part in parts]
