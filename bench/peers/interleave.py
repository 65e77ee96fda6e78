#!/usr/bin/env python3
"""Run the drivers side by side, a round of each in turn.

  interleave.py --queries Q.tsv --out RESULTS.tsv NAME=COMMAND...

COMMAND starts a driver in its `serve` mode. For each benchmark command, such as
TOP_10, all drivers are started and warmed up, and then each runs the whole set
of queries once, one driver after the other, again and again: whatever the
machine does meanwhile hits all alike, and only one driver is at work at a time.
A driver keeps the time itself and answers a whole round at once. Each command
has processes of its own, so that a virtual machine compiles for it alone.

A driver that needs longer than --patience seconds for its rounds stops after
three. The table has command, shape, query, engine, hits (-1: not counted, -2:
the engine has no such query), best and median microseconds, rounds.
"""
import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import time

COMMANDS = ("TOP_10", "TOP_100", "TOP_1000", "TOP_10_COUNT", "TOP_100_COUNT", "COUNT")
LEAST_ROUNDS = 3
JAVA = "lucene"  # what has to be compiled while it runs
WARM_UP_SECONDS = 1


class Driver:
    def __init__(self, name, command, log):
        self.name, self.spent = name, 0.0
        self.hits, self.times = [], []
        self.process = subprocess.Popen(shlex.split(command), text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=log)
        self.expect("ready")

    def read(self):
        line = self.process.stdout.readline()
        if not line.endswith("\n"):
            sys.exit(f"interleave.py: {self.name} ended with {self.process.wait()}")
        return line.strip()

    def expect(self, answer):
        if self.read() != answer:
            sys.exit(f"interleave.py: {self.name} did not answer {answer}")

    def ask(self, request):
        self.process.stdin.write(request + "\n")

    def load(self, path, n):
        self.ask(f"load {path}")
        self.expect(str(n))
        self.times = [[] for _ in range(n)]

    def run(self):
        self.ask("round")
        numbers = [int(word) for word in self.read().split()]
        self.hits = numbers[0::2]
        return numbers[1::2]

    def cpu_seconds(self):
        """Of the process and all its threads: on a busy machine the clock says nothing."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def warm_up(self, seconds):
        start = self.cpu_seconds()
        self.run()
        while self.cpu_seconds() - start < seconds:
            self.run()

    def measure(self):
        start = time.monotonic()
        for times, ns in zip(self.times, self.run()):
            times.append(ns)
        self.spent += time.monotonic() - start

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def run_command(command, queries, args, log):
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".tsv") as file:
        file.writelines(f"{command}\t{query}\n" for _, query in queries)
        file.flush()
        drivers = [Driver(*engine.split("=", 1), log) for engine in args.engines]
        for driver in drivers:
            driver.load(file.name, len(queries))
    for driver in drivers:
        driver.warm_up(args.warm_up if driver.name.startswith(JAVA) else WARM_UP_SECONDS)
    for done in range(args.rounds):
        for driver in drivers:
            if done < LEAST_ROUNDS or driver.spent < args.patience:
                driver.measure()
    for driver in drivers:
        driver.close()
    print(f"{command:14}" + "".join(f"  {d.name} {len(d.times[0])} rounds, {d.spent:.1f} s"
                                    for d in drivers), file=sys.stderr)
    return drivers


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("engines", nargs="+", metavar="NAME=COMMAND")
    parser.add_argument("--queries", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--log", default="/dev/stderr", help="where the drivers' own words go")
    parser.add_argument("--commands", default=",".join(COMMANDS))
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--warm-up", type=float, default=20, help="processor seconds of a Java driver")
    parser.add_argument("--patience", type=float, default=120, help="seconds a driver and command")
    args = parser.parse_args()
    with open(args.queries, encoding="utf-8") as lines:
        queries = [tuple(line.rstrip("\n").split("\t")) for line in lines]
    with open(args.out, "w", encoding="utf-8") as out, open(args.log, "a") as log:
        print("command", "shape", "query", "engine", "hits", "best_us", "median_us", "rounds",
              sep="\t", file=out)
        for command in args.commands.split(","):
            drivers = run_command(command, queries, args, log)
            for i, (shape, query) in enumerate(queries):
                for driver in drivers:
                    times = sorted(driver.times[i])
                    print(command, shape, query, driver.name, driver.hits[i],
                          f"{times[0] / 1e3:.1f}", f"{times[len(times) // 2] / 1e3:.1f}",
                          len(times), sep="\t", file=out)
            out.flush()


if __name__ == "__main__":
    main()
