"""The server process behind scripts/server: a Deephaven server with the sample tables.

With --control SOCKET it listens on a unix socket for lines and answers each with "ok" or
"error TEXT", once the update graph has taken the change in:

    add FIRST LAST TEXT  put rows K = FIRST..LAST with V = TEXT into ctl, replacing equal keys
    remove FIRST LAST    take rows K = FIRST..LAST out of ctl
    clear                take all rows out of ctl
    replace              assign another table to the variable replaced; its Version goes up
    fail                 make the table failing fail upstream
    restore              assign a working table to the variable failing
    drop                 take the variable optional away
    offer                bring the variable optional back
    make NAME ROWS METHOD FORMULA; FORMULA ...
                         NAME becomes empty_table(ROWS).METHOD([FORMULA, ...])
    derive NAME SOURCE FORMULA; ...
                         NAME becomes SOURCE.view([FORMULA, ...])
    forget NAME          take a variable away
    run FILE             run the Python of a file among the variables
    exports MAX          fail when a session holds more than MAX exports for five seconds
    ping                 do nothing
"""

import argparse
import atexit
import ctypes
import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HOST = "127.0.0.1"
ANONYMOUS = "io.deephaven.auth.AnonymousAuthenticationHandler"
PSK = "io.deephaven.authentication.psk.PskAuthenticationHandler"
MAX_ROWS = 1_000_000  # of one add or remove
PR_SET_PDEATHSIG = 1
EXPORTS_WAIT = 5  # seconds


def arguments():
    p = argparse.ArgumentParser(prog="server", allow_abbrev=False)
    p.add_argument("--port", type=int, default=10000)
    p.add_argument("--psk")
    p.add_argument("--growth", type=int)
    p.add_argument("--session-ms", type=int)
    p.add_argument("--interval-ms", type=int)
    p.add_argument("--ready-file")
    p.add_argument("--control")
    p.add_argument("--heap", default="1g")
    p.add_argument("--with-parent", type=int)
    p.add_argument("--cert")
    p.add_argument("--key")
    p.add_argument("--clients-of")
    p.add_argument("--handlers")
    p.add_argument("--auth")
    p.add_argument("--property", action="append", default=[])
    a = p.parse_args()
    if not 0 <= a.port <= 65535:
        p.error("--port must be 0 to 65535")
    if (a.cert is None) != (a.key is None) or (a.clients_of and not a.cert):
        p.error("--cert and --key go together, and --clients-of with both")
    if a.session_ms is not None and a.session_ms < 10000:
        p.error("--session-ms must be 10000 or more: the server refuses less")
    return a


def jvm_args(a, folder):
    args = ["-Xmx" + a.heap]
    args += ["-Ddeephaven.%sDir=%s" % (kind, os.path.join(folder, kind))
             for kind in ("cache", "config", "data")]
    args.append("-Ddeephaven.application.dir=" + os.path.join(folder, "application"))
    args.append("-DAuthHandlers=" + (a.auth or (ANONYMOUS if a.psk is None else PSK)))
    if a.psk is not None:
        args.append("-Dauthentication.psk=" + a.psk)
    args += ["-D" + text for text in a.property]
    if a.growth is not None:
        args += ["-DBarrageUtil.minSnapshotCellCount=%d" % a.growth,
                 "-DBarrageUtil.maxSnapshotCellCount=%d" % a.growth]
    if a.cert is not None:
        args += ["-Dssl.identity.type=privatekey", "-Dssl.identity.certChainPath=" + a.cert,
                 "-Dssl.identity.privateKeyPath=" + a.key]
    if a.clients_of is not None:
        args += ["-Dssl.trust.type=certs", "-Dssl.trust.path=" + a.clients_of,
                 "-Dssl.clientAuthentication=NEEDED"]
    if a.session_ms is not None:
        args.append("-Dhttp.session.durationMs=%d" % a.session_ms)
    if a.interval_ms is not None:
        args += ["-DPeriodicUpdateGraph.targetCycleDurationMillis=%d" % a.interval_ms,
                 "-Dbarrage.minUpdateInterval=%d" % a.interval_ms]
    return args


def write_application(folder):
    """An application with fields, which are no variables; the server runs it when it starts."""
    files = {
        "sample.app": "type=script\nscriptType=python\nenabled=true\nid=sample.app\n"
                      "name=Sample\nfile_0=sample.py\n",
        "sample.py": "from deephaven import empty_table\n"
                     "from deephaven.appmode import get_app_state\n"
                     "get_app_state()['five'] = empty_table(5).update('N = ii * 2')\n",
    }
    for name, text in files.items():
        with open(os.path.join(folder, name), "w") as f:
            f.write(text)


def compile_handlers(sources, folder):
    """Compiles a folder's Java against the server's; the runtime's own compiler is enough."""
    import deephaven_server
    jars = glob.glob(os.path.join(os.path.dirname(deephaven_server.__file__), "jars", "*"))
    classes = os.path.join(folder, "classes")
    subprocess.run([os.path.join(os.environ["JAVA_HOME"], "bin", "java"), "-m",
                    "jdk.compiler/com.sun.tools.javac.Main", "-cp", ":".join(jars), "-d", classes]
                   + glob.glob(os.path.join(sources, "*.java")), check=True)
    return classes


def check_port(port):
    """Exits with a plain line when the port is taken: the server's own report is a page long."""
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((HOST, port))
        except OSError as e:
            sys.exit("server: cannot use port %d: %s" % (port, e.strerror))


