import type { z } from "zod";

import type { EventData, EventType } from "../../src/domain/events.ts";

/** A type with its data: an event without its place. */
export interface BodyOf<T extends EventType> {
  readonly type: T;
  readonly data: EventData[T];
}

export type Body = { readonly [T in EventType]: BodyOf<T> }[EventType];

/** Readers of every event's data in its newest version; they throw on what does not fit. */
export type Bodies = { readonly [T in EventType]: (data: unknown) => BodyOf<T> };

export const body =
  <T extends EventType>(type: T, schema: z.ZodType<EventData[T]>) =>
  (data: unknown): BodyOf<T> => ({ type, data: schema.parse(data) });
