import { expect, test } from "vitest";

import { limitName, ModelSlots } from "../../../src/engine/waiting/model-slots.ts";
import { model, settings } from "../../policy/sample.ts";

const never = new AbortController().signal;

const limited = settings({
  models: [model("opus", { account: "max" }), model("haiku", { account: "max" }), model("gpt", { account: "plus" })],
  accounts: { max: { parallel: 2 } },
  limits: { ...settings().limits, perModel: { opus: { parallel: 1, rpm: null, tpm: null } } },
});
const open = (): ModelSlots => new ModelSlots(() => limited);

test("an account has so many calls at once over all of its models, and each model no more than its own", () => {
  const slots = open();
  const first = slots.tryTake(["opus"]);
  expect(first?.model).toBe("opus");
  expect(slots.tryTake(["opus"])).toBeNull();
  expect(slots.tryTake(["opus", "haiku"])?.model).toBe("haiku");
  expect(slots.tryTake(["haiku"])).toBeNull();
  expect(slots.tryTake(["haiku", "gpt"])?.model).toBe("gpt");
  first?.slot.release();
  expect(slots.tryTake(["haiku"])?.model).toBe("haiku");
  // The place of opus that was free was not kept while its account had none.
  expect(slots.tryTake(["opus"])).toBeNull();
});

test("who waits for an account is given a place when one of its calls ends, in the order they came", async () => {
  const slots = open();
  const taken = [slots.tryTake(["haiku"]), slots.tryTake(["haiku"])];
  const came: string[] = [];
  const waiting = ["opus", "haiku"].map(async (name) => {
    const place = await slots.acquire([name], never);
    came.push(place?.model ?? "");
    return place;
  });
  await new Promise((resolve) => setImmediate(resolve));
  taken[0]?.slot.release();
  await waiting[0];
  expect(came).toEqual(["opus"]);
  taken[1]?.slot.release();
  await Promise.all(waiting);
  expect(came).toEqual(["opus", "haiku"]);
});

test("who stops waiting keeps nothing", async () => {
  const slots = open();
  const taken = [slots.tryTake(["haiku"]), slots.tryTake(["haiku"])];
  const stop = new AbortController();
  const waiting = slots.acquire(["opus"], stop.signal);
  await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  expect(await waiting).toBeNull();
  for (const one of taken) one?.slot.release();
  expect(slots.tryTake(["opus"])?.model).toBe("opus");
});

test("which setting is waited for", () => {
  expect(limitName(limited, "opus")).toBe("limits.per_model.opus.parallel");
  expect(limitName(limited, "haiku")).toBe("accounts.max.parallel");
});
