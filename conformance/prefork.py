#!/usr/bin/python3 -IS
"""Runs stock clients that are written in Python, without a start of the interpreter for each command.

  /usr/bin/python3 prefork.py FOLDER COMMAND...

imports what the commands are made of, which takes most of a second, and puts a link to this file into FOLDER for each. With FOLDER at
the front of PATH, each call of a command forks that process: the fork runs the installed script as it is, with the caller's
arguments, environment, directory and standard files, and the call ends with its exit status.
"""
import marshal
import os
import socket
import sys


def call(folder, argv):
    """A call of a command. Returns its exit status."""
    # What is closed stays closed: some clients tell a closed standard input from an empty one.
    files = [file for file in (0, 1, 2) if is_open(file)]
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(os.path.join(folder, 'socket'))
        socket.send_fds(connection, [b'.'], files)
        connection.sendall(marshal.dumps((argv, os.getcwd(), dict(os.environb), files)))
        connection.shutdown(socket.SHUT_WR)
        status = connection.recv(1)
    return status[0] if status else 'prefork.py: no exit status of %s' % argv[0]


def is_open(file):
    try:
        os.fstat(file)
        return True
    except OSError:
        return False


def serve(folder, commands):
    """Forks for each call. Returns in the fork."""
    import shutil
    import signal
    scripts = {name: shutil.which(name) for name in commands}
    load(scripts.values())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.join(folder, 'socket'))
        listener.listen(16)
        for name in commands:
            os.symlink(os.path.abspath(__file__), os.path.join(folder, name))
        while True:
            connection, _ = listener.accept()
            if os.fork() == 0:
                break
            connection.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    answer(connection, scripts)


def load(scripts):
    """Imports what the scripts do, and what `openstack` and `glance` import when they run."""
    import gc
    import importlib
    import importlib.metadata
    import runpy
    for script in scripts:
        runpy.run_path(script)
    for module in 'glanceclient.v2.client', 'glanceclient.v2.shell':
        importlib.import_module(module)
    for distribution in importlib.metadata.distributions():
        for plugin in distribution.entry_points:
            if plugin.group.startswith(('openstack.', 'cliff.', 'keystoneauth1.')):
                try:
                    plugin.load()
                except ImportError:
                    pass  # of a package that is not installed
    gc.freeze()  # so that the forks share more of the memory


def answer(connection, scripts):
    """Forks again, so that there is somebody to wait for the command, and runs it there."""
    import runpy
    _, received, _, _ = socket.recv_fds(connection, 1, 3)
    with connection.makefile('rb') as request:
        argv, directory, environment, files = marshal.load(request)
    command = os.fork()
    if command:
        _, status = os.waitpid(command, 0)
        code = os.waitstatus_to_exitcode(status)
        connection.send(bytes([code if code >= 0 else 128 - code]))
        os._exit(0)
    connection.close()
    for file in (0, 1, 2):
        os.close(file)
    for file, copy in zip(files, received):
        os.dup2(copy, file)
        os.close(copy)
    if 0 not in files:
        sys.stdin = None
    os.chdir(directory)
    os.environb.clear()
    os.environb.update(environment)
    script = scripts[os.path.basename(argv[0])]
    sys.path[0] = os.path.dirname(script)
    sys.argv = [script, *argv[1:]]
    try:
        runpy.run_path(script, run_name='__main__')
    except SystemExit as end:
        leave(end.code)
    except BaseException as end:
        sys.excepthook(type(end), end, end.__traceback__)
        leave(1)
    leave(0)


def leave(code):
    """What the interpreter does at its end, but for giving back the memory: that would copy all of it first."""
    import atexit
    if code is None:
        code = 0
    elif not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code & 0xff)


if __name__ == '__main__':
    if os.path.islink(sys.argv[0]):
        sys.exit(call(os.path.dirname(sys.argv[0]), sys.argv))
    serve(sys.argv[1], sys.argv[2:])
