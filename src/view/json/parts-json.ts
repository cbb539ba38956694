import type { EventData } from "../../domain/events.ts";
import type { PartEvents } from "../../domain/parts.ts";
import type { KnownParts } from "../tasks/part-lines.ts";

type Data<T extends keyof PartEvents> = EventData[T];

/** What scripts see of parts. */
export const partShapes = {
  "task.split": ({ parts, why }: Data<"task.split">) => ({
    parts: parts.map(({ id, goal, covers, files, needs, complexity }) => ({
      id,
      goal,
      covers,
      files,
      needs,
      complexity,
    })),
    why,
  }),
  "parts.joined": ({ summary, claims, unmet, model }: Data<"parts.joined">) => ({ summary, claims, unmet, model }),
};

/** Of a task that is split, what was split off it and what that came to. */
export const partsJson = ({ parts, joined }: KnownParts) => ({
  ...(parts === undefined
    ? {}
    : {
        parts: parts.map(({ id, goal, state, covers, reverted }) => ({
          id,
          goal,
          state,
          covers,
          ...(reverted === true ? { reverted } : {}),
        })),
      }),
  ...(joined === undefined ? {} : { claims: joined.claims, unmet: joined.unmet }),
});
