/** Whether two findings name the same file; a leading "./" is no difference. */
export const sameFile = (a: string | null, b: string | null): boolean => bareFile(a) === bareFile(b);

/** Whether two findings say the same: case, white space, punctuation and marks of Markdown do not count. */
export function sameText(a: string, b: string): boolean {
  const words = bareText(a);
  return words === "" ? a.trim() === b.trim() : words === bareText(b);
}

const bareFile = (file: string | null): string => (file ?? "").trim().replace(/^(\.\/)+/, "");

const bareText = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
