# The line of progress: only on a terminal that can clear it, and never longer than a row of it.
. "$SEARCH_TESTS/support.inc"
need python3

cat >progress.py <<'P'
import fcntl, os, pty, struct, subprocess, sys, termios, threading, time
columns = int(sys.argv[1])
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
child = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=slave, stderr=slave)
seen = b""
def watch():
    global seen
    while not seen.endswith(b"\0"):
        seen += os.read(master, 65536)
watcher = threading.Thread(target=watch)
watcher.start()
# Input without an end, until a line is there; where there is to be none, for twice as long as one
# needs.
begun, patience = time.monotonic(), 0.5 if os.environ["TERM"] == "dumb" else 60
i = 0
while time.monotonic() - begun < patience and b"\033[K" not in seen:
    child.stdin.write(b"".join(b'{"id":"%d","body":"ink"}\n' % (i + j) for j in range(100)))
    i += 100
child.stdin.close()
status = child.wait()
os.write(slave, b"\0")
watcher.join()
sys.stdout.buffer.write(seen[:-1].replace(b"\r", b"\n"))
sys.exit(status)
P
ok python3 progress.py 80 "$SEARCH" add a.idx -
expect_out_has " documents, "
expect_out_has " MB/s"
ok python3 progress.py 20 "$SEARCH" add a.idx -
expect_out_has " documents"
sed -n "s/$(printf '\033')\[K\$//p" out >lines
[ -s lines ] && [ "$(awk 'length > 19' lines | wc -l)" -eq 0 ] || fail "not cut to a row: $(cat lines)"
ok env TERM=dumb python3 progress.py 80 "$SEARCH" add a.idx -
expect_out_lacks "$(printf '\033')"
finish