class Control:
    """Answers command lines; all of them change the variables of the query scope."""

    def __init__(self, server, scope, sources):
        from deephaven.execution_context import get_exec_ctx
        self.server = server
        self.scope = scope
        self.sources = sources
        self.context = get_exec_ctx()
        self.lock = threading.Lock()

    def listen(self, path):
        if os.path.exists(path):
            os.unlink(path)
        s = socket.socket(socket.AF_UNIX)
        s.bind(path)
        os.chmod(path, 0o600)
        s.listen(8)
        threading.Thread(target=self.accept, args=(s,), daemon=True).start()

    def accept(self, s):
        while True:
            connection, _ = s.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection, connection.makefile("rw", encoding="utf-8") as f:
            try:
                for line in f:
                    f.write(self.answer(line.rstrip("\n")) + "\n")
                    f.flush()
            except OSError:
                pass  # the other side has gone

    def answer(self, line):
        try:
            with self.lock, self.context:
                self.run(line)
            return "ok"
        except Exception as e:  # whatever goes wrong is the answer
            return "error " + " ".join(str(e).split())[:500]

    def run(self, line):
        from deephaven import empty_table
        word, _, rest = line.partition(" ")
        if word == "add":
            first, last, text = rest.split(" ", 2)
            self.sources.ctl_add(rows(first, last), text)
        elif word == "remove":
            first, last = rest.split(" ")
            self.sources.ctl_remove(rows(first, last))
        elif word == "clear":
            self.sources.ctl_clear()
        elif word == "replace":
            self.scope["replaced"] = self.sources.next_replaced()
        elif word == "fail":
            self.sources.fail()
        elif word == "restore":
            self.scope["failing"] = self.sources.new_failing()
        elif word == "drop":
            self.scope.pop("optional", None)
        elif word == "offer":
            self.scope["optional"] = self.sources.new_optional()
        elif word == "make":
            name, size, method, formulas = rest.split(" ", 3)
            self.scope[name] = getattr(empty_table(int(size)), method)(split(formulas))
        elif word == "derive":
            name, source, formulas = rest.split(" ", 2)
            self.scope[name] = self.scope[source].view(split(formulas))
        elif word == "forget":
            self.scope.pop(rest, None)
        elif word == "run":
            with open(rest, encoding="utf-8") as f:
                exec(compile(f.read(), rest, "exec"), self.scope)
        elif word == "exports":
            check_exports(self.server, int(rest))
        elif word != "ping":
            raise ValueError("unknown command: " + word)


def check_exports(server, most):
    """What sessions hold is in private fields of the server's objects."""
    import jpy
    read = jpy.get_type("org.apache.commons.lang3.reflect.FieldUtils").readField

    def held():
        service = read(read(server.j_server, "server", True), "sessionService", True)
        try:
            sessions = read(service, "tokensBySession", True).keySet().toArray()
        except Exception:  # before 41 they are listed by token
            tokens = read(service, "tokenToSession", True).values().toArray()
            sessions = [read(t, "session", True) for t in tokens]
        return max([read(s, "exportMap", True).size() for s in sessions], default=0)

    end = time.monotonic() + EXPORTS_WAIT
    while held() > most:
        if time.monotonic() > end:
            raise ValueError("a session holds %d exports" % held())
        time.sleep(0.1)


def split(formulas):
    """FORMULA; FORMULA; ..."""
    return [f.strip() for f in formulas.split(";") if f.strip()]


def rows(first, last):
    first, last = int(first), int(last)
    if not 0 <= first <= last or last - first >= MAX_ROWS:
        raise ValueError("need 0 <= FIRST <= LAST and at most %d rows" % MAX_ROWS)
    return range(first, last + 1)


def announce(a, port, tables):
    login = a.auth or ("anonymous" if a.psk is None else "pre-shared key")
    print("server ready on %s:%d (%s)" % (HOST, port, login))
    print("tables: " + " ".join(sorted(tables)))
    print("view one with: scripts/run %s:%d/million" % (HOST, port), flush=True)
    if a.ready_file:
        part = a.ready_file + ".part"
        with open(part, "w") as f:
            f.write("%s:%d\n" % (HOST, port))
        os.rename(part, a.ready_file)


def main():
    a = arguments()
    if a.with_parent is not None:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != a.with_parent:
            sys.exit("server: the process that started it has ended")
    check_port(a.port)
    folder = tempfile.mkdtemp(prefix="dhview-server-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for kind in ("application", "cache", "config", "data"):
        os.mkdir(os.path.join(folder, kind))
    write_application(os.path.join(folder, "application"))
    leftovers = [x for x in (a.ready_file, a.control) if x]

    def end(signum, frame):
        shutil.rmtree(folder, ignore_errors=True)
        for path in leftovers:
            if os.path.exists(path):
                os.unlink(path)
        os._exit(0)  # an orderly stop of the engine takes seconds and serves nobody here

    from deephaven_server import Server
    classes = [compile_handlers(a.handlers, folder)] if a.handlers else []
    server = Server(host=HOST, port=a.port, jvm_args=jvm_args(a, folder),
                    extra_classpath=classes)
    server.start()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)

    import sample_tables
    sources = sample_tables.Sources()
    tables = sample_tables.build(sources)
    # Tables in the globals of the main module are what the server offers as its query scope.
    globals().update(tables)
    if a.control:
        Control(server, globals(), sources).listen(a.control)
    announce(a, server.port, tables)
    while True:
        time.sleep(1)  # a signal that a thread of Java's took does not end a pause


if __name__ == "__main__":
    main()
