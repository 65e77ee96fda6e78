#!/usr/bin/env python3
"""Tables and a plot out of what run.sh measured.

  report.py FOLDER > tables.txt

FOLDER holds about.txt, results.tsv or results.tsv.gz (of interleave.py), builds.tsv,
first.tsv and fetch.json, of which all but the results may be missing. plot.svg is put
beside them. Where each engine has its own analysis, which about.txt says, hits differ by
design, and no query is listed: those are texts of others.
"""
import gzip
import json
import math
import os
import sys

OURS = "inkstone"
UNSUPPORTED = -2
BEST, MEDIAN = 2, 3  # columns of a row
WORST = 3            # queries listed for a command
LISTED = 40          # disagreements


# ---- reading ----

def read_results(path):
    """{(command, shape): {engine: [(query, hits, best, median)]}}, in file order."""
    cells = {}
    opener = open if os.path.exists(path) else gzip.open
    with opener(path if opener is open else path + ".gz", "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            command, shape, query, engine, hits, best, median, _ = line.rstrip("\n").split("\t")
            row = (query, int(hits), float(best), float(median))
            cells.setdefault((command, shape), {}).setdefault(engine, []).append(row)
    return with_sums(cells)


def with_sums(cells):
    """After the shapes of a command, all of them together."""
    commands = dict.fromkeys(command for command, _ in cells)
    out = {}
    for wanted in commands:
        whole = {}
        for (command, shape), by_engine in cells.items():
            if command == wanted:
                out[command, shape] = by_engine
                for engine, rows in by_engine.items():
                    whole.setdefault(engine, []).extend(rows)
        out[wanted, "all"] = whole
    return out


def read_lines(folder, name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines]


# ---- figures ----

def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def geomean(values):
    return math.exp(sum(math.log(max(x, 0.01)) for x in values) / len(values))


STATISTICS = {
    "geometric mean": geomean,
    "mean": lambda us: sum(us) / len(us),
    "p50": lambda us: quantile(us, 0.5),
    "p99": lambda us: quantile(us, 0.99),
    "slowest query": max,
}


def figures(by_engine, statistic, column):
    """Of the engines that have every query of the cell."""
    return {engine: statistic([row[column] for row in rows])
            for engine, rows in by_engine.items()
            if all(row[1] != UNSUPPORTED for row in rows)}


def best_peer(values):
    peers = {engine: x for engine, x in values.items() if not engine.startswith(OURS)}
    return min(peers, key=peers.get) if peers else None


# ---- tables ----

def number(x):
    return f"{x:.2f}" if x < 10 else f"{x:.1f}" if x < 100 else f"{x:.0f}"


def table(rows, left=2):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) if i < left else cell.rjust(width)
                               for i, (cell, width) in enumerate(zip(row, widths))).rstrip()
                     for row in rows)


def ratio_table(cells, engines, statistic, column):
    """A row a cell: the figure of each engine, and ours as a share of the best peer's."""
    rows = [["command", "shape", "n"] + engines + ["ratio", "best peer"]]
    for (command, shape), by_engine in cells.items():
        values = figures(by_engine, statistic, column)
        peer = best_peer(values)
        ratio = f"{values[OURS] / values[peer]:.2f}" if peer and OURS in values else "-"
        rows.append([command, shape, str(len(next(iter(by_engine.values()))))]
                    + [number(values[e]) if e in values else "-" for e in engines]
                    + [ratio, peer or "-"])
    return table(rows)


def worst_table(cells):
    """Where we are furthest behind, or least ahead of, the best peer. Queries are texts of others:
    which they are is in results.tsv alone, and that is not kept."""
    shapes = {row[0]: shape for (_, shape), by_engine in cells.items() if shape != "all"
              for rows in by_engine.values() for row in rows}
    rows = [["command", "a query of shape", "us", "best peer", "its us", "ratio", "faster in"]]
    for (command, shape), by_engine in cells.items():
        if shape != "all" or OURS not in by_engine:
            continue
        ratios = []
        for i, row in enumerate(by_engine[OURS]):
            times = {e: peers[i][BEST] for e, peers in by_engine.items()
                     if peers[i][1] != UNSUPPORTED}
            peer = best_peer(times)
            if peer:
                ratios.append((row[BEST] / times[peer], row, peer, times[peer]))
        ahead = f"{sum(r[0] < 1 for r in ratios)} of {len(ratios)}"
        for ratio, row, peer, us in sorted(ratios, reverse=True)[:WORST]:
            rows.append([command, shapes[row[0]], number(row[BEST]), peer, number(us), number(ratio), ahead])
    return table(rows)


