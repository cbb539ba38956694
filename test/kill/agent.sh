#!/bin/sh
# A model for every role. It writes down when it starts and, after it has said that it is complete, that it ended.
echo "start $GANDY_KEY" >> "$EFFECTS"
case "$GANDY_ROLE-$GANDY_TASK" in
  planner-R)
    sleep 0.05
    step() { echo "\"steps\":[{\"title\":\"$1\",\"details\":\"\",\"files\":[]}]"; }
    echo "{\"summary\":\"three stages\",\"stages\":[{\"title\":\"one\",$(step one)},{\"title\":\"two\",\"checks\":[\"whole\"],$(step two)},{\"title\":\"three\",$(step three)}]}"
    ;;
  supervisor-*)
    sleep 0.05
    echo '{"changes":[{"op":"skip","stage":"ST3","met_by":"ST2"}],"why":"it is there already"}'
    ;;
  planner-L)
    sleep 0.05
    echo '{"parts":[{"goal":"write the alpha list","covers":["A1"],"quote":"the alpha list","files":["a/alpha.txt"],"needs":[],"complexity":1},{"goal":"write the beta list","covers":["A2"],"quote":"the beta list","files":["b/beta.txt"],"needs":["P1"],"complexity":1}]}'
    ;;
  planner-*)
    sleep 0.05
    echo '{"summary":"two steps","steps":[{"id":"a","title":"First half","details":""},{"id":"b","title":"Second half","details":""}]}'
    ;;
  plan_reviewer-* | code_reviewer-*)
    sleep 0.05
    echo '{"verdict":"approve","summary":"good","findings":[]}'
    ;;
  implementer-*)
    echo "$GANDY_TASK $GANDY_STEP begun" > "$GANDY_TASK-$GANDY_STEP.txt"
    sleep 0.15
    echo "$GANDY_TASK $GANDY_STEP done" > "$GANDY_TASK-$GANDY_STEP.txt"
    # What it brings in its first stage is broken until that is opened again.
    case "$GANDY_TASK-$GANDY_STEP" in
      R-S1) echo broken > R-whole.txt ;;
      R-S4) echo whole > R-whole.txt ;;
    esac
    echo "I wrote $GANDY_TASK-$GANDY_STEP.txt"
    ;;
esac
echo '{"type":"end"}'
echo "end $GANDY_KEY" >> "$EFFECTS"
