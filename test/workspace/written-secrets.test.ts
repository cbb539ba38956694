import { expect, test } from "vitest";

import { doTask, scratch, write } from "./scratch.ts";

const pem = "-----BEGIN RSA PRIVATE KEY-----";
const aws = "AKIAABCDEFGHIJKLMNOP";

test("keys are found in whatever file they are written into, however git is told to show it", async () => {
  const own = scratch();
  write(own.project, { "moved.txt": `a\nb\nc\n${aws}\nd\n`, ".gitattributes": "*.bin -diff\n" });
  own.git(own.project, "add", ".");
  own.git(own.project, "commit", "-qm", "start");
  own.environment["DB_PASSWD"] = "correct horse battery";
  const workspace = own.open();
  const { base, commit } = await doTask(own, workspace, "A", {
    'odd "name" ü.txt': `x\n${pem}\n`,
    "with space.env": "URL=postgres://anna:hunter22@db.example.org/x\n",
    "a/data.bin": `k: sk-${"x".repeat(30)}\n`,
    "by-value.yml": "password: correct horse battery\n",
    "moved.txt": null,
    "elsewhere.txt": `a\nb\nc\n  ${aws}\nd\n`,
    "plain.txt": "+++ b/nothing\ntoken: none\nurl: postgres://postgres:postgres@localhost:5432/test\n",
  });
  expect(await workspace.history.writtenSecrets(base, commit)).toEqual([
    "a/data.bin",
    "by-value.yml",
    'odd \\"name\\" ü.txt',
    "with space.env",
  ]);
  expect(await workspace.history.writtenSecrets(commit, base)).toEqual([]);
});
