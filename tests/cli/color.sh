# Colour: never in a pipe, always when asked for, on a terminal unless NO_COLOR says no.
. "$SEARCH_TESTS/support.inc"

run_with '{"id":"1","title":"Tint","body":"some ink here"}
' "$SEARCH" add a.idx -q
esc=$(printf '\033')
ok search query a.idx ink
expect_out_lacks "$esc"
ok search query a.idx ink --color always
expect_out_has "some $esc[1mink$esc[0m here"
ok env NO_COLOR=1 "$SEARCH" query a.idx ink --color always
expect_out_has "$esc[1m"
ok search query a.idx ink --color never
expect_out_lacks "$esc"

need python3
cat >terminal.py <<'P'
import os, pty, subprocess, sys, threading
master, slave = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stdin=slave, stdout=slave, stderr=slave)
# The end is marked by a byte: reading until the terminal hangs up may lose what was written last.
threading.Thread(target=lambda: (child.wait(), os.write(slave, b"\0"))).start()
data = b""
while not data.endswith(b"\0"):
    data += os.read(master, 65536)
sys.stdout.buffer.write(data[:-1])
sys.stdout.flush()
sys.exit(child.wait())
P
ok python3 terminal.py "$SEARCH" query a.idx ink
expect_out_has "$esc[1mink$esc[0m"
run env NO_COLOR=1 python3 terminal.py "$SEARCH" query a.idx ink
expect_status 0
expect_out_lacks "$esc"
run env NO_COLOR= python3 terminal.py "$SEARCH" query a.idx ink
expect_out_has "$esc"
run env TERM=dumb python3 terminal.py "$SEARCH" query a.idx ink
expect_out_lacks "$esc"
ok python3 terminal.py "$SEARCH" check a.idx
expect_out_has ok
finish
