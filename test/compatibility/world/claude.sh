#!/bin/sh
# A `claude` that is talked to and asks before it runs a command. It can only implement.
session=none
for word in "$@"; do
  case "$before" in --session-id | --resume) session=$word ;; esac
  [ "$word" = --version ] && echo "2.1.329 (Claude Code)" && exit 0
  before=$word
done
echo "start $GANDY_KEY" >>"$HOME/calls.log"
read -r prompt
echo "{\"type\":\"system\",\"subtype\":\"init\",\"session_id\":\"$session\",\"tools\":[\"Bash\"],\"model\":\"fake\"}"
echo "begun" >"$GANDY_TASK.txt"
echo '{"type":"control_request","request_id":"ask-1","request":{"subtype":"can_use_tool","tool_name":"Bash","input":{"command":"make ready"},"tool_use_id":"toolu_1"}}'
read -r answer || exit 1
echo "answered $answer" >>"$HOME/calls.log"
echo "made" >"$GANDY_TASK.txt"
echo "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"terminal_reason\":\"completed\",\"permission_denials\":[],\"queued_turn_count\":0,\"session_id\":\"$session\",\"total_cost_usd\":0.01,\"usage\":{\"input_tokens\":10,\"output_tokens\":5},\"result\":\"done\"}"
echo "end $GANDY_KEY" >>"$HOME/calls.log"
while read -r line; do :; done
