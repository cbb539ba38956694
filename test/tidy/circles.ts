/**
 * The groups of files that reach each other by their imports, each sorted; types count, and so do imports inside functions.
 * A file that reaches a member and is reached by it belongs to the group (Tarjan's strongly connected components).
 */
export function circlesIn(imports: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: (readonly string[])[] = [];
  const low = (file: string): number => lowest.get(file) ?? 0;
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.size - 1);
    open.push(file);
    for (const target of imports.get(file) ?? []) {
      if (!imports.has(target)) continue;
      const seen = order.get(target);
      if (seen === undefined) visit(target);
      if (seen === undefined) lowest.set(file, Math.min(low(file), low(target)));
      else if (open.includes(target)) lowest.set(file, Math.min(low(file), seen));
    }
    if (low(file) !== order.get(file)) return;
    const group = open.splice(open.indexOf(file));
    if (group.length > 1 || (imports.get(file) ?? []).includes(file)) circles.push(group.sort());
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles;
}
