/** More than any answer has; what is longer is no answer but a fault or an attack. */
const mostBytes = 64 * 1024 * 1024;

class TooLong extends Error {
  override readonly name = "TooLong";
  readonly code = "ANSWER_TOO_LONG";
}

/**
 * Fetches as the platform does, tells of each piece that comes (also of those that say nothing, with which providers keep a
 * connection alive), goes to no other address than the one it was given (a key would go with it), and ends an answer of more
 * than 64 MB.
 */
export const watchedFetch =
  (onLife: () => void): typeof fetch =>
  async (input, init) => {
    const response = await fetch(input, { ...init, redirect: "manual" });
    onLife();
    if (response.body === null) return response;
    let left = mostBytes;
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(piece, controller) {
          onLife();
          left -= piece.byteLength;
          if (left < 0) controller.error(new TooLong(`the answer is longer than ${mostBytes} bytes`));
          else controller.enqueue(piece);
        },
      }),
    );
    const { status, statusText, headers } = response;
    return new Response(counted, { status, statusText, headers });
  };
