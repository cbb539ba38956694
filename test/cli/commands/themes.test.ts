import { expect, test } from "vitest";

import { themesResult } from "../../../src/actions/results/theme.ts";
import { tones } from "../../../src/domain/screen-settings.ts";
import { atHand, type Hand } from "../at-hand.ts";
import { parsed } from "../played.ts";

const config = (hand: Hand, text: string): void => hand.write("../home/.config/gandy/config.yaml", text);

test("the themes are listed with a sample of each tone, and which one the screen takes", async () => {
  const hand = atHand();
  const { themes } = themesResult.parse(parsed((await hand.say("themes", "--json")).out));
  expect(themes.map(({ name, current }) => [name, current])).toEqual([
    ["dark", true],
    ["light", false],
    ["high-contrast", false],
    ["high-contrast-light", false],
    ["color-blind", false],
    ["color-blind-light", false],
  ]);
  for (const theme of themes) expect(theme.tones.map(({ name }) => name)).toEqual(tones);
  const plain = await hand.say("themes");
  for (const tone of tones) expect(plain.out).toContain(` ${tone}`);
  expect(plain.out).not.toContain("\x1b");
  const env = { COLORTERM: "truecolor", COLORFGBG: "0;15" };
  const colored = await hand.begin(["themes"], { terminal: true, env }).end;
  expect(colored.out).toContain("\x1b[38;2;107;196;109mgood\x1b[0m");
  expect(colored.out).toContain("> light: for a light background, in use");
});

test("one of the person's own goes over the usual one, at the depths it does not say by the nearest", async () => {
  const hand = atHand();
  config(hand, "screen: {theme: mine.yaml}\n");
  hand.write(
    "../home/.config/gandy/mine.yaml",
    'background: light\ntones: {good: "#00005f", bad: {16: red, bold: true}}\n',
  );
  const [mine] = themesResult.parse(parsed((await hand.say("themes", "--json")).out)).themes;
  expect(mine).toMatchObject({ name: "mine", background: "light", current: true });
  expect(mine?.tones.find(({ name }) => name === "good")).toMatchObject({ truecolor: "#00005f", 256: 17, 16: "black" });
  expect(mine?.tones.find(({ name }) => name === "bad")).toMatchObject({ truecolor: "#cd0000", 16: "red", bold: true });
  expect(mine?.tones.find(({ name }) => name === "ask")).toMatchObject({ truecolor: "#6f42c1" });
});

test("what is wrong with a theme is said with its place", async () => {
  const hand = atHand();
  config(hand, "screen:\n  theme: lihgt\n");
  const unknown = await hand.say("themes");
  expect(unknown.code).toBe(2);
  expect(unknown.err).toMatch(/config\.yaml:2:10: error: unknown theme "lihgt"; did you mean "light"/);
  config(hand, "screen: {theme: mine.yaml}\n");
  hand.write("../home/.config/gandy/mine.yaml", "tones:\n  godo: 1\n  bad: {256: 300}\n  ask: red\n");
  const { code, err } = await hand.say("themes");
  expect(code).toBe(2);
  expect(err).toMatch(/mine\.yaml:2:3: error: unknown key "godo"; did you mean "good"/);
  expect(err).toMatch(/mine\.yaml:3:14: error: 256/);
  expect(err).toMatch(/mine\.yaml:4:8: error: bad colour "red" for ask; six hexadecimal digits/);
});

test("a file of a theme that cannot be read is named, and doctor says what keeps the screen from opening", async () => {
  const hand = atHand();
  config(hand, "screen: {theme: mine.yaml}\n");
  expect((await hand.say("themes")).err).toMatch(/screen\.theme: there is no file .*mine\.yaml/);
  config(hand, "screen: {theme: /dev/zero}\n");
  expect((await hand.say("themes")).err).toContain("screen.theme: that is no file: /dev/zero");
  config(hand, "screen:\n  mouse: maybe\n  keys: {quit: x}\n");
  const { out } = await hand.say("doctor");
  expect(out.match(/mouse must be one of/g)).toHaveLength(1);
  expect(out).toMatch(/screen +does not work +.*config\.yaml:3:16: error: "x" for quit is also the key of/);
});
