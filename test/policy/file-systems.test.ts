import { describe, expect, test } from "vitest";

import { placeNotice } from "../../src/policy/file-systems.ts";

const ext4 = 0xef53;
const plan9 = 0x01021997;

describe("where a repository lies", () => {
  test.each([
    ["/mnt/c/shop", { type: plan9, wsl: true }, /drive of Windows .*WSL2/],
    ["/mnt/d", { type: null, wsl: true }, /drive of Windows/],
    ["/c/shop", { type: plan9, wsl: true }, /drive of Windows/],
    ["/home/anna/shop", { type: plan9, wsl: false }, /network drive \(9P\)/],
    ["/srv/shop", { type: 0x6969, wsl: false }, /network drive \(NFS\).*disk of this machine/],
    ["/srv/shop", { type: 0xff534d42, wsl: true }, /network drive \(CIFS\)/],
  ] as const)("%s %j is warned of", (path, at, said) => {
    expect(placeNotice(path, at)).toMatch(said);
  });

  test.each([
    ["/home/anna/shop", { type: ext4, wsl: true }],
    ["/mnt/c/shop", { type: ext4, wsl: false }],
    ["/mnt/d/shop", { type: ext4, wsl: true }],
    ["/mnt/data/shop", { type: null, wsl: true }],
    ["/srv/shop", { type: null, wsl: false }],
  ])("%s %j is not", (path, at) => {
    expect(placeNotice(path, at)).toBeNull();
  });
});
