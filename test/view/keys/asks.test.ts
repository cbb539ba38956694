import { expect, test } from "vitest";

import { boardOfPast } from "../../../src/view/ask/past-board.ts";
import { newBoard } from "../../../src/view/ask/ask-board.ts";
import { handleMouse } from "../../../src/view/keys/handle-mouse.ts";
import { answeredOutside } from "../../../src/view/keys/handlers-overlays.ts";
import { askPage } from "../../../src/view/ask/ask-page.ts";
import { asksAtWork } from "../../../src/view/screen/screen-source.ts";
import { model, noon, run, runSnapshot, usd } from "../fixtures.ts";
import { person } from "../person.ts";
import { storySource } from "../story.ts";

const answer = { text: "Yes.", note: null, cost: usd(0.01), tokens: 9, durationMs: 1_000 };
const past = {
  id: "k1",
  at: noon,
  question: "Why?",
  repository: "repo",
  answers: [
    { ...answer, model: "opus" },
    { ...answer, model: "gpt" },
  ],
  best: null,
};
const list = () => storySource().set("asks", "", { shown: null, id: null, running: 0, past: [past] });
const answers = (running: number) => {
  const board = running === 0 ? boardOfPast(past) : newBoard("Why?", ["opus", "gpt"], false, noon);
  return list()
    .set("asks", asksAtWork, { shown: null, id: null, running, past: null })
    .set("asks", "", { shown: { board, now: noon, frame: 0 }, id: "k1", running, past: [past] });
};

test("whom the settings name for questions is marked, and a key marks another one", () => {
  const models = [model("opus"), model("gpt", { isAsked: false })];
  const anna = person({}, list().set("models", "", { models })).press("4");
  expect(askPage(anna.ui, anna.world).asked).toEqual(["opus"]);
  anna.press("down", "space", "up", "space");
  expect(askPage(anna.ui, anna.world).asked).toEqual(["gpt"]);
});

test("a question goes to the marked models, after what it costs was said", () => {
  const anna = person({}, list()).press("4", "space", "i").type("why so?").press("enter");
  const [first] = anna.sent;
  const models = first?.kind === "look_ask" ? first.models : [];
  expect(first).toMatchObject({ kind: "look_ask", text: "why so?" });
  const names = anna.world.source.getSnapshot("models", "").models.map(({ name }) => name);
  expect(models).toEqual(names.slice(1));
  anna.ui = answeredOutside(anna.ui, anna.world, { kind: "look_ask", text: "why so?", models }, "about $0.02").ui;
  expect(anna.ui.overlays.at(-1)).toMatchObject({ lines: ["why so?", "", "about $0.02"], index: 0 });
  expect(anna.press("y").sent.at(-1)).toEqual({ kind: "start_ask", text: "why so?", models });
  expect(person({}, list()).press("4", "i").type("why").press("enter", "enter").sent).toHaveLength(1);
});

test("an earlier ask opens with its answers, and esc goes back to the list while they go on", () => {
  const anna = person({}, list()).press("4", "G", "enter");
  expect(anna.sent).toEqual([{ kind: "show_ask", ask: "k1" }]);
  const bert = person({}, answers(0)).press("4", "right", "v", "enter", "esc");
  expect(bert.sent).toEqual([{ kind: "vote_ask", model: "gpt" }]);
  expect(bert.press("esc").sent.at(-1)).toEqual({ kind: "show_ask", ask: null });
  expect(bert.ui.view).toBe("ask");
});

test("nothing that answers is stopped by one key, not even by leaving", () => {
  const anna = person({}, answers(1)).press("4", "X");
  expect(anna.sent).toEqual([]);
  expect(anna.press("y").sent).toEqual([{ kind: "stop_ask" }]);
  const source = answers(1).set("run", "", runSnapshot({ engine: "absent", run: run({ state: "ended" }) }));
  const bert = person({}, source).press("4", "q");
  expect(bert.sent).toEqual([]);
  expect(bert.press("enter").overlay).toBeNull();
});

test("a click chooses an answer, a second one opens it over all, and the wheel moves what is under the pointer", () => {
  const anna = person({}, answers(0)).press("4");
  const press = { kind: "press", x: 130, y: 12, by: 1 } as const;
  const click = (): void => void (anna.ui = handleMouse(anna.ui, anna.world, press).ui);
  click();
  expect(anna.ui.ask.ui).toMatchObject({ selected: 1, zoom: false });
  anna.ui = handleMouse(anna.ui, anna.world, { ...press, kind: "wheel", x: 5 }).ui;
  expect(anna.ui.ask.ui.selected).toBe(1);
  click();
  expect(anna.ui.ask.ui).toMatchObject({ selected: 1, zoom: true });
});
