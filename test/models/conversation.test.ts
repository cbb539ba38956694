import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { Conversation } from "../../src/models/programs/conversation.ts";
import type { OutgoingLine, ProtocolClient } from "../../src/models/programs/line-parser.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { startGated } from "../../src/processes/gated-process.ts";
import { contentOf, endAfterTest, environment, scratchFolder } from "../processes/scratch.ts";

const word = (tag: string): readonly OutgoingLine[] => [{ tag, line: tag }];
const talker: ProtocolClient = {
  opening: () => word("opening"),
  replies: () => word("reply"),
  answer: (id) => word(`answer ${id}`),
  output: () => [],
  diagnostic: () => [],
  isComplete: false,
  text: "",
  end: () => ({ kind: "cancelled", text: "", answer: null, failure: null }),
};

test.each([
  ["has died over a word", "> opening\n", "over\n"],
  ["has said its words", "> opening\n= opening\n", "reply\nanswer 1\nover\n"],
])("to a program whose engine %s, what is not known to be heard is not said again", async (_how, said, heard) => {
  const folder = scratchFolder();
  const argv = ["sh", "-c", 'while IFS= read -r line; do echo "$line"; done; echo over'];
  const onSpawn = async (): Promise<void> => {};
  const started = await startGated({ argv, cwd: folder, env: environment, folder, input: "talked to", onSpawn });
  if (!started.ok) throw new Error(started.failure.message);
  endAfterTest(started.process.record);
  const stdout = (): string => readFileSync(join(folder, "stdout"), "utf8");
  writeFileSync(join(folder, "said"), said);
  await contentOf(join(folder, "started"), /./);
  const conversation = await Conversation.begin(talker, folder, systemClock, new AbortController().signal);
  conversation.heard([]);
  conversation.answer("1", "deny", null);
  if (!conversation.isTorn) await contentOf(join(folder, "stdout"), /answer 1/);
  await conversation.end();
  await started.process.exit;
  expect(stdout()).toBe(heard);
});
