import type { ModelSettings, Settings } from "../../domain/settings.ts";
import { agentCliOf, type AgentCli } from "../../models/programs/agent-clis.ts";
import { payersSet } from "../../models/programs/agent-logins.ts";
import { agentVersion } from "../../models/programs/agent-versions.ts";
import type { Environment } from "../program/program.ts";

/** Long enough for the slowest of them when its files are not in memory. */
const versionPatienceMs = 5_000;

/** Variables of this shell that would change who pays or where it is sent, and what becomes of them: one line an agent and fate. */
export function payerNotices(env: Environment, settings: Pick<Settings, "models" | "env">): readonly string[] {
  return agentsOf(settings.models).flatMap(({ cli, models }) => {
    const set = payersSet(cli.adapter, env);
    const passed = new Set(
      [settings.env, ...models.map((model) => model.env)].flatMap((of) => [...of.pass, ...Object.keys(of.set)]),
    );
    const plan = models.find(({ billing }) => billing === "subscription");
    const addresses = cli.addresses.filter((name) => set.includes(name));
    const reaching = addresses.filter((name) => passed.has(name) && (plan === undefined || !cli.payers.includes(name)));
    const kept = (plan === undefined ? addresses : set).filter((name) => !reaching.includes(name));
    return [
      ...said(
        kept,
        plan === undefined
          ? `not passed on to ${cli.program}; env.pass passes more`
          : `kept away from ${cli.program}: ${plan.account} pays`,
      ),
      ...said(reaching, `passed on to ${cli.program} (env.pass): what it says goes there`),
    ];
  });
}

const said = (names: readonly string[], fate: string): readonly string[] =>
  names.length === 0 ? [] : [`${names.join(", ")} ${names.length === 1 ? "is" : "are"} set here and ${fate}`];

/** Agents of the settings whose version nobody has tried, or that say none. Those that are not there are told elsewhere. */
export async function versionNotices(env: Environment, models: readonly ModelSettings[]): Promise<readonly string[]> {
  const notes = await Promise.all(
    agentsOf(models).map(async ({ cli }) => {
      const version = await agentVersion(cli, env, versionPatienceMs);
      return version.kind === "missing" ? null : version.note;
    }),
  );
  return notes.filter((note) => note !== null);
}

/** The agents' programs that models of the settings use. */
function agentsOf(
  models: readonly ModelSettings[],
): readonly { readonly cli: AgentCli; readonly models: readonly ModelSettings[] }[] {
  const adapters = new Set(models.map(({ adapter }) => adapter));
  return [...adapters].flatMap((adapter) => {
    const cli = agentCliOf(adapter);
    return cli === null ? [] : [{ cli, models: models.filter((model) => model.adapter === adapter) }];
  });
}
