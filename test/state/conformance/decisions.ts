import { expect, test } from "vitest";

import type { Action, GivenCommand, Question } from "../../../src/domain/question.ts";
import {
  answer,
  begun,
  committed,
  event,
  person,
  question,
  repository,
  run,
  started,
  type OpenFresh,
} from "../sample.ts";

export function decisionsConformance(open: OpenFresh): void {
  const asked = async (more: Parameters<typeof question>[1] = {}) => {
    const opened = open();
    await started(opened.ledger, "A");
    await opened.ledger.log.append({
      repository,
      run,
      events: [event("question.asked", { question: question("q1", more) }, { task: "A" })],
    });
    return opened;
  };

  test("an answer is taken once, if it is a legal one", async () => {
    const { ledger } = await asked();
    expect(await ledger.decisions.answer(answer("q2"))).toEqual({ ok: false, why: "unknown", legal: [] });
    const illegal = await ledger.decisions.answer(answer("q1", { action: "retry" }));
    expect(illegal).toEqual({ ok: false, why: "illegal", legal: ["approve", "reject"] });
    expect(await ledger.account.questions(repository)).toEqual([{ question: question("q1"), answer: null }]);
    expect(await ledger.decisions.answer(answer("q1"))).toEqual({ ok: true, question: question("q1") });
    const second = await ledger.decisions.answer(answer("q1", { action: "reject" }));
    expect(second).toEqual({ ok: false, why: "answered", legal: [] });
    expect(await ledger.account.questions(null)).toEqual([{ question: question("q1"), answer: answer("q1") }]);
    expect((await ledger.tasks.detail(repository, "A"))?.question).toBeNull();
    await ledger.log.append({ repository, run, events: [committed("A", "g1/main/approve/1")] });
    expect(await ledger.account.questions(repository)).toEqual([]);
    expect((await ledger.decisions.answer(answer("q1"))).ok).toBe(false);
  });

  test("an answer can be taken back until it takes effect", async () => {
    const { ledger, clock } = await asked();
    expect(await ledger.decisions.takeBack("q1", person)).toBe(false);
    const effectiveAt = clock.ms + 5_000;
    await ledger.decisions.answer(answer("q1", { effectiveAt }));
    clock.ms += 4_999;
    expect(await ledger.decisions.takeBack("q1", person)).toBe(true);
    expect(await ledger.decisions.takeBack("q1", person)).toBe(false);
    expect((await ledger.decisions.answer(answer("q1", { action: "reject", effectiveAt }))).ok).toBe(true);
    clock.ms += 1;
    expect(await ledger.decisions.takeBack("q1", person)).toBe(false);
    expect((await ledger.account.questions(repository))[0]?.answer?.action).toBe("reject");
    expect(await ledger.decisions.takeBack("q9", person)).toBe(false);
  });

  test("what a person asked to be different stays known, until they decide otherwise", async () => {
    const { ledger, clock } = await asked({ actions: ["approve", "reject", "request_changes", "retry"] });
    const requestOf = async () => (await ledger.tasks.detail(repository, "A"))?.request;
    const ask = (id: string, key: string, kind: Question["kind"], action: Action, text: string | null) =>
      ledger.log.append({
        repository,
        run,
        events: [
          event("question.asked", { question: question(id, { key, kind, actions: [action] }) }, { task: "A" }),
          event("question.answered", { answer: answer(id, { action, text }) }, { task: "A" }),
          committed("A", key),
        ],
      });
    expect(await requestOf()).toBeNull();
    const words = { action: "request_changes", text: "- split S2\n- and name it", effectiveAt: clock.ms } as const;
    await ledger.decisions.answer(answer("q1", words));
    const request = { kind: "plan", text: words.text, by: person.name, at: clock.ms };
    expect(await requestOf()).toEqual(request);
    await ledger.log.append({ repository, run, events: [committed("A", "g1/main/approve/1")] });
    await ask("q2", "g1/main/plan/2/trouble", "other", "retry", null);
    await ask("q3", "g1/main/S1/allow", "approval", "approve", null);
    expect(await requestOf()).toEqual(request);
    await ask("q4", "g1/main/approve/2", "plan", "approve", null);
    expect(await requestOf()).toBeNull();
    await ask("q5", "g1/main/merge/1", "merge", "request_changes", "more tests");
    expect(await requestOf()).toMatchObject({ kind: "merge", text: "more tests" });
    await ledger.log.append({ repository, run, events: [begun("A", 2)] });
    expect(await requestOf()).toBeNull();
  });

  test("a withdrawn question waits for nobody", async () => {
    const { ledger } = await asked();
    await ledger.log.append({
      repository,
      run,
      events: [event("question.withdrawn", { question: "q1", reason: "it moved on" }, { task: "A" })],
    });
    expect(await ledger.account.questions(repository)).toEqual([]);
    expect(await ledger.decisions.answer(answer("q1"))).toEqual({ ok: false, why: "unknown", legal: [] });
  });

  test("commands wait in order until one is taken, once", async () => {
    const { ledger } = open();
    const give = (id: string, command: GivenCommand["command"]): GivenCommand => ({
      id,
      command,
      actor: person,
      givenAt: 1,
    });
    await ledger.decisions.give(repository, null, give("c1", { kind: "pause" }));
    await ledger.decisions.give(repository, run, give("c2", { kind: "retry", task: "A", model: null, text: "again" }));
    await ledger.decisions.give("other", run, give("c3", { kind: "stop", now: true }));
    expect((await ledger.decisions.pending(repository)).map(({ id }) => id)).toEqual(["c1", "c2"]);
    const taken = { repository, run, events: [event("command.taken", { id: "c1", result: "paused" })] };
    await ledger.log.append(taken);
    expect(await ledger.decisions.pending(repository)).toEqual([
      give("c2", { kind: "retry", task: "A", model: null, text: "again" }),
    ]);
    await expect(ledger.log.append(taken)).rejects.toThrow("was taken before");
  });
}
