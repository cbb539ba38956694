import type { ModelSettings, Settings } from "../domain/settings.ts";
import { agentCliOf, type AgentCli } from "../models/agent-clis.ts";
import { payersSet } from "../models/agent-logins.ts";
import { agentVersion } from "../models/agent-versions.ts";
import type { Environment } from "./program.ts";

/** Long enough for the slowest of them when its files are not in memory. */
const versionPatienceMs = 5_000;

/** Variables of this shell that would change who pays, and what becomes of them: one line an agent. */
export function payerNotices(env: Environment, settings: Pick<Settings, "models" | "env">): readonly string[] {
  return agentsOf(settings.models).flatMap(({ cli, models }) => {
    const paid = models.filter(({ billing }) => billing === "subscription");
    const [first] = paid;
    if (first === undefined) return [];
    const set = payersSet(cli.adapter, env);
    const passed = new Set(
      [settings.env, ...paid.map((model) => model.env)].flatMap(({ pass, set: of }) => [...pass, ...Object.keys(of)]),
    );
    const reaching = set.filter((name) => passed.has(name) && !cli.payers.includes(name));
    const kept = set.filter((name) => !reaching.includes(name));
    return [
      ...(kept.length === 0
        ? []
        : [`${kept.join(", ")} ${isAre(kept)} set here and kept away from ${cli.program}: ${first.account} pays`]),
      ...(reaching.length === 0
        ? []
        : [
            `${reaching.join(", ")} ${isAre(reaching)} passed on to ${cli.program} (env.pass): what it says goes there`,
          ]),
    ];
  });
}

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

const isAre = (names: readonly string[]): string => (names.length === 1 ? "is" : "are");

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
