/** Numbers of linux/magic.h of file systems whose locks or shared memory do not hold between machines. */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x01021997, "9P"],
  [0x5346414f, "AFS"],
  [0x00c36400, "Ceph"],
  [0x73757245, "Coda"],
  [0x47504653, "GPFS"],
  [0x0bd00bd0, "Lustre"],
]);

/** By this one WSL2 shows the drives of Windows. */
const plan9 = 0x01021997;
/** Disks of Linux, wherever they are mounted: ext4, btrfs, XFS. */
const disks: ReadonlySet<number> = new Set([0xef53, 0x9123683e, 0x58465342]);

/** `type`: the number by which Linux knows a file system; null: not known. Null: it is on this machine, or nobody can tell. */
export const networkFileSystem = (type: number | null): string | null =>
  type === null ? null : (networkFileSystems.get(type) ?? null);

/** What a person should know of the place of a repository; null: nothing. `wsl`: Linux runs inside Windows. */
export function placeNotice(
  path: string,
  { type, wsl }: { readonly type: number | null; readonly wsl: boolean },
): string | null {
  const isMount = /^\/mnt\/[a-z](?:\/|$)/.test(path) && (type === null || !disks.has(type));
  if (wsl && (isMount || type === plan9))
    return `this repository lies on a drive of Windows (${path}): git is many times slower there, and file modes, links and locks are not those of Linux; clone it below your home folder of WSL2`;
  const network = networkFileSystem(type);
  return network === null
    ? null
    : `this repository lies on a network drive (${network}): git is slow there, and locks do not hold between machines; clone it on a disk of this machine`;
}
