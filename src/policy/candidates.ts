import type { ModelName } from "../domain/ids.ts";
import type { ModelSettings, RoutingRule, Settings } from "../domain/settings.ts";
import type { Risk, Role, TaskSpec } from "../domain/task.ts";

/** A model that may be asked, and where it was named. */
export interface Named {
  readonly model: ModelSettings;
  readonly why: string;
  /** The user named it for this role; else it is there only because all models are. */
  readonly listed: boolean;
  /** Asked for any work of this role: neither the task nor a routing rule named it. */
  readonly usual: boolean;
}

export interface CandidateQuestion {
  readonly role: Role;
  readonly spec: TaskSpec;
  /** Given or raised. */
  readonly risk: Risk;
  readonly settings: Pick<Settings, "models" | "roles" | "routing">;
}

/**
 * Everyone who may be asked, in the order the user wants: the task's own models, the first routing rule that fits and says
 * something about the role, the role's entry; without an entry all models. Each once, where it is named first.
 */
export function candidatesOf({ role, spec, risk, settings }: CandidateQuestion): readonly Named[] {
  const own = list(spec.models[role] ?? [], `the task's models.${role}`);
  const rule = settings.routing.find((rule) => rule.use[role] !== undefined && fits(rule, role, spec, risk));
  const routed =
    rule === undefined ? [] : list(rule.use[role] ?? [], routingName(settings.routing.indexOf(rule), rule));
  const entry = settings.roles[role];
  const all = settings.models.map((model) => model.name);
  const usual = entry === undefined ? list(all, "models", false) : list(entry, `roles.${role}`);
  const found = new Map<ModelName, Named>();
  for (const one of [...own, ...routed, ...usual]) {
    const { name, ...how } = one;
    const model = settings.models.find((model) => model.name === name);
    if (model !== undefined && !found.has(name)) found.set(name, { model, ...how, usual: usual.includes(one) });
  }
  return [...found.values()];
}

function fits({ when }: RoutingRule, role: Role, spec: TaskSpec, risk: Risk): boolean {
  if (when.risk !== undefined && !when.risk.includes(risk)) return false;
  if (when.role !== undefined && !when.role.includes(role)) return false;
  return when.area === undefined || (spec.area !== null && when.area.includes(spec.area));
}

const routingName = (index: number, rule: RoutingRule): string =>
  rule.why === null ? `routing rule ${index + 1}` : `routing rule ${index + 1} (${rule.why})`;

const list = (
  names: readonly ModelName[],
  where: string,
  listed = true,
): readonly (Omit<Named, "model" | "usual"> & { readonly name: ModelName })[] =>
  names.map((name, index) => ({ name, why: `${ordinal(index + 1)} of ${where}`, listed }));

function ordinal(n: number): string {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  const ending = teen ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${ending}`;
}

/** Whether the settings name models for a role. */
export const isNamed = ({ roles, routing }: Pick<Settings, "roles" | "routing">, role: Role): boolean =>
  roles[role] !== undefined || routing.some(({ use }) => use[role] !== undefined);
