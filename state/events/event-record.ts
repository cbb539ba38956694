import { z } from "zod";

import type { EventType, NewEvent, RecordedEvent } from "../../src/domain/events.ts";
import type { CallId, RepositoryId, RunId, StepId, TaskId } from "../../src/domain/ids.ts";
import { integer, text, textOrNull, Unreadable, type Row } from "../connection/columns.ts";
import type { Body, BodyOf } from "./event-body.ts";
import { eventBodies } from "./event-schemas.ts";
import { upcast, type Upcasts } from "./upcast.ts";

/** What stands beside an event's type and data. */
export interface Envelope {
  readonly pos: number;
  readonly seq: number;
  readonly at: number;
  readonly run: RunId | null;
  readonly repository: RepositoryId | null;
  readonly task?: TaskId;
  readonly step?: StepId;
  readonly call?: CallId;
  readonly correlation?: string;
}

/** A recorded event of one type, as its fold gets it. */
export type EventOf<T extends EventType> = Envelope & BodyOf<T>;

/** An event of the log, carried forward to its newest version. Throws Unreadable. */
export function recordedEvent(row: Row, upcasts: Upcasts): RecordedEvent {
  const type = text(row, "type");
  const pos = integer(row, "pos");
  const data = upcast(upcasts, type, integer(row, "v"), parse(text(row, "data"), pos));
  return Object.assign(bodyOf(type, data, ` at position ${pos}`), envelope(row, pos));
}

/** The body of a new event as it will be read back; one that could not be is refused before it is written. */
export const newBody = (event: NewEvent, dataText: string): Body => bodyOf(event.type, JSON.parse(dataText), "");

function bodyOf(type: string, data: unknown, where: string): Body {
  if (!isEventType(type)) throw new Unreadable(`the event${where} has the unknown type ${JSON.stringify(type)}`);
  try {
    return eventBodies[type](data);
  } catch (cause) {
    const why = cause instanceof z.ZodError ? cause.issues.map(issueText).join("; ") : String(cause);
    throw new Unreadable(`the event ${type}${where} has data that does not fit: ${why}`, { cause });
  }
}

const issueText = ({ path, message }: z.core.$ZodIssue): string => `${path.join(".")}: ${message}`;

const isEventType = (type: string): type is EventType => Object.hasOwn(eventBodies, type);

function parse(data: string, pos: number): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new Unreadable(`the event at position ${pos} is not JSON`, { cause });
  }
}

function envelope(row: Row, pos: number): Envelope {
  const task = textOrNull(row, "task");
  const step = textOrNull(row, "step");
  const call = textOrNull(row, "call");
  const correlation = textOrNull(row, "correlation");
  return {
    pos,
    seq: integer(row, "seq"),
    at: integer(row, "at"),
    run: textOrNull(row, "run"),
    repository: textOrNull(row, "repository"),
    ...(task === null ? {} : { task }),
    ...(step === null ? {} : { step }),
    ...(call === null ? {} : { call }),
    ...(correlation === null ? {} : { correlation }),
  };
}
