#!/usr/bin/env python3
"""Lines of bench_analyze as a table: MB/s, and how many times ICU's word break."""
import json
import sys

STAGES = ("fold", "segment", "fold_segment", "words", "chain", "chain_query", "icu")


def main():
    rows = {}
    for line in sys.stdin:
        record = json.loads(line)
        rows.setdefault(record["text"], {})[record["stage"]] = record
    print(f"{'MB/s':<10}" + "".join(f" {stage:>16}" for stage in STAGES))
    for name, stages in rows.items():
        cells = []
        for stage in STAGES:
            record = stages.get(stage)
            cells.append(f"{record['mb_per_s']:.1f} ({record['times_icu']:.1f}x)"
                         if record else "-")
        print(f"{name:<10}" + "".join(f" {cell:>16}" for cell in cells))


if __name__ == "__main__":
    main()
