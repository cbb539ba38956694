/** `main/S1/implement/2/again` belongs to `main/S1`. */
export function unitOfKey(key: string): string {
  const cut = /\/(?:implement|review|\d+)(?:\/|$)/.exec(key);
  return cut === null ? key : key.slice(0, cut.index);
}

/** A durable key as it is in every generation. */
export const withoutGeneration = (key: string): string => key.slice(key.indexOf("/") + 1);
