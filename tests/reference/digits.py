"""Writes digits.bin, 1,797 records of 64 values and a label, and prints the accuracies of scikit-learn's classifiers.

    python3 digits.py DIGITS_BIN        (Debian: python3-sklearn; its LinearSVC is LIBLINEAR)

The tests compare the probes with these accuracies.
"""
import sys

import numpy as np
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

numbers, labels = load_digits(return_X_y=True)
np.hstack([numbers.astype(np.uint8), labels[:, None].astype(np.uint8)]).tofile(sys.argv[1])

scaler = StandardScaler().fit(numbers[:1200])
train, test = scaler.transform(numbers[:1200]), scaler.transform(numbers[1200:])
for C in 0.001, 0.01, 0.1:
    machine = LinearSVC(loss='hinge', C=C, tol=1e-6, max_iter=1000000).fit(train, labels[:1200])
    print('LinearSVC, hinge, C = %g: %.4f' % (C, machine.score(test, labels[1200:])))
accuracies = [
    MLPClassifier((200,), batch_size=64, learning_rate_init=1e-3, max_iter=20, random_state=seed)
    .fit(train, labels[:1200]).score(test, labels[1200:]) for seed in range(5)
]
print('MLPClassifier, 200 units, 20 epochs, 5 seeds: %.4f +- %.4f' % (np.mean(accuracies), np.std(accuracies)))
