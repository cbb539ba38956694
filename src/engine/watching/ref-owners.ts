import { brand } from "../../domain/brand.ts";
import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import { isTerminal } from "../../domain/task.ts";
import type { RefOwner } from "../../policy/behind-back.ts";
import { isIntegrationName } from "../../policy/integration-branch.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Difference, Watch } from "../ports/watch.ts";

export type Owners = (difference: Difference) => RefOwner;

const heads = "refs/heads/";

export interface OwnerParts {
  readonly ledger: Ledger;
  readonly watch: Watch;
  readonly repository: RepositoryId;
  /** Branch that everything is merged into. */
  readonly integration: string;
  /** Whether a move of it brings it up to its base as we would have done ourselves. */
  readonly isOurWay: (difference: Difference) => Promise<boolean>;
}

/** To whom the ledger says that refs belong. A branch with our prefix that we did not make is not ours. */
export async function ownersOf(parts: OwnerParts, differences: readonly Difference[]): Promise<Owners> {
  const { ledger, watch, repository, integration } = parts;
  const rows = await ledger.tasks.list(repository);
  const takenOver = new Set<TaskId>();
  for (const { question } of await ledger.account.questions(repository))
    if (question.reason === "taken_over") takenOver.add(question.task);
  const owners = new Map<string, RefOwner>();
  for (const difference of differences) {
    const { kind, name } = difference;
    if (kind !== "ref") continue;
    const branch = name.startsWith(heads) ? name.slice(heads.length) : null;
    const row = rows.find((one) => one.branch !== null && one.branch === branch);
    if (branch === integration)
      owners.set(name, {
        kind: "integration",
        checkedOut: await watch.isCheckedOut(branch),
        isOurWay: await parts.isOurWay(difference),
      });
    else if (row !== undefined && branch !== null)
      owners.set(name, {
        kind: "task",
        task: row.id,
        over: isTerminal(row.state),
        takenOver: takenOver.has(row.id),
        checkedOut: await watch.isCheckedOut(branch),
      });
    else if (name.startsWith(`${brand.refs}/`) || (branch !== null && isIntegrationName(branch)))
      owners.set(name, { kind: "ours" });
  }
  return ({ name }) => owners.get(name) ?? { kind: "other" };
}
