import { brand, envName } from "../../domain/brand.ts";

/** What a script of ours is called, and what runs it as a model. */
export const agentScript = { file: "agent.sh", argv: '[./agent.sh, "{prompt_file}"]' } as const;

const opening = `# ${brand.name} runs this file once a call, in a git worktree of the task (adapter: command, ${brand.settingsFile}).`;

/** Whether a file is the script of `init` in which nobody has named an agent yet. */
export const isWithoutAgent = (text: string): boolean =>
  text.split(/\r?\n/).includes(opening) && /^AGENT=(?:'\s*'|"\s*")?\s*$/m.test(text);

/** A script that makes a model of any program that takes a prompt. It works as soon as its line AGENT names one. */
export const agentScriptText = `#!/bin/sh
${opening}
# Its first argument is a file with the prompt. What it prints is the answer; what it changes in the worktree is its work.
# It must not commit: ${brand.name} does.

# Fill in this line: a command that works in the current folder. The prompt is its standard input and the file "$1".
#   AGENT='aider --yes-always --no-auto-commits --message-file "$1"'
#   AGENT='copilot -s --allow-all-tools -p "$(cat)"'
AGENT=''

# What plans, reviews and answers questions. It prints one JSON object where the prompt asks for one; changes are thrown away.
#   READER='aider --yes-always --no-auto-commits --chat-mode ask --message-file "$1"'
READER=$AGENT

# Of your environment it gets little; a key reaches it where ${brand.settingsFile} names it: env: {pass: [NAME_OF_THE_KEY]}.

fail() {
  echo "$0: $2" >&2
  printf '{"type":"error","error":{"type":"%s","reason":"spawn","message":"%s: %s"}}\\n' "$1" "${agentScript.file}" "$2"
  exit 1
}

case "$${envName("ROLE")}" in
  implementer) command=$AGENT ;;
  *) command=$READER ;;
esac
[ -n "\${command#"\${command%%[! ]*}"}" ] || fail invalid_request "no agent is named: fill in its line AGENT"

prompt=\${1:-$${envName("PROMPT_FILE")}}
[ -r "$prompt" ] || fail invalid_request "there is no prompt to read"
sh -c "$command" agent "$prompt" < "$prompt"
code=$?
[ "$code" -ne 127 ] || fail not_found "the program that it names was not found"
exit "$code"
`;
