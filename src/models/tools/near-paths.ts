const mostShown = 3;

/** The files a path was probably meant to be, the likeliest first: of other case, ending, folder, or with a slip in the name. */
export function nearPaths(path: string, files: readonly string[]): readonly string[] {
  const wanted = partsOf(path);
  const rankOf = (file: string): number => {
    const parts = partsOf(file);
    const sameFolder = parts.folder === wanted.folder;
    if (file.toLowerCase() === path.toLowerCase()) return 0;
    if (sameFolder && parts.stem === wanted.stem) return 1;
    if (parts.name === wanted.name) return 2;
    if (sameFolder && isSlip(parts.name, wanted.name)) return 3;
    return isSlip(file, path) ? 4 : Infinity;
  };
  const ranked = files.map((file) => ({ file, rank: rankOf(file) })).filter(({ rank }) => rank < Infinity);
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, mostShown)
    .map(({ file }) => file);
}

function partsOf(path: string): { readonly folder: string; readonly name: string; readonly stem: string } {
  const cut = path.lastIndexOf("/");
  const name = path.slice(cut + 1);
  return { folder: path.slice(0, Math.max(0, cut)), name, stem: name.replace(/(?<=.)\..*$/, "") };
}

/** One place of at most two letters differs. */
function isSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 2 || Math.min(a.length, b.length) < 4) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (a.length - end > start && b.length - end > start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return Math.max(a.length, b.length) - start - end <= 2;
}
