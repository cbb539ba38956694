#!/bin/sh
# Every model that is a program of its own. Files of $HOME/wait hold patterns of calls that are to wait, or words for single tasks.
me="$GANDY_TASK $GANDY_ROLE $GANDY_KEY"

waits() {
  for file in "$HOME"/wait/*; do
    [ -f "$file" ] || continue
    read -r pattern <"$file"
    case "$me" in $pattern) return 0 ;; esac
  done
  return 1
}

fails() {
  echo "{\"type\":\"error\",\"error\":$1}"
  exit 0
}

verdict() {
  echo "{\"verdict\":\"$1\",\"summary\":\"$2\",\"findings\":[$3]}"
}

echo "start $GANDY_KEY" >>"$HOME/calls.log"
[ "$GANDY_ROLE" = implementer ] && echo "begun" >"$GANDY_TASK.draft"
while waits; do sleep 0.05; done
echo '{"type":"usage","input":1200,"output":300}'
echo '{"type":"cost","costUsd":0.01}'
case "$GANDY_TASK/$GANDY_ROLE" in
  STUCK/planner)
    [ -f "$HOME/wait/stuck" ] && fails '{"type":"invalid_request","reason":"bad_request","message":"it does not take this"}'
    ;;
  RETRIED/implementer)
    [ -f "$HOME/wait/overloaded" ] && fails '{"type":"overloaded","message":"too much to do","retryAfterMs":55000}'
    ;;
esac
case "$GANDY_TASK/$GANDY_ROLE/$GANDY_ROUND" in
  STEPS/planner/*)
    echo '{"summary":"two steps","steps":[{"id":"a","title":"First half","details":"Begin."},{"id":"b","title":"Second half","details":"End."}]}'
    ;;
  */planner/*)
    echo '{"summary":"one step","steps":[{"id":"a","title":"Write it","details":"As it says."}],"risks":["none"]}'
    ;;
  PLAN-AGAIN/plan_reviewer/1)
    verdict changes "it has a gap" '{"severity":"major","text":"say what is tested"}'
    ;;
  ROUNDS/code_reviewer/*)
    verdict changes "not enough" '{"severity":"major","file":"ROUNDS.txt","line":1,"text":"say more"}'
    ;;
  */plan_reviewer/* | */code_reviewer/*)
    verdict approve "it is good" ""
    ;;
  CLASH-*/implementer/*)
    rm -f "$GANDY_TASK.draft"
    case "$GANDY_KEY" in
      */conflict-*) printf 'CLASH-1\nCLASH-2\n' >clash.txt ;;
      *) echo "$GANDY_TASK" >clash.txt ;;
    esac
    ;;
  FIXING/implementer/*)
    rm -f "$GANDY_TASK.draft"
    case "$GANDY_KEY" in
      */fix-gate-*) echo "right" >FIXING.txt ;;
      *) echo "wrong" >FIXING.txt ;;
    esac
    ;;
  */implementer/*)
    rm -f "$GANDY_TASK.draft"
    echo "$GANDY_STEP, round $GANDY_ROUND" >>"$GANDY_TASK.txt"
    ;;
  *)
    echo "This is what I think."
    ;;
esac
echo '{"type":"end"}'
echo "end $GANDY_KEY" >>"$HOME/calls.log"
