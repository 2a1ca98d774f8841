"""Our training steps against PyTorch's: alternating, medians of paired ratios.

    python3 compare.py OURS [--steps encoder,...] [--batches 64,256] [--threads 2] [--rounds 15]

For every step each mode of PyTorch is tried first; the fastest one is then run in turn with ours, both in a process of
their own that waits while the other works.
"""
import argparse
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# What makes PyTorch fastest on the machine of docs/performance.md: one pool of threads, the kernels that OpenBLAS
# chooses itself (OPENBLAS_CORETYPE is taken out of the environment), and memory that is not given back between steps.
PEER = {'LD_LIBRARY_PATH': '/usr/lib/x86_64-linux-gnu/openblas-openmp',
        'MALLOC_TOP_PAD_': '2000000000', 'MALLOC_MMAP_THRESHOLD_': '2000000000',
        'MALLOC_TRIM_THRESHOLD_': '4000000000'}
MODES = ['eager', 'channels_last']
SPLIT = ['split', 'split+channels_last']


class Side:
    def __init__(self, command, environment):
        inherited = {name: value for name, value in os.environ.items() if not name.startswith('OPENBLAS_')}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**inherited, **environment})

    def ask(self, line):
        self.process.stdin.write(line + '\n')
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit('a process ended at: ' + line)
        return answer.split()

    def times(self, count):
        return [float(seconds) for seconds in self.ask('run %d' % count)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('ours')
    parser.add_argument('--steps', default='encoder,local_concat,global_concat,local_dot_512,local_dot_2048')
    parser.add_argument('--batches', default='64')
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--rounds', type=int, default=15)
    arguments = parser.parse_args()

    waits = {'OMP_WAIT_POLICY': 'passive'}  # PyTorch must not spin while ours works
    ours = Side([arguments.ours], {})
    torch = Side([sys.executable, os.path.join(HERE, 'torch_steps.py')], {**PEER, **waits})
    print('%-15s %5s %2s  %-20s %9s %9s %6s %6s %6s' %
          ('step', 'batch', 'T', "PyTorch's mode", 'PyTorch', 'ours', 'ratio', 'least', 'most'))
    for name in arguments.steps.split(','):
        for batch in arguments.batches.split(','):
            modes = MODES + (SPLIT if 'concat' in name else [])
            speed = {}
            for mode in modes:
                torch.ask('%s %s %d %s' % (name, batch, arguments.threads, mode))
                speed[mode] = statistics.median(torch.times(5))
            mode = min(speed, key=speed.get)
            torch.ask('%s %s %d %s' % (name, batch, arguments.threads, mode))
            ours.ask('%s %s %d' % (name, batch, arguments.threads))
            ratios, theirs_all, ours_all = [], [], []
            for _ in range(arguments.rounds):
                theirs, own = statistics.median(torch.times(3)), statistics.median(ours.times(3))
                ratios.append(theirs / own)
                theirs_all.append(theirs)
                ours_all.append(own)
            print('%-15s %5s %2d  %-20s %6.1f ms %6.1f ms %6.2f %6.2f %6.2f' %
                  (name, batch, arguments.threads, mode, 1e3 * statistics.median(theirs_all),
                   1e3 * statistics.median(ours_all), statistics.median(ratios), min(ratios), max(ratios)), flush=True)


if __name__ == '__main__':
    main()
