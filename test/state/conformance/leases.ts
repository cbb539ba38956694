import { expect, test } from "vitest";

import { claimed, owner, repository, type OpenFresh } from "../sample.ts";

export function leasesConformance(open: OpenFresh): void {
  const claim = (pid: number, nowMs: number, task = "A") => ({
    repository,
    task,
    owner: owner(pid),
    untilMs: nowMs + 15_000,
    isDead: () => false,
  });

  test("a live owner keeps the others out; a passed or dead one does not", async () => {
    const opened = open();
    const { ledger, clock } = opened;
    const first = await claimed(opened, "A");
    expect(first.epoch).toBe(1);
    expect(await ledger.leases.claim(claim(2, clock.ms))).toBeNull();
    expect(await ledger.leases.claim({ ...claim(2, clock.ms), isDead: ({ pid }) => pid === 3 })).toBeNull();
    const second = await ledger.leases.claim({ ...claim(2, clock.ms), isDead: ({ pid }) => pid === 1 });
    expect(second?.epoch).toBe(2);
    clock.ms += 15_000;
    const third = await ledger.leases.claim(claim(1, clock.ms));
    expect(third?.epoch).toBe(3);
    expect(await ledger.leases.renew([first], clock.ms + 1)).toEqual([first]);
  });

  test("the same owner may claim again and gets a new epoch; leases of tasks and repositories are apart", async () => {
    const opened = open();
    const { ledger, clock } = opened;
    const first = await claimed(opened, "A");
    const again = await claimed(opened, "A");
    expect(again).toEqual({ ...first, epoch: 2 });
    expect(await ledger.leases.renew([first, again], clock.ms + 99)).toEqual([first]);
    expect((await claimed(opened, "", 9)).epoch).toBe(1);
    const elsewhere = await ledger.leases.claim({ ...claim(2, clock.ms), repository: "other" });
    expect(elsewhere?.epoch).toBe(1);
  });

  test("renewing moves the end, giving back frees at once and keeps the epoch", async () => {
    const opened = open();
    const { ledger, clock } = opened;
    const fence = await claimed(opened, "A");
    expect(await ledger.leases.renew([fence], clock.ms + 30_000)).toEqual([]);
    clock.ms += 20_000;
    expect(await ledger.leases.claim(claim(2, clock.ms))).toBeNull();
    expect(await ledger.leases.holder(repository, "A")).toMatchObject({
      owner: owner(1),
      untilMs: 1_030_000,
      fence: { epoch: 1 },
    });
    await ledger.leases.release(fence);
    expect(await ledger.leases.holder(repository, "A")).toEqual({ owner: owner(1), untilMs: clock.ms, fence: null });
    expect(await ledger.leases.renew([fence], clock.ms + 1)).toEqual([fence]);
    expect((await ledger.leases.claim(claim(2, clock.ms)))?.epoch).toBe(2);
    await ledger.leases.release(fence);
    expect((await ledger.leases.holder(repository, "A"))?.owner.pid).toBe(2);
    expect(await ledger.leases.claim(claim(3, clock.ms))).toBeNull();
    expect(await ledger.leases.holder(repository, "B")).toBeNull();
  });

  test("a slot comes with the lease, stays its task's over an engine's restart, and no two have the same ports", async () => {
    const opened = open();
    const { ledger, clock } = opened;
    const take = async (task: string, pid = 1, place = repository, names = [task]) => {
      const request = { ...claim(pid, clock.ms, task), repository: place };
      const claimed = await ledger.leases.claim({ ...request, slots: { names, parallel: 2, spare: [] } });
      return claimed?.slots?.map(({ n, portBase }) => [n, portBase]);
    };
    expect(await take("", 1, repository, [".base", ".merge"])).toEqual([
      [2, 20_000],
      [3, 20_100],
    ]);
    expect(await take("A")).toEqual([[0, 20_200]]);
    expect(await take("B")).toEqual([[1, 20_300]]);
    expect(await take("A", 1, "other")).toEqual([[0, 20_400]]);
    clock.ms += 15_000;
    expect(await take("B", 2)).toEqual([[1, 20_300]]);
    // A does not run any more.
    expect(await take("C", 2)).toEqual([[0, 20_200]]);
    expect(await take("A", 2)).toEqual([[5, 20_500]]);
    const [own] = await ledger.slots.take(repository, { names: [".merge"], parallel: 2, spare: [] });
    expect(own).toEqual({ name: ".merge", n: 3, portBase: 20_100 });
  });
}
