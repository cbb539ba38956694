import { objectIn, objectOfLine, textIn, type JsonObject } from "../json-line.ts";
import { errorSignal, type ErrorSignal } from "../provider-errors.ts";

/** What came is an error, though its status says success. */
export class ErrorAnswer extends Error {
  override readonly name = "ErrorAnswer";
  readonly signal: ErrorSignal;

  constructor(signal: ErrorSignal) {
    super(signal.message);
    this.signal = signal;
  }
}

/** A `fetch` that throws an ErrorAnswer where one JSON object with an error stands in place of a stream of events. */
export const withoutErrorAnswers =
  (fetching: typeof fetch): typeof fetch =>
  async (input, init) => {
    const response = await fetching(input, init);
    if (!response.ok || response.body === null) return response;
    const reader = response.body.getReader();
    const pieces = await beginning(reader);
    const text = Buffer.concat(pieces).toString("utf8");
    if (isErrorBody(text))
      throw new ErrorAnswer(errorSignal(response.status, text, Object.fromEntries(response.headers)));
    const { status, headers } = response;
    return new Response(bodyOf(pieces, reader), { status, headers });
  };

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** All of what may be JSON, of anything else no more than is needed to see that it is not. */
async function beginning(reader: Reader): Promise<readonly Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  let first: string | undefined;
  while (first === undefined || first === "{" || first === "[") {
    // What breaks here breaks again for whoever reads on.
    const { value } = await reader.read().catch(() => ({ value: undefined }));
    if (value === undefined) break;
    pieces.push(value);
    first ??= Buffer.from(value).toString("latin1").trimStart()[0];
  }
  return pieces;
}

const bodyOf = (pieces: readonly Uint8Array[], reader: Reader): ReadableStream<Uint8Array> =>
  new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(piece);
    },
    pull: async (controller) => {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });

function isErrorBody(text: string): boolean {
  const body = text.trim();
  const object = objectOfLine(body.startsWith("[") && body.endsWith("]") ? body.slice(1, -1) : body);
  if (object === null) return false;
  const isWorded = object["code"] !== undefined && (textIn(object["message"]) ?? textIn(object["msg"])) !== null;
  return isWorded || errorIn(object) !== null;
}

/** An error as it stands in a body or a stream, in the shapes of all providers; null: it is none. */
export function errorIn(value: unknown): JsonObject | null {
  const object = objectIn(value);
  const within = objectIn(object?.["response"]) ?? object;
  const error = within?.["error"];
  const isError = objectIn(error) !== null || textIn(error) !== null || within?.["object"] === "error";
  return within !== null && isError ? within : null;
}
