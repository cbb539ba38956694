/** `main/S1/implement/2/again` belongs to `main/S1`. */
export function unitOfKey(key: string): string {
  const cut = /\/(?:implement|review|\d+)(?:\/|$)/.exec(key);
  return cut === null ? key : key.slice(0, cut.index);
}
