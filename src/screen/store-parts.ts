import type { Settings } from "../domain/settings.ts";
import type { Forecast } from "../domain/forecast.ts";
import type { RepositoryId } from "../domain/ids.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { OwnerIdentity } from "../engine/ports/leases.ts";
import type { Scratch } from "../engine/ports/scratch.ts";
import type { DraftKeeper } from "./drafts.ts";
import type { ScreenLedger } from "./ledger-reads.ts";
import type { ReadSaid } from "./call-outputs.ts";
import type { LoadDiff } from "./task-diffs.ts";
import type { SliceLoader } from "./slice-loader.ts";
import type { AsksSnapshot } from "../view/screen/screen-source.ts";

/** What a store is made of. */
export interface StoreParts {
  readonly ledger: ScreenLedger;
  readonly scratch: Pick<Scratch, "read">;
  readonly clock: Clock;
  readonly repository: { readonly id: RepositoryId; readonly name: string };
  /** The settings while there is no run that says its own; null: none are known. */
  readonly settings: () => Promise<Settings | null>;
  readonly isDeadByPid: (owner: OwnerIdentity) => boolean;
  /** The last words of an engine that is gone. */
  readonly engineSaid?: () => Promise<string | null>;
  /** When the run will be done; null: nobody can say. */
  readonly forecast?: () => Promise<Forecast | null>;
  readonly drafts: DraftKeeper;
  readonly loadDiff: LoadDiff;
  /** Absent: nobody keeps what calls say. */
  readonly readSaid?: ReadSaid;
  /** Whether signs turn. */
  readonly motion: boolean;
  /** Absent: nobody can be asked from here. */
  readonly asks?: SliceLoader<AsksSnapshot>;
}