def disagreements(cells):
    """How many counts were compared, and the queries whose counts differ."""
    compared, found = 0, {}
    for (command, shape), by_engine in cells.items():
        if shape == "all":
            continue
        for rows in zip(*by_engine.values()):
            counts = {engine: row[1] for engine, row in zip(by_engine, rows) if row[1] >= 0}
            compared += len(counts) > 1
            if len(set(counts.values())) > 1:
                what = ", ".join(f"{engine} {n}" for engine, n in counts.items())
                found.setdefault((rows[0][0], what), []).append(command)
    return compared, found


def build_table(lines, text_bytes):
    best = {}
    for engine, threads, line in lines:
        build = json.loads(line)
        if (engine, threads) not in best or build["seconds"] < best[engine, threads]["seconds"]:
            best[engine, threads] = build
    rate = lambda seconds: f"{text_bytes / seconds / 1e6:.1f}" if text_bytes else "-"
    rows = [["engine", "threads", "seconds", "MB/s", "cpu s", "MB/cpu s", "peak MB", "index bytes", "of text"]]
    for (engine, threads), b in sorted(best.items(), key=lambda item: item[0][1]):
        rows.append([engine, threads, f"{b['seconds']:.1f}",
                     rate(b["seconds"]), f"{b['cpu_seconds']:.1f}", rate(b["cpu_seconds"]),
                     f"{b['peak_rss_kb'] / 1e3:.0f}",
                     str(b["index_bytes"]),
                     f"{100 * b['index_bytes'] / text_bytes:.1f} %" if text_bytes else "-"])
    return table(rows, 1)


def first_table(lines):
    rows = [["engine", "open ms", "first query ms", "peak MB"]]
    for engine in dict.fromkeys(engine for engine, _ in lines):
        tries = [json.loads(line) for name, line in lines if name == engine]
        t = min(tries, key=lambda t: t["open_us"] + t["query_us"])
        rows.append([engine, f"{t['open_us'] / 1e3:.2f}", f"{t['query_us'] / 1e3:.2f}",
                     f"{t['peak_rss_kb'] / 1e3:.0f}"])
    return table(rows, 1)


# ---- the plot ----

COLOURS = ("#d62728", "#1f77b4", "#17becf", "#ff7f0e", "#2ca02c", "#9467bd", "#8c564b")
PANEL_WIDTH, ROW, LEFT, TOP = 420, 18, 92, 46


def panel(command, shapes, cells, engines, scale, x0, y0):
    """One command: a row a shape, a dot an engine, time to the right."""
    out = [f'<text x="{x0 + LEFT}" y="{y0 - 8}" font-weight="bold">{command}</text>']
    bottom = y0 + ROW * len(shapes)
    for power in range(scale[0], scale[1] + 1):
        x = x0 + LEFT + place(10 ** power, scale)
        label = f"{10 ** power:g}" if power < 3 else f"{10 ** (power - 3):g}k"
        out.append(f'<line x1="{x:.1f}" y1="{y0}" x2="{x:.1f}" y2="{bottom}" stroke="#ddd"/>')
        out.append(f'<text x="{x:.1f}" y="{bottom + 12}" fill="#777" '
                   f'text-anchor="middle">{label}</text>')
    for i, shape in enumerate(shapes):
        y = y0 + ROW * i + ROW / 2
        values = figures(cells[command, shape], geomean, BEST)
        out.append(f'<text x="{x0 + LEFT - 8}" y="{y + 4}" text-anchor="end">{shape}</text>')
        out.append(f'<line x1="{x0 + LEFT}" y1="{y}" x2="{x0 + PANEL_WIDTH - 20}" y2="{y}" '
                   'stroke="#eee"/>')
        for engine, value in reversed(values.items()):
            out.append(f'<circle cx="{x0 + LEFT + place(value, scale):.1f}" cy="{y}" r="4.5" '
                       f'fill="{COLOURS[engines.index(engine) % len(COLOURS)]}">'
                       f'<title>{engine} {number(value)} us</title></circle>')
    return out


