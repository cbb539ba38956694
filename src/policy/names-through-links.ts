/** A link to a link to a link: further nobody follows them. */
const mostRounds = 4;
/** With more names than that nobody can say what is not meant. */
const mostNames = 50_000;

/**
 * Paths, and what else they are called where links (each with what it leads to, as a path of the repository) lead to them or to a
 * folder they lie in. One that ends with a slash stands for all below it; "/" for everything.
 */
export function namesThroughLinks(
  paths: readonly string[],
  links: readonly (readonly [link: string, target: string])[],
): readonly string[] {
  const names = new Set(paths);
  let last = paths;
  for (let round = 0; round < mostRounds && last.length > 0 && links.length > 0; round += 1) {
    const found = last.flatMap((path) => links.flatMap((link) => nameThrough(path, link) ?? []));
    last = [...new Set(found)].filter((name) => !names.has(name));
    for (const name of last) names.add(name);
    if (names.size > mostNames) return ["/"];
  }
  return [...names];
}

/** Case does not count, as it does not on all disks. */
function nameThrough(path: string, [link, target]: readonly [string, string]): string | null {
  const [here, there] = [path.toLowerCase(), target.toLowerCase()];
  if (here === there || there === "") return there === "" ? `${link}/${path}` : link;
  if (here.startsWith(`${there}/`)) {
    const below = path.split("/").slice(target.split("/").length);
    return [link, ...below].join("/");
  }
  return here.endsWith("/") && there.startsWith(here) ? `${link}/` : null;
}
