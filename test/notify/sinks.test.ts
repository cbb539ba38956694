import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";

import { commandSink } from "../../src/notify/command.ts";
import { desktopSink } from "../../src/notify/desktop.ts";
import { webhookSink } from "../../src/notify/webhook.ts";
import { noticeJson, testNotice } from "../../src/view/json/notice-json.ts";
import { question } from "../view/fixtures.ts";

const notice = testNotice("17", 1_800_000_000_000, "shop");

interface Heard {
  readonly signature: string;
  readonly login: string;
  readonly body: string;
}

async function server(status: number, headers: Record<string, string> = {}) {
  const heard: Heard[] = [];
  const serving = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const { "gandy-signature": signed = "", authorization: login = "" } = request.headers;
      heard.push({ signature: String(signed), login, body });
      response.writeHead(status, headers).end("thanks");
    });
  });
  await new Promise<void>((resolve) => serving.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    serving.closeAllConnections();
    serving.close();
  });
  const address = serving.address();
  return { heard, url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/hook` };
}

const hook = (url: string, secret: string | null) =>
  webhookSink({
    url,
    secret: secret === null ? null : () => secret,
    secretEnv: "HOOK_SECRET",
    now: () => 1_800_000_000_999,
    fetch,
  });

test("a webhook gets the notice with a signature that its receiver can work out again", async () => {
  const { heard, url } = await server(204);
  expect(await hook(url, "s3cret").send(notice)).toBeNull();
  const [one] = heard;
  const expected = createHmac("sha256", "s3cret").update(`1800000000.${one?.body}`).digest("hex");
  expect(one?.signature).toBe(`t=1800000000,v1=${expected}`);
  expect(JSON.parse(one?.body ?? "")).toEqual(notice);
});

test("it says why it is not taken, follows nobody elsewhere and sends nothing unsigned that should be signed", async () => {
  const elsewhere = await server(200);
  const { url } = await server(302, { location: elsewhere.url });
  expect(await hook(url, null).send(notice)).toContain("redirect");
  expect(await hook((await server(500)).url, null).send(notice)).toBe("HTTP 500");
  expect(await hook(elsewhere.url, "").send(notice)).toContain("HOOK_SECRET is not set");
  expect(await hook("http://127.0.0.1:9/", null).send(notice)).toMatch(/ECONNREFUSED|bad port/);
  expect(elsewhere.heard).toEqual([]);
});

test("a name and a password in its address go along, and stand in no word about it", async () => {
  const { heard, url } = await server(500);
  const why = await hook(url.replace("//", "//anna:pass%20word@"), null).send(notice);
  expect(why).toBe("HTTP 500");
  expect(heard.map(({ login }) => login)).toEqual([`Basic ${Buffer.from("anna:pass word").toString("base64")}`]);
  const gone = await hook("http://anna:pass%word@127.0.0.1:9/", null).send(notice);
  expect(gone).not.toBeNull();
  expect(gone).not.toContain("pass");
});

test("a desktop gets words as arguments, whatever they are, and a program JSON", async () => {
  const ran: (readonly (string | undefined)[])[] = [];
  const run = (argv: readonly string[], input?: string): Promise<null> => {
    ran.push([...argv, input]);
    return Promise.resolve(null);
  };
  const evil = { ...notice, title: 'Gandy: " & (do shell script "x")', body: "-e <b>\n$(x)" };
  await desktopSink("linux", run).send(evil);
  await desktopSink("darwin", run).send(evil);
  await commandSink(["tell", "me"], run).send(notice);
  expect(ran[0]).toEqual(["notify-send", "-a", "Gandy", "--", evil.title, "-e &lt;b&gt;\n$(x)", undefined]);
  expect(ran[1]?.slice(-3)).toEqual([evil.title, evil.body, undefined]);
  expect(ran[1]?.filter((word) => word?.includes("do shell script"))).toEqual([evil.title]);
  expect(ran[2]).toEqual(["tell", "me", `${JSON.stringify(notice)}\n`]);
});

test("no more of a task goes out than the settings say", () => {
  const facts = {
    id: "1",
    nowMs: 0,
    repository: "shop",
    questions: [question("q1", "AUTH-1", { text: "src/secret.ts?" }), question("q2", "B"), question("q3", "C")],
    goals: new Map([["AUTH-1", "Reject expired tokens"]]),
    held: [],
    ended: null,
  };
  const none = JSON.stringify(noticeJson(facts, "none"));
  expect(none).toContain("3 questions wait");
  expect(none).not.toMatch(/AUTH|Reject|secret/);
  const title = JSON.stringify(noticeJson(facts, "title"));
  expect(title).toContain("Reject expired tokens");
  expect(title).not.toContain("secret");
  expect(JSON.stringify(noticeJson(facts, "full"))).toContain("src/secret.ts?");
});