def place(us, scale):
    share = (math.log10(max(us, 0.01)) - scale[0]) / (scale[1] - scale[0])
    return share * (PANEL_WIDTH - LEFT - 20)


def plot(cells, engines, title):
    commands = list(dict.fromkeys(command for command, _ in cells))
    shapes = list(dict.fromkeys(shape for _, shape in cells if shape != "mixed"))
    values = [x for (_, shape), cell in cells.items() if shape in shapes
              for x in figures(cell, geomean, BEST).values()]
    scale = (math.floor(math.log10(max(min(values), 0.01))), math.ceil(math.log10(max(values))))
    scale = (scale[0], max(scale[1], scale[0] + 1))
    height = ROW * len(shapes) + 46
    rows = (len(commands) + 1) // 2
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * PANEL_WIDTH}" '
           f'height="{TOP + 20 + rows * height}" font-family="sans-serif" font-size="11">',
           '<rect width="100%" height="100%" fill="white"/>',
           f'<text x="12" y="18" font-size="13">{title}</text>']
    for i, engine in enumerate(engines):
        x = 16 + i * 110
        out.append(f'<circle cx="{x}" cy="34" r="4.5" fill="{COLOURS[i % len(COLOURS)]}"/>'
                   f'<text x="{x + 9}" y="38">{engine}</text>')
    for i, command in enumerate(commands):
        out += panel(command, shapes, cells, engines, scale,
                     i % 2 * PANEL_WIDTH, TOP + 24 + i // 2 * height)
    return "\n".join(out + ["</svg>", ""])


def list_queries(cells):
    print("\nqueries that compare worst with the best peer\n\n" + worst_table(cells))
    compared, found = disagreements(cells)
    print(f"\nhit counts: {compared} compared, {len(found)} queries differ")
    for (query, what), commands in list(found.items())[:LISTED]:
        print(f"  {query}: {what}  ({', '.join(commands)})")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = sys.argv[1]
    about = [line[0] for line in read_lines(folder, "about.txt")]
    text_bytes = next((int(line.split()[-4]) for line in about if line.endswith("bytes of text")), 0)
    cells = read_results(os.path.join(folder, "results.tsv"))
    engines = list(dict.fromkeys(engine for cell in cells.values() for engine in cell))
    print("\n".join(about))
    if builds := read_lines(folder, "builds.tsv"):
        print("\nindexing, merged to one segment\n\n" + build_table(builds, text_bytes))
    if firsts := read_lines(folder, "first.tsv"):
        print("\na new process, files in the page cache\n\n" + first_table(firsts))
    for line in read_lines(folder, "fetch.json"):
        fetch = json.loads(line[0])
        print(f"\nstored document by random key, {OURS}: mean {fetch['mean_us']} us, "
              f"p50 {fetch['p50_us']}, p99 {fetch['p99_us']}; "
              f"{fetch['found']} of {fetch['keys']} found")
    for name, statistic in STATISTICS.items():
        print(f"\n{name} over queries, each at its best, microseconds\n")
        print(ratio_table(cells, engines, statistic, BEST))
    print("\ngeometric mean over queries, each at its median, microseconds\n")
    print(ratio_table(cells, engines, geomean, MEDIAN))
    if not any(line.startswith("analysis") for line in about):
        list_queries(cells)
    with open(os.path.join(folder, "plot.svg"), "w", encoding="utf-8") as file:
        title = next((line[8:] for line in about if line.startswith("corpus")), "")
        file.write(plot(cells, engines, f"geometric mean of query times in microseconds; {title}"))


if __name__ == "__main__":
    main()
