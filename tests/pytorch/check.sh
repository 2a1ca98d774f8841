#!/bin/sh
# check.sh PAGE PROGRAM: runs check.py with a python3 that has PyTorch, if there is one.
for python in python3 /usr/bin/python3; do
    if "$python" -c "import torch, numpy" 2>/dev/null; then
        exec "$python" "$(dirname "$0")/check.py" "$@"
    fi
done
echo "SKIPPED: no python3 here has PyTorch and numpy (Debian: python3-torch)"
