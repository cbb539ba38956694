import { secretShapes, secretValues } from "../../policy/secrets.ts";

const mark = "[redacted]";

/** Makes the function that takes secrets out of text: values of variables named like one, and whatever is shaped like a key. */
export function redactor(env: Readonly<Record<string, string | undefined>>): (text: string) => string {
  const known = secretValues(env);
  return (text) => {
    let clear = text;
    for (const value of known) clear = clear.replaceAll(value, mark);
    for (const shape of secretShapes) clear = clear.replace(shape, mark);
    return clear;
  };
}
