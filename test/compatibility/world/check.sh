#!/bin/sh
# The project's check: no text is wrong. That of the task GATE waits as long as it is told to.
if [ -f GATE.txt ]; then
  while [ -f "$HOME/wait/check" ]; do sleep 0.05; done
fi
! grep -n wrong -- *.txt
