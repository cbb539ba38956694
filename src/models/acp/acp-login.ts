import { objectIn, objectsIn, textIn, type JsonObject } from "../json-line.ts";

/** Where an agent says only whose key it takes: the variable it has it from. */
const keys: Readonly<Record<string, string>> = {
  google: "GEMINI_API_KEY",
  openai: "OPENAI_API_KEY",
  anthropic: "ANTHROPIC_API_KEY",
};

/** A way to log in without a person: by variables that the agent has been given. Null: there is none. */
export function loginMethod(methods: readonly JsonObject[], variables: ReadonlySet<string>): string | null {
  const method = methods.find((one) => {
    if (one["type"] === "env_var") {
      const needed = objectsIn(one["vars"]).filter(({ optional }) => optional !== true);
      return needed.length > 0 && needed.every(({ name }) => variables.has(textIn(name) ?? ""));
    }
    const provider = textIn(objectIn(objectIn(one["_meta"])?.["api-key"])?.["provider"]);
    const key = provider === null ? undefined : keys[provider];
    return key !== undefined && variables.has(key);
  });
  return textIn(method?.["id"]);
}

/** What a person can do about it, in the agent's own words; "" where it says nothing. */
export function loginText(methods: readonly JsonObject[]): string {
  const ways = methods.map((one) => textIn(one["description"]) ?? textIn(one["name"])).filter((way) => way !== null);
  return ways.length === 0 ? "" : `; log in to it yourself: ${ways.join(", or ").slice(0, 500)}`;
}
