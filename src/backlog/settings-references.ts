import type { AdapterName } from "../domain/settings.ts";
import { child, entriesOf, type Found, itemsOf, listItems, type Located, stringOf } from "./located.ts";
import { isAdapter } from "./model-settings.ts";
import { didYouMean, quoted, type Suggester } from "./nearest.ts";
import { priceFaults } from "./price-settings.ts";

/** Names that other parts of the settings and the backlog may use. */
export interface KnownNames {
  readonly models: readonly { readonly name: string }[];
  readonly checks: readonly { readonly name: string }[];
}

export function knownNames(settings: Located): KnownNames {
  const checks = listItems(child(settings, "checks")).flatMap((check) => stringOf(child(check, "name")) ?? []);
  return {
    models: entriesOf(child(settings, "models")).map(([name]) => ({ name })),
    checks: checks.map((name) => ({ name })),
  };
}

/** What the settings say about each other that cannot be: names nobody has, names twice, adapters that are not there. */
export function settingsReferences(
  settings: Located,
  usable: readonly AdapterName[] | "all",
  suggest: Suggester,
): readonly Found[] {
  const limits = entriesOf(child(child(settings, "limits"), "per_model")).map(([name, { keyAt }]) => ({
    name,
    at: keyAt,
  }));
  const names = new Set(entriesOf(child(settings, "models")).map(([name]) => name));
  const routing = child(settings, "routing");
  const rules = listItems(child(routing, "rules") ?? routing).map((rule) => child(rule, "use"));
  return [
    ...[child(settings, "roles"), ...rules].flatMap((table) => unknownModels(table, names, suggest)),
    ...limits.flatMap(({ name, at }) => unknownModel(name, at, names, suggest)),
    ...entriesOf(child(settings, "models")).flatMap(([, { node }]) => modelFaults(node, usable)),
    ...checkFaults(listItems(child(settings, "checks"))),
    ...unknownServices(settings, suggest),
    ...unreachableServices(settings),
    ...branchFaults(child(child(settings, "git"), "merge_into")),
    ...priceFaults(child(settings, "prices")),
  ];
}

/** Groups that stand only in the user's own file, and why. */
const ownGroups: Readonly<Record<string, string>> = {
  notify: "a repository does not say where notices go",
  screen: "a repository does not say how your screen looks and is used",
};

/** What a repository's file says and only the user's own may: it would start programs of theirs, send to where it likes, or change keys. */
export const ownFaults = (settings: Located | null): readonly Found[] =>
  Object.entries(ownGroups).flatMap(([name, why]): readonly Found[] => {
    const said = settings?.kind === "map" ? settings.entries.get(name) : undefined;
    if (said === undefined) return [];
    const message = `${name} may stand only in your own settings: ${why}`;
    return [
      {
        at: said.keyAt,
        code: "own_settings_only",
        message,
        hint: "move it to config.yaml in your own folder of settings",
      },
    ];
  });

/** Models of a table by role that the settings do not have. With no models at all nothing is said: they may yet be found. */
export function unknownModels(table: Located | undefined, known: ReadonlySet<string>, suggest: Suggester): Found[] {
  return entriesOf(table)
    .flatMap(([, { node }]) => itemsOf(node))
    .flatMap((node) => {
      const name = stringOf(node);
      return name === null || name.trim() === "" ? [] : unknownModel(name, node.at, known, suggest);
    });
}

function unknownModel(name: string, at: Located["at"], known: ReadonlySet<string>, suggest: Suggester): Found[] {
  if (known.size === 0 || known.has(name)) return [];
  const hint = didYouMean(suggest(name, known)) ?? `known models: ${[...known].slice(0, 12).join(", ")}`;
  return [{ at, code: "unknown_model", message: `unknown model ${quoted(name)}`, hint }];
}

function modelFaults(model: Located, usable: readonly AdapterName[] | "all"): Found[] {
  const adapter = child(model, "adapter");
  const name = stringOf(adapter);
  const program = listItems(child(model, "argv"))[0];
  const found: Found[] = [];
  if (usable !== "all" && adapter !== undefined && name !== null && isAdapter(name) && !usable.includes(name)) {
    const hint = `these work: ${usable.join(", ")}`;
    found.push({ at: adapter.at, code: "unsupported", message: `the adapter ${quoted(name)} does not work yet`, hint });
  }
  if (program !== undefined && stringOf(program)?.trim() === "") {
    found.push({ at: program.at, code: "empty_value", message: "the first entry of argv must name a program" });
  }
  return found;
}

/** Names that stand for whatever is checked out now, or that git writes itself: work would go where nobody looks for it. */
const noBranch = /^(?:@|[A-Z_]*HEAD|refs\/.*)$/i;

function branchFaults(branch: Located | undefined): Found[] {
  const name = stringOf(branch)?.trim() ?? "";
  if (branch === undefined || !noBranch.test(name)) return [];
  const message = `merge_into must be the name of a branch, not ${quoted(name)}`;
  return [{ at: branch.at, code: "wrong_value", message, hint: "leave it out to merge beside your own branches" }];
}

function checkFaults(checks: readonly Located[]): Found[] {
  const lines = new Map<string, number>();
  return checks.flatMap((check): Found[] => {
    const name = child(check, "name");
    const text = stringOf(name);
    const first = text === null ? undefined : lines.get(text);
    if (text !== null && first === undefined) lines.set(text, check.at.line);
    const faults = reportFaults(child(check, "report"));
    if (name === undefined || text === null || first === undefined) return faults;
    const message = `duplicate check ${quoted(text)}`;
    return [...faults, { at: name.at, code: "duplicate_check", message, hint: `the first is on line ${first}` }];
  });
}

function unknownServices(settings: Located, suggest: Suggester): Found[] {
  const known = entriesOf(child(settings, "services")).map(([name]) => name);
  return listItems(child(settings, "checks"))
    .flatMap((check) => listItems(child(check, "needs_services")))
    .flatMap((node): Found[] => {
      const name = stringOf(node);
      if (name === null || name.trim() === "" || known.includes(name)) return [];
      const usual = known.length === 0 ? "there are no services" : `known services: ${known.slice(0, 12).join(", ")}`;
      const hint = didYouMean(suggest(name, known)) ?? usual;
      return [{ at: node.at, code: "unknown_service", message: `unknown service ${quoted(name)}`, hint }];
    });
}

/** Behind a wall without a network a check has a loopback of its own. */
function unreachableServices(settings: Located): Found[] {
  if (stringOf(child(settings, "network")) !== "off" || stringOf(child(settings, "sandbox")) === "off") return [];
  const message = "with network: off a check cannot reach a service";
  return listItems(child(settings, "checks")).flatMap((check): Found[] => {
    const needs = child(check, "needs_services");
    return needs === undefined ? [] : [{ at: needs.at, code: "wrong_value", message, hint: "network: on lets it" }];
  });
}

function reportFaults(report: Located | undefined): Found[] {
  if (report?.kind !== "map") return [];
  const given = ["junit", "pattern"].filter((key) => report.entries.has(key));
  if (given.length === 1) return [];
  return [{ at: report.at, code: "wrong_value", message: "report must have one of junit and pattern" }];
}
