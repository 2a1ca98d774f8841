"""Our training steps beside those of other libraries: alternating, medians of paired ratios.

    /usr/bin/python3 compare.py OURS [--peers pytorch,libtorch,dlib] [--precisions f32:f32,bf16:f32,bf16:bf16]
                                     [--steps encoder,...] [--batches 64,128,256] [--threads 1,2] [--rounds 15]
                                     [--mode MODE]
    /usr/bin/python3 compare.py EARLIER/peers_ours --peers NOW/peers_ours --precisions f32:f32,bf16:bf16 --rounds 25

A precision is ours:theirs. The programs of LibTorch and dlib are looked for beside OURS. For every row each mode of the
peer is tried first; the fastest one is then run in turn with ours, both in a process of their own that waits while
the other works. With --mode MODE both sides run in that mode, so that OURS may be a peer, too. A peer that is a path is a
program of ours: the second line says how much longer a step takes now than earlier. The table is Markdown; the last two
columns are the 95 % interval of the median ratio.
"""
import argparse
import math
import os
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# What makes the peers fastest on the machine of docs/performance.md: one pool of threads, the kernels that OpenBLAS
# chooses itself (OPENBLAS_CORETYPE is taken out of the environment), and memory that is not given back between steps.
FAST = {'LD_LIBRARY_PATH': '/usr/lib/x86_64-linux-gnu/openblas-openmp',
        'MALLOC_TOP_PAD_': '2000000000', 'MALLOC_MMAP_THRESHOLD_': '2000000000',
        'MALLOC_TRIM_THRESHOLD_': '4000000000'}


class Side:
    """A process that times steps, see serve.hpp."""

    def __init__(self, command):
        inherited = {name: value for name, value in os.environ.items() if not name.startswith('OPENBLAS_')}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**inherited, **FAST})

    def ask(self, line):
        self.process.stdin.write(line + '\n')
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit('a process ended at: ' + line)
        return answer.split()

    def choose(self, step, precision, batch, threads, mode='-'):
        """The number of parameters of that step, or None where this side has no such step."""
        answer = self.ask('%s %s %s %s %s' % (step, precision, batch, threads, mode))
        return int(answer[1]) if answer[0] == 'ready' else None

    def time(self, count):
        time.sleep(0.05)  # until the other side's threads, which stay awake for a while, have gone to sleep
        return statistics.median(float(seconds) for seconds in self.ask('run %d' % count))


def modes_of(peer, step):
    if peer not in ('pytorch', 'libtorch'):
        return ['-']
    modes = ['eager', 'channels_last']
    return modes + ['split', 'split+channels_last'] if 'concat' in step else modes


def fastest_mode(side, modes, step, *choice):
    """The mode with the least seconds, or None where the peer has no such step."""
    speed = {}
    for mode in modes:
        if side.choose(step, *choice, mode) is not None:
            side.time(2)
            speed[mode] = side.time(5)
    return min(speed, key=speed.get) if speed else None


def interval(ratios):
    """The 95 % interval of the median: the k-th least and the k-th greatest, by the binomial distribution."""
    n, ordered = len(ratios), sorted(ratios)
    outside, k = 0, 0
    while outside + math.comb(n, k) / 2**n <= 0.025:
        outside += math.comb(n, k) / 2**n
        k += 1
    return ordered[max(k, 1) - 1], ordered[n - max(k, 1)]


def compare(ours, theirs, peer, step, precisions, batch, threads, arguments):
    """A row of the table, or None where one of the sides has no such step."""
    of_ours, of_theirs = precisions.split(':')
    modes = [arguments.mode] if arguments.mode else modes_of(peer, step)
    parameters = ours.choose(step, of_ours, batch, threads, arguments.mode or '-')
    mode = parameters and fastest_mode(theirs, modes, step, of_theirs, batch, threads)
    if not mode:
        return None
    peer_parameters = theirs.choose(step, of_theirs, batch, threads, mode)
    if parameters != peer_parameters:
        sys.exit('%s: ours has %d parameters, %s has %d' % (step, parameters, peer, peer_parameters))
    pairs = [(theirs.time(3), ours.time(3)) for _ in range(arguments.rounds)]
    ratios = [a / b for a, b in pairs]
    milliseconds = [1e3 * statistics.median(side) for side in zip(*pairs)]
    return '| %s | %s | %s | %s | %s, %s, %s | %.1f | %.1f | %.3f | %.2f | %.2f | %.3f | %.3f |' % (
        step, batch, threads, of_ours, os.path.basename(peer), of_theirs, mode, *reversed(milliseconds),
        statistics.median(ratios), min(ratios), max(ratios), *interval(ratios))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)

    def several(name, default):
        parser.add_argument(name, type=lambda text: text.split(','), default=default.split(','))

    parser.add_argument('ours')
    several('--peers', 'pytorch')
    several('--precisions', 'f32:f32')
    several('--steps', 'encoder,local_concat,global_concat,local_dot_512,local_dot_2048')
    several('--batches', '64')
    several('--threads', '2')
    parser.add_argument('--rounds', type=int, default=15)
    parser.add_argument('--mode')
    arguments = parser.parse_args()

    folder = os.path.dirname(os.path.abspath(arguments.ours))
    commands = {'pytorch': [sys.executable, os.path.join(HERE, 'torch_steps.py')],
                'libtorch': [os.path.join(folder, 'peers_libtorch')],
                'dlib': [os.path.join(folder, 'peers_dlib')]}
    for peer in arguments.peers:
        commands.setdefault(peer, [peer])
    ours = Side([arguments.ours])
    print('| step | batch | threads | dim | peer | dim, ms | peer, ms | ratio | least | most | from | to |')
    print('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |')
    for peer in arguments.peers:
        theirs = Side(commands[peer])
        for precisions in arguments.precisions:
            for step in arguments.steps:
                for batch in arguments.batches:
                    for threads in arguments.threads:
                        row = compare(ours, theirs, peer, step, precisions, batch, threads, arguments)
                        print(row or 'not on both sides: %s, %s, %s' % (step, precisions, peer), flush=True)


if __name__ == '__main__':
    main()
