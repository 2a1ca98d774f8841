#!/bin/sh
# ./run.sh [--quick] [--no-install]
#
# Learns to represent the images of Fashion-MNIST without their labels, measures how well, and reports.
# On a Debian with nothing installed it first installs what is missing, then builds the program.
#   --quick        a run of a minute or so, to see that everything works
#   --no-install   install nothing
# shellcheck disable=SC2086  # flags are words
set -eu
cd "$(dirname "$0")"
. cmake/packages.sh

out=runs/fashion-mnist
train_flags="--epochs 3"
evaluate_flags="--probes knn,linear --features y,fc --baselines untrained,pixels"
quick_out=runs/fashion-mnist-quick
quick_train_flags="--epochs 2 --limit 12800"
quick_evaluate_flags="--probes knn,linear --features y --baselines untrained,pixels --limit 10000"

install=yes
worth=
for argument; do
    case $argument in
        --quick)
            out=$quick_out train_flags=$quick_train_flags evaluate_flags=$quick_evaluate_flags
            worth="
A run as short as this shows that everything works, and no more: its encoder may well do worse than an untrained one or
the pixels. ./run.sh trains for longer, on all images.
" ;;
        --no-install) install=no ;;
        *) sed -n 's/^# \{0,1\}//; 2,7p' "$0" >&2; exit 2 ;;
    esac
done

if [ $install = yes ]; then install_packages "$program_packages" "$fetch_packages"; fi

cmake --preset release
cmake --build --preset release --target dim_program --parallel "$(nproc)"

dim=build/release/dim
$dim train --data fashion-mnist --out $out $train_flags
$dim evaluate $out $evaluate_flags
$dim report $out

cat <<END
$worth
Results: $out/report.html (every number is a line of $out/metrics.jsonl)
Next:    $dim evaluate $out     for all measures; then the report again
         $dim features $out --split test --feature y --out codes.npy
         $dim info $out
         $dim train --help
END
