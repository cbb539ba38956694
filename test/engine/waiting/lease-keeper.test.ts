import { expect, test } from "vitest";

import { LeaseKeeper } from "../../../src/engine/waiting/lease-keeper.ts";
import type { Leases, OwnerIdentity } from "../../../src/engine/ports/leases.ts";
import { VirtualClock } from "../../simulation/virtual-clock.ts";

const owner: OwnerIdentity = { machine: "m", boot: "b", pidNamespace: "n", pid: 1, startTime: "1" };

test("no lease is renewed where the repository is gone", async () => {
  let isThere = true;
  const renewed: number[] = [];
  const leases: Leases = {
    claim: ({ repository, task }) => Promise.resolve({ repository, task, owner: "o", epoch: 1 }),
    renew: (fences) => {
      renewed.push(fences.length);
      return Promise.resolve([]);
    },
    release: () => Promise.resolve(),
    holder: () => Promise.resolve(null),
  };
  const keeper = new LeaseKeeper({
    leases,
    clock: new VirtualClock(0),
    repository: "r",
    owner,
    isDead: () => false,
    onLost: () => undefined,
    onSlept: () => undefined,
    present: () => (isThere ? Promise.resolve() : Promise.reject(new Error("the repository is gone"))),
  });
  await keeper.claim("A");
  await keeper.renew();
  isThere = false;
  await expect(keeper.renew()).rejects.toThrow("the repository is gone");
  expect(renewed).toEqual([1]);
});
