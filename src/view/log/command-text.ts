import type { Command } from "../../domain/question.ts";

/** What a person asked for, in a few words. */
export const commandText = (command: Command): string => {
  switch (command.kind) {
    case "stop":
      return command.now ? "stop now" : "stop after the calls under way";
    case "rewind":
      return `rewind ${command.task} to ${command.to}`;
    case "retry":
      return `retry ${command.task}${command.model === null ? "" : ` with ${command.model}`}`;
    case "skip_stage":
      return `skip ${command.stage} of ${command.task}`;
    case "reopen_stage":
      return `reopen ${command.stage} of ${command.task}${because(command.because)}`;
    case "reopen":
      return `do ${command.task} again, as ${command.reopens.check} is red by it`;
    case "mode":
      return `do ${command.task} in ${command.mode}`;
    case "abort":
    case "again":
      return `${command.kind} ${command.task}`;
    case "pause":
    case "resume":
      return command.kind;
  }
};

/** Empty: nothing was said. */
export const because = (reason: string): string => (reason === "" ? "" : `: ${reason}`);
