"""Trains and measures the rows of rows.txt that results.jsonl doesn't have yet, one at a time.

    python3 sweep.py DIM --data cifar10:DIR [--rows PATTERN] [--threads 2] [--work DIR] [--list]
    python3 sweep.py --table | --ranking [--data fashion-mnist]

A row is a name, its seeds and options of `dim train`. Each result is one line of results.jsonl beside this file: the
row, its seed and options, the processor's seconds of training, which others that use the machine hardly change, its
name, every accuracy in %, and what is measured of y without labels. A row that is interrupted goes on where it stopped, since its run stays in the working
folder until its result is written. --rows takes a regular expression; --list prints the rows that are missing,
--table the results as docs/results.md has them, and --ranking how well measures without labels rank them.
"""
import argparse
import json
import math
import pathlib
import re
import resource
import shlex
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
RESULTS = HERE / 'results.jsonl'
WITHOUT_LABELS = {'rank_me': 'rankme', 'uniformity': 'uniformity', 'alignment': 'alignment',
                  'retrieval': 'retrieval'}  # numbers and their probes


def rows():
    """(name, seed, options) of each row of rows.txt: `NAME SEED,SEED OPTIONS...`"""
    for line in (HERE / 'rows.txt').read_text().splitlines():
        if line.strip() and not line.startswith('#'):
            name, seeds, options = line.split(maxsplit=2)
            for seed in seeds.split(','):
                yield name, int(seed), options


def results():
    return [json.loads(line) for line in RESULTS.read_text().splitlines()] if RESULTS.exists() else []


def timed(command, seconds):
    """Runs a command, and adds the processor's seconds that it took to a file, also where it is interrupted."""
    def spent():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
    before = spent()
    try:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    finally:
        with seconds.open('a') as file:
            file.write(f'{spent() - before}\n')


def processor():
    return re.search(r'^model name\s*: (.*)$', pathlib.Path('/proc/cpuinfo').read_text(), re.MULTILINE).group(1)


def measure(dim, arguments, name, seed, options):
    run = pathlib.Path(arguments.work) / f'{name}-{seed}'
    threads = ['--threads', str(arguments.threads)]
    run.mkdir(parents=True, exist_ok=True)
    seconds = run / 'seconds'  # of all parts of an interrupted training
    timed([dim, 'train', '--data', arguments.data, '--seed', str(seed), '--held-out', '0', '--out', run, *threads,
           *shlex.split(options)], seconds)
    for probes, features in ((arguments.probes, 'conv,fc,y'), (','.join(WITHOUT_LABELS.values()), 'y')):
        subprocess.run([dim, 'evaluate', run, '--probes', probes, '--features', features, '--baselines', 'none', *threads],
                       check=True, stdout=subprocess.DEVNULL)
    total = sum(float(line) for line in seconds.read_text().splitlines())
    return result(name, seed, options, arguments, round(total), run), run


def result(name, seed, options, arguments, seconds, run):
    """What results.jsonl says of a run: accuracies in %, by probe and feature."""
    measured = [json.loads(line) for line in (run / 'metrics.jsonl').read_text().splitlines()]
    accuracies = {f"{line['protocol'].split('-')[0]} {line['feature']}": round(100 * line['value'], 2)
                  for line in measured if line.get('name') == 'accuracy' and line['split'] == 'test'}
    unlabelled = {line['name']: line['value'] for line in measured if line.get('name') in WITHOUT_LABELS}
    return {'row': name, 'seed': seed, 'options': options, 'data': arguments.data.split(':')[0],
            'threads': arguments.threads, 'seconds': seconds, 'processor': processor(), 'accuracies': accuracies,
            'without labels': unlabelled}


def print_table(data):
    """Accuracies in %, kNN and logistic regression, of each row's first seed."""
    columns = [f'{probe} {feature}' for probe in ('knn', 'logistic') for feature in ('conv', 'fc', 'y')]
    print('| row | ' + ' | '.join(columns).replace('logistic', 'linear').replace('knn', 'kNN') + ' |')
    print('| --- |' + ' --- |' * len(columns))
    names = [name for name, _, _ in rows()]
    for found in sorted(results(), key=lambda found: names.index(found['row'])):
        if found['seed'] == 1 and found['data'] == data:
            print(f"| {found['row']} | " + ' | '.join(f"{found['accuracies'][column]:.1f}" for column in columns) + ' |')


def ranks(values):
    """The place of each value in ascending order; equal values share the mean of theirs."""
    return [sum(other < value for other in values) + (values.count(value) - 1) / 2 for value in values]


def rank_correlation(a, b):
    """Spearman's."""
    a, b = ranks(a), ranks(b)
    mean = (len(a) - 1) / 2
    product, squares_a, squares_b = (sum((x - mean) * (y - mean) for x, y in zip(u, v))
                                     for u, v in ((a, b), (a, a), (b, b)))
    return product / math.sqrt(squares_a * squares_b)


def print_ranking(data):
    """How well each measure without labels ranks runs of equal length by the accuracy of y."""
    runs = [found for found in results() if 'without labels' in found and found['row'].startswith('short')
            and found['data'] == data]
    print(f'| {len(runs)} runs | kNN y | linear y |')
    print('| --- | --- | --- |')
    for name in WITHOUT_LABELS:
        values = [run['without labels'][name] for run in runs]
        cells = [rank_correlation(values, [run['accuracies'][accuracy] for run in runs])
                 for accuracy in ('knn y', 'logistic y')]
        print(f'| {name} | ' + ' | '.join(f'{cell:.2f}' for cell in cells) + ' |')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('dim', nargs='?')
    parser.add_argument('--data')
    parser.add_argument('--rows', default='')
    parser.add_argument('--probes', default='knn,linear')
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--work', default='runs/recipe')
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--table', action='store_true')
    parser.add_argument('--ranking', action='store_true')
    arguments = parser.parse_args()
    data = (arguments.data or 'cifar10').split(':')[0]
    if arguments.table:
        return print_table(data)
    if arguments.ranking:
        return print_ranking(data)
    if not (arguments.dim and arguments.data):
        parser.error('give the program and --data')

    there = {(found['data'], found['row'], found['seed']) for found in results()}
    missing = [row for row in rows() if (data, *row[:2]) not in there and re.search(arguments.rows, row[0])]
    for name, seed, options in missing:
        print(name, seed, options, file=sys.stderr)
        if arguments.list:
            continue
        found, run = measure(arguments.dim, arguments, name, seed, options)
        with RESULTS.open('a') as file:
            file.write(json.dumps(found) + '\n')
        shutil.rmtree(run)


if __name__ == '__main__':
    main()
