import * as fc from "fast-check";
import { expect, test } from "vitest";

import { CapturedOutput, type Keep } from "../../src/processes/captured-output.ts";

function capture(maxBytes: number, keep: Keep, chunks: readonly string[]): CapturedOutput {
  const output = new CapturedOutput(maxBytes, keep);
  for (const chunk of chunks) output.push(Buffer.from(chunk));
  return output;
}

test("of too much the start is kept, or the start and the end with a note", () => {
  const chunks = ["01234", "56", "", "789ab"];
  expect(capture(12, "start", chunks).text()).toBe("0123456789ab");
  expect(capture(12, "ends", chunks).text()).toBe("0123456789ab");
  expect(capture(12, "ends", chunks).truncated).toBe(false);
  expect(capture(6, "start", chunks).text()).toBe("012345");
  expect(capture(6, "start", chunks).truncated).toBe(true);
  expect(capture(7, "ends", chunks).text()).toBe("0123\n[5 bytes left out]\n9ab");
  expect(capture(0, "start", chunks).text()).toBe("");
});

test("however it comes in pieces, the text is that of the whole", () => {
  const piece = fc.string({ unit: fc.constantFrom("a", "b", "\n") });
  fc.assert(
    fc.property(fc.array(piece), fc.nat(40), fc.constantFrom<Keep>("start", "ends"), (pieces, max, keep) => {
      const whole = pieces.join("");
      const output = capture(max, keep, pieces);
      expect(output.text()).toBe(capture(max, keep, [whole]).text());
      expect(output.truncated).toBe(whole.length > max);
    }),
  );
});
