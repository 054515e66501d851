"""A plot of what bench-cpu measured, as SVG."""

import collections
import math

from bench_cpu_data import COPIES, LOOPS, OPS, OURS, TWO

# Colours that the colour-blind tell apart; with a width and dashes.
STYLES = {
    OURS: ("#0072b2", 2.4, ""),
    TWO: ("#0072b2", 1.6, "5 3"),
    LOOPS: ("#444444", 1.2, "2 2"),
    "oneDNN": ("#d55e00", 1.2, ""),
    "ONNX Runtime": ("#009e73", 1.2, ""),
    "libtorch": ("#cc79a7", 1.2, ""),
}
ROOF = "best copy"
COLUMNS, WIDTH, HEIGHT = 3, 306, 250
LEFT, RIGHT, TOP, BOTTOM = 46, 16, 26, 38  # of a panel
HEADER = 62


def bytes_name(size):
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:g} {unit}"
        size /= 1024
    return f"{size:g} GiB"


class Plot:
    """Panels of GB/s over bytes, both logarithmic, with the same axes for all ops
    of a type."""

    def __init__(self, measured):
        self.measured = measured
        self.out = []
        self.series = collections.defaultdict(lambda: collections.defaultdict(list))
        for p in measured.ours():
            times = {n: t for n, t in p.times.items() if n in STYLES}
            copies = [p.times[c] for c in COPIES if c in p.times]
            if copies:
                times[ROOF] = min(copies)
            for name, time in times.items():
                self.series[p.type, p.op][name].append((p.bytes, p.bytes / time))
        self.x = self.span([x for _, x, _ in self.points()], 2)
        self.y = None

    def points(self):
        for (type_, _), series in self.series.items():
            for points in series.values():
                for x, y in points:
                    yield type_, x, y

    @staticmethod
    def span(values, step):
        """Whole steps, and a little air."""
        low, high = math.log(min(values), step), math.log(max(values), step)
        return step ** math.floor(low - 0.1), step ** math.ceil(high + 0.1)

    def at(self, x, y):
        def part(value, span):
            return math.log(value / span[0]) / math.log(span[1] / span[0])

        inner = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        return (
            LEFT + part(x, self.x) * inner[0],
            HEIGHT - BOTTOM - part(y, self.y) * inner[1],
        )

    def text(self, x, y, text, anchor="middle", size=11, more=""):
        self.out.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
            f'font-size="{size}" {more}>{text}</text>'
        )

    def line(self, points, colour, width, dashes=""):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.out.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" '
            f'stroke-width="{width}" stroke-dasharray="{dashes}"/>'
        )

    def axes(self):
        (x0, x1), (y0, y1) = self.x, self.y
        for exponent in range(0, 41, 4):
            if x0 <= 2**exponent <= x1:
                x, y = self.at(2**exponent, y0)
                self.line([(x, y), self.at(2**exponent, y1)], "#e4e4e4", 0.8)
                self.text(x, y + 13, bytes_name(2**exponent), size=9)
        for exponent in range(-1, 4):
            for factor in (1, 3):
                tick = factor * 10**exponent
                if y0 <= tick <= y1:
                    x, y = self.at(x0, tick)
                    self.line([(x, y), self.at(x1, tick)], "#e4e4e4", 0.8)
                    self.text(x - 4, y + 3, f"{tick:g}", "end", 9)
        for level, size in self.measured.caches:
            if x0 <= size <= x1:
                x, y = self.at(size, y1)
                self.line([self.at(size, y0), (x, y)], "#a0a0a0", 0.8, "1 3")
                self.text(x + 2, y + 9, level, "start", 9, 'fill="#777777"')
        self.line(
            [self.at(x0, y1), self.at(x0, y0), self.at(x1, y0)], "#888888", 1
        )
        middle = (LEFT + WIDTH - RIGHT) / 2
        self.text(middle, HEIGHT - BOTTOM + 27, "bytes read and written", size=10)
        y = (TOP + HEIGHT - BOTTOM) / 2
        self.text(13, y, "GB/s", size=10, more=f'transform="rotate(-90 13 {y})"')

    def panel(self, type_, op):
        self.axes()
        self.text(
            (LEFT + WIDTH - RIGHT) / 2,
            16,
            f"{OPS[op]}, {type_}",
            size=12,
            more='font-weight="bold"',
        )
        series = self.series[type_, op]
        roof = [self.at(x, y) for x, y in sorted(series.get(ROOF, []))]
        if roof:
            floor = HEIGHT - BOTTOM
            path = [(roof[0][0], floor), *roof, (roof[-1][0], floor)]
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in path)
            self.out.append(f'<polygon points="{points}" fill-opacity="0.06"/>')
            self.line(roof, "#999999", 1.6)
        # Ours last, above all others.
        for name, (colour, width, dashes) in reversed(STYLES.items()):
            points = [self.at(x, y) for x, y in sorted(series.get(name, []))]
            if not points:
                continue
            self.line(points, colour, width, dashes)
            for x, y in points:
                self.out.append(
                    f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{1 + width / 2:.1f}" '
                    f'fill="{colour}"/>'
                )

    def legend(self, width):
        names = [ROOF] + [
            n for n in STYLES if any(n in s for s in self.series.values())
        ]
        x = 14
        for name in names:
            colour, stroke, dashes = STYLES.get(name, ("#999999", 1.6, ""))
            self.line([(x, 42), (x + 26, 42)], colour, stroke, dashes)
            self.text(x + 31, 46, name, "start")
            x += 48 + 6.4 * len(name)
        title = "Norms on a CPU, one thread: GB/s over the footprint"
        self.text(width / 2, 20, title, size=14, more='font-weight="bold"')

    def draw(self):
        types, rows = self.measured.types(), 0
        body = self.out
        for type_ in types:
            own = [y for t, _, y in self.points() if t == type_]
            self.y = self.span(own, math.sqrt(10))
            ops = [op for op in OPS if (type_, op) in self.series]
            for index, op in enumerate(ops):
                x = index % COLUMNS * WIDTH
                y = HEADER + (rows + index // COLUMNS) * HEIGHT
                body.append(f'<g transform="translate({x} {y})">')
                self.panel(type_, op)
                body.append("</g>")
            rows += -(-len(ops) // COLUMNS)
        width, height = COLUMNS * WIDTH, HEADER + rows * HEIGHT
        self.legend(width)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
            f'height="{height}" viewBox="0 0 {width} {height}" '
            'font-family="DejaVu Sans, Arial, sans-serif" fill="#222222">'
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
        )
        return "\n".join([head, *body, "</svg>", ""])
