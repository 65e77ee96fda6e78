#!/usr/bin/env python3
"""Driver: PISA, through the compiled part of its Python package.

  pisa.py index DIR THREADS BUDGET_MB < docs.tsv
  pisa.py bench DIR queries.tsv ROUNDS
  pisa.py serve DIR

Part of: bench/peers, whose README.md has the contract. PISA has no positions
and no counts: it answers unions and intersections at TOP_k alone. Its `retrieve`
takes the queries from an iterator, which here reads the clock each time that it
is asked for the next one: no data frames are between the clock and the engine,
but the making of k Python strings for the keys is. PISA_PACKAGE names the
folder that holds `_pisathon*.so`.
"""
import ctypes
import glob
import importlib.util
import json
import os
import resource
import subprocess
import sys
import time

ENCODING, BLOCK = "block_simdbp", 64
UNION, INTERSECTION = "block_max_maxscore", "block_max_ranked_and"
WARM_UP_ROUNDS = 3
NOT_COUNTED, UNSUPPORTED = -1, -2


INT, FLOAT, POINTER = ctypes.c_int32, ctypes.c_float, ctypes.c_void_p
free_object = ctypes.pythonapi.Py_DecRef
free_object.argtypes = [ctypes.c_void_p]
answers_to = os.dup(1)  # what PISA itself says goes to the other stream
os.dup2(2, 1)


def answer(text):
    os.write(answers_to, (text + "\n").encode())


def load():
    folder = os.environ["PISA_PACKAGE"]
    for library in glob.glob(os.path.join(folder, "**", "libtbb.so.2"), recursive=True):
        ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
    path = glob.glob(os.path.join(folder, "**", "_pisathon*.so"), recursive=True)[0]
    spec = importlib.util.spec_from_file_location("_pisathon", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prepare(pisa, folder):
    context = pisa.RetrievalContext()
    pisa.prepare_index(context, folder, ENCODING, "bm25", "", block_size=BLOCK, quantize=0,
                       bm25_k1=1.2, bm25_b=0.75)
    return context


def index(pisa, folder, threads):
    """The build reads a file by name: blanks and words alone, the key first."""
    start, cpu = time.monotonic(), time.process_time()
    os.makedirs(folder)
    with subprocess.Popen(["tr", "\t", " "], stdout=subprocess.PIPE) as source:
        pisa.index(f"/dev/fd/{source.stdout.fileno()}", folder, "", 100000, threads)
    prepare(pisa, folder)
    seconds, cpu = time.monotonic() - start, time.process_time() - cpu
    for path in glob.glob(os.path.join(folder, "inv.*")) + glob.glob(os.path.join(folder, "fwd")):
        os.remove(path)  # what only the build needs
    answer(json.dumps({
        "seconds": round(seconds, 3), "cpu_seconds": round(cpu, 3),
        "index_bytes": sum(entry.stat().st_size for entry in os.scandir(folder)),
        "peak_rss_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))


class Clocked:
    """Queries that note the time at which each is taken."""

    def __init__(self, queries):
        self.queries, self.taken = queries, []

    def __len__(self):
        return len(self.queries)

    def __iter__(self):
        for number, text in self.queries:
            self.taken.append(time.perf_counter_ns())
            yield number, text
        self.taken.append(time.perf_counter_ns())


def algorithm_of(command, query):
    words = query.split()
    if not command.startswith("TOP_") or command.endswith("_COUNT") or '"' in query:
        return None
    if any(word[0] == "-" for word in words):
        return None
    musts = sum(word[0] == "+" for word in words)
    return UNION if musts == 0 else INTERSECTION if musts == len(words) else None


class Round:
    def __init__(self, path):
        with open(path, encoding="utf-8") as lines:
            self.lines = [line.rstrip("\n").split("\t") for line in lines]
        self.groups = {}
        for number, (command, query) in enumerate(self.lines):
            algorithm = algorithm_of(command, query)
            if algorithm:
                k = int(command[4:])
                self.groups.setdefault((algorithm, k), []).append((number, query.replace("+", "")))

    def run(self, pisa, context):
        """Hits and nanoseconds of each query."""
        answers = [(UNSUPPORTED, 0)] * len(self.lines)
        for (algorithm, k), queries in self.groups.items():
            n = len(queries) * k
            clocked, keys = Clocked(queries), (POINTER * n)()
            found = pisa.retrieve(context, algorithm, clocked, k=k, threads=1, pretokenised=0,
                                  query_weighted=0, result_qidxs=(INT * n)(), result_docnos=keys,
                                  result_ranks=(INT * n)(), result_scores=(FLOAT * n)())
            for key in keys[:found]:
                free_object(key)
            for i, (number, _) in enumerate(queries):
                answers[number] = (NOT_COUNTED, clocked.taken[i + 1] - clocked.taken[i])
        return answers


def bench(pisa, context, path, rounds):
    todo = Round(path)
    runs = [todo.run(pisa, context) for _ in range(WARM_UP_ROUNDS + rounds)][WARM_UP_ROUNDS:]
    for i, (command, query) in enumerate(todo.lines):
        times = sorted(run[i][1] for run in runs)
        answer(f"{command}\t{query}\t{runs[0][i][0]}\t{times[0] / 1e3:.1f}"
               f"\t{times[rounds // 2] / 1e3:.1f}")


def serve(pisa, context):
    todo = None
    answer("ready")
    for line in sys.stdin:
        request = line.split()
        if request[0] == "load":
            todo = Round(request[1])
            answer(str(len(todo.lines)))
        else:
            answer(" ".join(f"{hits} {ns}" for hits, ns in todo.run(pisa, context)))


def main():
    pisa = load()
    if sys.argv[1:2] == ["index"] and len(sys.argv) >= 5:
        index(pisa, sys.argv[2], int(sys.argv[3]))
    elif sys.argv[1:2] == ["bench"] and len(sys.argv) >= 5:
        bench(pisa, prepare(pisa, sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    elif sys.argv[1:2] == ["serve"] and len(sys.argv) >= 3:
        serve(pisa, prepare(pisa, sys.argv[2]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
