import { createHmac } from "node:crypto";

import { brand } from "../domain/brand.ts";
import { sendMs, type Sink } from "./sink.ts";

export interface WebhookParts {
  readonly url: string;
  /** Null: what is sent is not signed. */
  readonly secret: (() => string | null) | null;
  /** Name of the variable that holds it. */
  readonly secretEnv: string | null;
  readonly now: () => number;
  readonly fetch: typeof fetch;
}

export const signatureHeader = `${brand.name}-Signature`;

/** t=<seconds>,v1=<hex of the HMAC-SHA-256 of "<seconds>.<body>">: a receiver works it out again and compares. */
export function signature(secret: string, nowMs: number, body: string): string {
  const seconds = Math.floor(nowMs / 1000);
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}

/** Posts each notice as JSON. Follows no redirect: where it is sent is what the settings say. */
export const webhookSink = ({ url, secret, secretEnv, now, fetch: post }: WebhookParts): Sink => ({
  name: "webhook",
  async send(notice) {
    const body = JSON.stringify(notice);
    const key = secret === null ? null : secret();
    if (secret !== null && (key === null || key === ""))
      return `${secretEnv ?? "its secret"} is not set: nothing is sent unsigned`;
    const headers: Record<string, string> = { "content-type": "application/json", "user-agent": brand.bin };
    if (key !== null) headers[signatureHeader] = signature(key, now(), body);
    try {
      const { place, login } = placeOf(url);
      if (login !== null) headers["authorization"] = login;
      const answer = await post(place, {
        method: "POST",
        redirect: "manual",
        headers,
        body,
        signal: AbortSignal.timeout(sendMs),
      });
      await answer.body?.cancel();
      if (answer.ok) return null;
      return answer.status >= 300 && answer.status < 400
        ? `HTTP ${answer.status}: a redirect, which is not followed; write its end as notify.webhook.url`
        : `HTTP ${answer.status}`;
    } catch (error) {
      return faultOf(error);
    }
  },
});

/** A name and a password that stand in an address go along as a header: no request may have them in its address. */
function placeOf(url: string): { readonly place: string; readonly login: string | null } {
  const place = new URL(url);
  const words = [place.username, place.password].map(decodeURIComponent);
  place.username = "";
  place.password = "";
  const login = words.every((word) => word === "") ? null : `Basic ${Buffer.from(words.join(":")).toString("base64")}`;
  return { place: place.href, login };
}

function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${sendMs / 1000} s`;
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
