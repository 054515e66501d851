"""Reads modules in the generic form, as far as the checker needs it."""

import re


class Op:
    """An operation: names of results and operands, attributes as text."""

    def __init__(self, name, results, operands, attributes, types):
        self.name, self.results, self.operands = name, results, operands
        self.attributes, self.types = attributes, types
        self.regions = []

    def attribute(self, name, default=None):
        return self.attributes.get(name, default)


class Block:
    def __init__(self, arguments):
        self.arguments, self.ops = arguments, []


HEAD = re.compile(r'\s*(?:(%[\w$.-]+(?::\d+)?(?:, %[\w$.-]+(?::\d+)?)*) = )?"([^"]+)"\(([^)]*)\)(.*)$')
BLOCK = re.compile(r"\s*\^[\w]+(?:\((.*)\))?:")
OPEN, CLOSE = "([{<", ")]}>"


def split(text):
    """At commas that are not inside of brackets or strings."""
    parts, depth, start, quoted = [], 0, 0, False
    for i, ch in enumerate(text):
        if ch == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif ch in OPEN:
            depth += 1
        elif ch in CLOSE:
            if not (ch == ">" and text[i - 1] == "-"):
                depth -= 1
        elif ch == "," and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    tail = text[start:].strip()
    return parts + [tail] if tail else parts


def dictionary(text):
    result = {}
    for part in split(text):
        key, _, value = part.partition(" = ")
        result[key.strip().strip('"')] = value.strip()
    return result


def find_close(text, start):
    """The bracket that closes the one at `start`."""
    depth, quoted = 0, False
    for i in range(start, len(text)):
        ch = text[i]
        if ch == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif ch in OPEN:
            depth += 1
        elif ch in CLOSE and not (ch == ">" and text[i - 1] == "-"):
            depth -= 1
            if depth == 0:
                return i
    return len(text)


def read_tail(op, text):
    """Properties, attributes and the type after an op or its regions."""
    text = text.strip()
    if text.startswith("<{"):
        end = find_close(text, 0)
        op.attributes.update(dictionary(text[2:end - 1]))
        text = text[end + 1:].strip()
    if text.startswith("({"):
        return True
    if text.startswith("{"):
        end = find_close(text, 0)
        op.attributes.update(dictionary(text[1:end]))
        text = text[end + 1:].strip()
    if text.startswith(":"):
        op.types = text[1:].strip()
    return False


def parse(text):
    """Functions by name, and the aliases."""
    aliases, stack, blocks = {}, [], []
    functions = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        if line.startswith("#"):
            name, _, value = line.partition(" = ")
            aliases[name] = value
            continue
        head = HEAD.match(line)
        if head:
            results = []
            for part in (head[1] or "").split(", "):
                name, _, count = part.partition(":")
                if count:
                    results += [f"{name}#{i}" for i in range(int(count))]
                elif name:
                    results.append(name)
            operands = [o.strip() for o in head[3].split(",") if o.strip()]
            op = Op(head[2], results, operands, {}, "")
            if blocks:
                blocks[-1].ops.append(op)
            if read_tail(op, head[4]):
                stack.append(op)
                blocks.append(Block([]))
                op.regions.append(blocks[-1])
            continue
        stripped = line.strip()
        label = BLOCK.match(line)
        if label:
            pairs = [p.partition(":") for p in split(label[1] or "")]
            blocks[-1].arguments = [(a.strip(), t.strip()) for a, _, t in pairs]
        elif stripped.startswith("}, {"):
            blocks.pop()
            blocks.append(Block([]))
            stack[-1].regions.append(blocks[-1])
        elif stripped.startswith("})"):
            blocks.pop()
            op = stack.pop()
            read_tail(op, stripped[2:])
            if op.name == "func.func":
                functions[op.attribute("sym_name").strip('"')] = op
    return functions, aliases


class Functions(dict):
    """Functions by name, each read when it is asked for."""

    def __init__(self, text):
        head, *parts = re.split(r'^(?=  "func\.func")', text, flags=re.M)
        _, self.aliases = parse(head)
        self.texts = {}
        for part in parts:
            name = re.search(r'sym_name = "(\w+)"', part.partition("\n")[0])[1]
            self.texts[name] = part

    def __missing__(self, name):
        # The module's own end closes nothing here.
        text = self.texts[name]
        end = text.rfind("\n  })")
        end = text.index("\n", end + 1)
        functions, _ = parse(text[:end])
        self[name] = functions[name]
        return self[name]


def walk(op):
    for block in op.regions:
        for inner in block.ops:
            yield inner
            yield from walk(inner)


def integers(text):
    """Of array<i64: 1, 2>, dense<[1, 2]> : tensor<..>, or [1, 2]."""
    body = re.sub(r"^array<i\d+:?", "", text.strip())
    body = re.sub(r":\s*tensor<.*$", "", body)
    body = re.sub(r":\s*i\d+", "", body)
    values = [int(n) for n in re.findall(r"-?\d+", body)]
    splat = re.match(r"dense<-?\d+> : tensor<(\d+)x", text.strip())
    return values * int(splat[1]) if splat else values


def tensor_type(text):
    """(extents, element type) of the text of a tensor type."""
    match = re.match(r"tensor<((?:[\d?]+x)*)(\w+)>", text)
    if not match:
        return None, text
    shape = [-1 if d == "?" else int(d) for d in match[1].split("x")[:-1]]
    return shape, match[2]


def result_types(op):
    """Texts of the types of the results."""
    text = op.types.partition("->")[2].strip() if "->" in op.types else ""
    if text.startswith("("):
        text = text[1:find_close(text, 0)]
    return split(text)


def operand_types(op):
    text = op.types
    if text.startswith("("):
        return split(text[1:find_close(text, 0)])
    return []
