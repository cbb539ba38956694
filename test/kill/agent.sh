#!/bin/sh
# A model for every role. It writes down when it starts and, after it has said that it is complete, that it ended.
echo "start $GANDY_KEY" >> "$EFFECTS"
case "$GANDY_ROLE" in
  planner)
    sleep 0.05
    echo '{"summary":"two steps","steps":[{"id":"a","title":"First half","details":""},{"id":"b","title":"Second half","details":""}]}'
    ;;
  plan_reviewer | code_reviewer)
    sleep 0.05
    echo '{"verdict":"approve","summary":"good","findings":[]}'
    ;;
  implementer)
    echo "$GANDY_TASK $GANDY_STEP begun" > "$GANDY_TASK-$GANDY_STEP.txt"
    sleep 0.15
    echo "$GANDY_TASK $GANDY_STEP done" > "$GANDY_TASK-$GANDY_STEP.txt"
    echo "I wrote $GANDY_TASK-$GANDY_STEP.txt"
    ;;
esac
echo '{"type":"end"}'
echo "end $GANDY_KEY" >> "$EFFECTS"
