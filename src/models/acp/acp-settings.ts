import type { CallSpec } from "../../engine/ports/adapter.ts";
import { objectIn, objectsIn, textIn, type JsonObject } from "../json-line.ts";
import type { AcpRights } from "./acp-rights.ts";

/** How this agent is made to ask for what it may not do: in the first of these modes that it has. */
const asking = ["ask", "default", "manual", "readonly"];
const modes: Readonly<Record<CallSpec["permissions"], readonly string[]>> = {
  ask: asking,
  edits: ["acceptedits", "autoedit", "edits", "workspacewrite", ...asking],
  full: ["bypasspermissions", "yolo", "fullaccess", "agentfullaccess", "full", ...asking],
};
/** A mode for plans is the last: some agents answer with a plan in it, whatever they are asked for. */
const readingModes = ["readonly", "ask", "default", "manual", "plan"];

/** A setting of a session: what is asked for, and whether it is that already. */
export interface Setting {
  readonly method: string;
  readonly params: JsonObject;
  readonly isSet: boolean;
}

const plain = (word: unknown): string => (textIn(word) ?? "").toLowerCase().replaceAll(/[^a-z0-9]/g, "");

interface Choice {
  readonly value: string;
  readonly name: string;
}

interface Menu {
  readonly current: string | null;
  readonly choices: readonly Choice[];
  readonly choose: (value: string) => Omit<Setting, "isSet">;
}

/** The mode to work in; null: the agent has none that fits. */
export function modeSetting(session: JsonObject, { access, permissions }: AcpRights): Setting | null {
  const menu = menuOf(session, "mode", {
    list: "modes",
    all: "availableModes",
    one: "modeId",
    current: "currentModeId",
  });
  if (menu === null) return null;
  const wanted = access === "read" ? readingModes : modes[permissions];
  const choice = wanted
    .map((word) => menu.choices.find(({ value, name }) => plain(value) === word || plain(name) === word))
    .find((one) => one !== undefined);
  return choice === undefined ? null : settingOf(menu, choice.value);
}

/** The model to ask, also one that the agent does not list; null: it has no choice of models. */
export function modelSetting(session: JsonObject, model: string): Setting | null {
  const names = { list: "models", all: "availableModels", one: "modelId", current: "currentModelId" };
  const menu = menuOf(session, "model", names);
  if (menu === null) return null;
  const known = menu.choices.find(({ value }) => value === model) ?? menu.choices.find(({ name }) => name === model);
  return settingOf(menu, known?.value ?? model);
}

const settingOf = (menu: Menu, value: string): Setting => ({ ...menu.choose(value), isSet: value === menu.current });

/** Of the options of a session, which newer agents have, or of the list of its own that came before them. */
function menuOf(
  session: JsonObject,
  category: string,
  names: { readonly list: string; readonly all: string; readonly one: string; readonly current: string },
): Menu | null {
  const option = objectsIn(session["configOptions"]).find((one) => one["category"] === category);
  const configId = textIn(option?.["id"]);
  if (option !== undefined && configId !== null) {
    const choices = objectsIn(option["options"]).flatMap((one) =>
      "options" in one ? objectsIn(one["options"]) : [one],
    );
    return {
      current: textIn(option["currentValue"]),
      choices: choicesOf(choices, "value"),
      choose: (value) => ({ method: "session/set_config_option", params: { configId, value } }),
    };
  }
  const list = objectIn(session[names.list]);
  if (list === null) return null;
  return {
    current: textIn(list[names.current]),
    choices: choicesOf(objectsIn(list[names.all]), category === "mode" ? "id" : names.one),
    choose: (value) => ({ method: `session/set_${category}`, params: { [names.one]: value } }),
  };
}

const choicesOf = (list: readonly JsonObject[], key: string): readonly Choice[] =>
  list.flatMap((one) => {
    const value = textIn(one[key]);
    return value === null ? [] : [{ value, name: textIn(one["name"]) ?? "" }];
  });
