#!/bin/sh
# Interesting (exit code 1) are the modules with an rms_norm.
grep -q 'norm\.rms_norm' "$1" && exit 1
exit 0
