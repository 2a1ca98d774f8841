"""Whole epochs of `dim train`, with images read, scaled and drawn, beside what benchmarks/step predicts.

    python3 epoch.py BUILD --data cifar10:DIR [--units 512] [--batch 64] [--threads 2] [--rounds 3] [--limit 0]

A round is the benchmark, an epoch of `dim train` (local, JSD, dot product, uniform prior), and the benchmark again; it
prints images a second of the epoch, the mean of both benchmarks, and their ratio. The epoch is timed by `dim train`: it
begins when the data set is in memory, and saving the checkpoint is in it. --limit N makes rounds short, by an epoch of
N images.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import tempfile


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('build')
    parser.add_argument('--data', required=True)
    parser.add_argument('--units', default='512')
    parser.add_argument('--batch', default='64')
    parser.add_argument('--threads', default='2')
    parser.add_argument('--limit', default='0')
    parser.add_argument('--rounds', type=int, default=3)
    arguments = parser.parse_args()

    def benchmark():
        name = 'step/local_dot_%s/f32/batch:%s/threads:%s/' % (arguments.units, arguments.batch, arguments.threads)
        printed = output(os.path.join(arguments.build, 'benchmarks', 'step'), '--benchmark_filter=' + name,
                         '--benchmark_format=json', '--benchmark_min_time=5')
        return json.loads(printed)['benchmarks'][0]['images_per_second']

    def epoch():
        with tempfile.TemporaryDirectory() as folder:
            printed = output(os.path.join(arguments.build, 'dim'), 'train', '--data', arguments.data, '--estimator',
                             'jsd', '--units', arguments.units, '--batch', arguments.batch, '--threads',
                             arguments.threads, '--epochs', '1', '--limit', arguments.limit, '--out',
                             os.path.join(folder, 'run'))
        return float(re.search(r'(\d+) images/s', printed).group(1))

    ratios = []
    for _ in range(arguments.rounds):
        before, whole, after = benchmark(), epoch(), benchmark()
        predicted = (before + after) / 2
        ratios.append(whole / predicted)
        print('epoch %6.1f images/s  steps %6.1f images/s  ratio %.3f' % (whole, predicted, ratios[-1]), flush=True)
    print('median ratio %.3f' % statistics.median(ratios))


if __name__ == '__main__':
    main()
