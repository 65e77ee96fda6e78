# Ctrl-C while slow input is added: what was committed stays, status 130. Meanwhile the index is
# locked for other writers and open for readers.
. "$SEARCH_TESTS/support.inc"
need python3

cat >interrupt.py <<'P'
import os, signal, subprocess, sys, time
search, sig = sys.argv[1], getattr(signal, sys.argv[2])
p = subprocess.Popen([search, "add", "a.idx", "-", "--commit-every", "2"], stdin=subprocess.PIPE,
                     stderr=subprocess.PIPE, preexec_fn=lambda: signal.signal(sig, signal.SIG_DFL))
for i in range(5):
    p.stdin.write(b'{"id":"%d","body":"slow"}\n' % i)
p.stdin.flush()
deadline = time.monotonic() + 30
while time.monotonic() < deadline:  # until the second commit can be seen
    got = subprocess.run([search, "query", "a.idx", "slow", "--format", "ids"], capture_output=True)
    if len(got.stdout.split()) == 4:
        break
else:
    sys.exit("never committed: %r" % got)
second = subprocess.run([search, "add", "a.idx"], input=b"{}", capture_output=True)
if second.returncode != 2 or not second.stderr:
    sys.exit("a second writer came in: %r" % second)
p.send_signal(sig)
err = p.stderr.read()
code = p.wait(timeout=30)
sys.stderr.buffer.write(err)
sys.exit(code)
P
run python3 interrupt.py "$SEARCH" SIGINT
expect_status 130
expect_err_has 'search: interrupted'
expect_err_has 'added 4,'
expect_ids '0 1 2 3' a.idx slow
ok search check a.idx
rm -rf a.idx
run python3 interrupt.py "$SEARCH" SIGTERM
expect_status 130
expect_ids '0 1 2 3' a.idx slow

# The writer's lock went with the process.
run_with '{"id":"9","body":"vellum"}' "$SEARCH" add a.idx -q
expect_status 0
expect_ids '9' a.idx vellum

# A salvage that nothing is wrong with stops as well, and leaves nothing behind.
cat >salvage.py <<'P'
import os, signal, subprocess, sys
search = sys.argv[1]
with open("in.jsonl", "w") as f:
    for i in range(30000):
        f.write('{"id":"%d","body":"%s"}\n' % (i, " ".join("w%d" % (i * k % 997) for k in range(20))))
subprocess.run([search, "add", "big.idx", "in.jsonl", "-q"], check=True)
p = subprocess.Popen([search, "salvage", "big.idx", "new.idx"],
                     preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
while p.poll() is None and not os.path.exists("new.idx/manifest"):
    pass
p.send_signal(signal.SIGINT)
sys.exit(p.wait(timeout=30))
P
run python3 salvage.py "$SEARCH"
expect_status 130
expect_err_has 'search: interrupted'
[ ! -e new.idx ] || fail "there is something left: $(ls new.idx)"

# Nor does a copy that has not committed yet; but what is not its own stays.
cat >copy.py <<'P'
import os, signal, subprocess, sys
search, target = sys.argv[1:]
p = subprocess.Popen([search, "copy", "big.idx", target, "--batch", "1000000"],
                     preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
while p.poll() is None and not os.path.exists(target + "/manifest"):
    pass
if target == "shared.idx":
    open(target + "/notes.txt", "w").close()
p.send_signal(signal.SIGINT)
sys.exit(p.wait(timeout=30))
P
run python3 copy.py "$SEARCH" alone.idx
expect_status 130
expect_err_has 'search: interrupted'
[ ! -e alone.idx ] || fail "there is something left: $(ls alone.idx)"
run python3 copy.py "$SEARCH" shared.idx
expect_status 130
[ "$(ls shared.idx)" = notes.txt ] || fail "there is not just the note: $(ls shared.idx)"

# A pager shows the first page and reads no more.
cat >pager.py <<'P'
import fcntl, os, signal, subprocess, sys, termios
r, w = os.pipe()
p = subprocess.Popen(sys.argv[1:], stdout=w,
                     preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
os.close(w)
def waits():  # asleep with something in the pipe: for there to be room
    got = fcntl.ioctl(r, termios.FIONREAD, b"\0" * 4) != b"\0" * 4
    return got and open("/proc/%d/stat" % p.pid).read().rpartition(")")[2].split()[0] == "S"
while p.poll() is None and not waits():
    pass
p.send_signal(signal.SIGINT)
sys.exit(p.wait(timeout=30))
P
if [ -r /proc/self/stat ]; then
	for format in ids json text; do
		run python3 pager.py "$SEARCH" query big.idx w0 --limit 30000 --format $format
		expect_status 130
		expect_err_empty
	done
fi

# Nobody writes into a pipe, and nobody ends standard input.
mkfifo pipe
(exec "$SEARCH" add piped.idx pipe -q) &
echo '{"id":"8","body":"octavo"}' >pipe
wait
expect_ids 'pipe' piped.idx octavo
echo '{"id":"7","body":"quarto"}' >after.jsonl
cat >waits.py <<'P'
import os, signal, subprocess, sys
p = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE,
                     preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
def waits():  # it catches SIGINT, and sleeps; no shell that runs it
    status = dict(line.split(":", 1) for line in open("/proc/%d/status" % p.pid))
    return "search" in os.path.basename(os.readlink("/proc/%d/exe" % p.pid)) and \
        status["State"].split()[0] == "S" and int(status["SigCgt"], 16) >> signal.SIGINT - 1 & 1
while p.poll() is None and not waits():
    pass
p.send_signal(signal.SIGINT)
sys.exit(p.wait(timeout=30))
P
if [ -r /proc/self/stat ]; then
	run python3 waits.py "$SEARCH" add a.idx pipe after.jsonl
	expect_status 130
	expect_err_has 'search: interrupted'
	expect_ids '' a.idx quarto
	run python3 waits.py "$SEARCH" dict a.idx -
	expect_status 130
	expect_err_has 'search: interrupted'
	run python3 waits.py "$SEARCH" synonyms a.idx pipe
	expect_status 130
	expect_err_has 'search: interrupted'
fi
finish
