import { objectIn, objectOfLine, type JsonObject } from "../json-line.ts";

/** Stands in a record of usage that was made up for the reader of the stream: nobody has told it. */
export const untold = "untold";

/**
 * A `fetch` for the Messages API whose streams always tell a use: some servers leave it out or say null, which the reader
 * takes for a broken stream.
 */
export const withUsage =
  (fetching: typeof fetch): typeof fetch =>
  async (input, init) => {
    const response = await fetching(input, init);
    if (!response.ok || response.body === null) return response;
    const { status, headers } = response;
    const lines = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(eachLine(told));
    return new Response(lines.pipeThrough(new TextEncoderStream()), { status, headers });
  };

function eachLine(change: (line: string) => string): TransformStream<string, string> {
  let open = "";
  return new TransformStream({
    transform: (text, controller) => {
      const lines = (open + text).split("\n");
      open = lines.pop() ?? "";
      if (lines.length > 0) controller.enqueue(`${lines.map(change).join("\n")}\n`);
    },
    flush: (controller) => controller.enqueue(change(open)),
  });
}

/** A line of the stream, with a use where its event has to have one. */
function told(line: string): string {
  const [, data] = /^data:\s*(\{.*"message_(?:start|delta)".*\})\s*$/.exec(line) ?? [];
  const event = data === undefined ? null : objectOfLine(data);
  if (event === null) return line;
  const message = objectIn(event["message"]);
  if (event["type"] === "message_start" && message !== null)
    return `data: ${JSON.stringify({ ...event, message: withCounts(message, "input_tokens") })}`;
  return event["type"] === "message_delta" ? `data: ${JSON.stringify(withCounts(event, "output_tokens"))}` : line;
}

function withCounts(of: JsonObject, count: string): JsonObject {
  const usage = objectIn(of["usage"]);
  const isTold = typeof usage?.[count] === "number";
  return { ...of, usage: isTold ? { ...usage, [untold]: false } : { ...usage, [count]: 0, [untold]: true } };
}
