import { kinds, type ErrorRow } from "./error-kinds.ts";

/** Servers that have one word for many things: their text tells a limit or a spent balance from a bad request or key. */
export const refined: readonly number[] = [400, 401, 402, 403, 412, 429];

const any = (...parts: readonly string[]): RegExp => new RegExp(parts.join("|"), "i");

const overflowText = any(
  "(?:prompt|input|request|message|conversation)s?(?: body)?(?: is| are)? too (?:long|large)\\b",
  "context[ _](?:length|window|size|limit)",
  "max(?:imum)? (?:context|prompt|input|number of input)",
  "(?<!max_|output |completion )\\btokens?\\b.{0,40}exceeds?\\b.{0,30}\\bmax",
  "must have less than \\d+ tokens|too many total text bytes",
  "exceed(?:s|ed)? (?:the )?max(?:imum)? (?:number of )?(?:input )?(?:tokens|length)",
  "exceed(?:s|ed)? (?:the |this |your )?(?:model(?:'s)? )?(?:token|prompt|input) (?:limit|length)",
  "(?:prompt|input) tokens?(?: count)? .{0,40}exceed",
  "tokens in the (?:prompt|input) cannot exceed",
  "`inputs` tokens \\+",
  "range of input length",
  "reduce (?:the length of the|your) (?:messages?|prompt|input)\\b",
  "ran out of room in the model's context",
  "(?:prompt|input|request)\\b.{0,60} (?:is )?longer than the (?:model's )?(?:max|context)",
  // What is left for the answer.
  "max_tokens must be at least 1, got -",
);

/** Of a server whose model, or none of whose models, takes what was asked for beside the text. */
const toolsText = any(
  "no endpoints found that|(?:not|n't) support (?:\\S+ ){0,3}?(?:tool|function)",
  "(?:tools?|tool[ _](?:use|calls?|calling|choice)|function call(?:s|ing)) (?:is|are) not (?:supported|enabled|available)",
  "tools?(?: param|[ _]choice)? requires\\b",
  "unsupported param\\w*:? .{0,20}\\btools?\\b",
);

const spentText = any(
  "insufficient[ _](?:\\w+ )?(?:balance|credits?|funds|quota)",
  "(?:balance|credits?|funds) (?:\\w+ ){0,2}(?:too low|insufficient|not (?:enough|sufficient)|exhausted|depleted|used up|expired)",
  "quota (?:is )?(?:not enough|insufficient)",
  "(?:not|n't) have (?:any|enough) (?:\\w+ ){0,2}(?:balance|credits?|funds)",
  "free (?:tier|quota) (?:\\S+ ){0,5}(?:exhausted|used up)",
  "\\b(?:plan|package|subscription) (?:has |is )?(?:expired|inactive|ended)\\b",
  "not enough (?:\\w+ )?(?:balance|credits?|funds|quota)",
  "(?:out of|no(?: more| remaining)?) (?:credits|funds)\\b",
  "(?:used (?:up )?all|exhausted|used up|exceeded|spent) (?:\\w+ ){0,4}credits",
  "(?:requires?|needs?) more credits",
  "credits? (?:limit )?exceeded",
  "exceeded ?\\w{0,20}budget|over budget|(?:exceeded|crossed) (?:\\w+ ){0,3}budget|budget (?:\\w+ ){0,3}(?:exceeded|exhausted)",
  "payment required|arrears|\\boverdue\\b|please (?:recharge|top[- ]up)|check your billing",
  "billing (?:hard |soft )?limit (?:has been )?reached|key limit exceeded",
  "reached your specified (?:API|workspace) usage limits",
  "余额不足|欠费|额度(?:不足|已用尽|已耗尽)|充值",
);

/** Beside a minute, or a moment to wait, a quota is one of the rate. */
const quotaText =
  /(?:quota (?:has been |was |is )?(?:exceeded|exhausted|used up)|(?:exceeded|exhausted) your (?:\w+ )?quota|quota for \w+ (?:is |was )?exceeded|out of (?:\w+ ){0,3}quota)(?![^]{0,1000}(?:per[- _]?min|\b(?:retry|again) (?:in|after) \d))/i;

const cap = "spend(?:ing)? (?:cap|limit)";
const capText = any(
  `${cap} (?:\\w+ ){0,2}(?:reached|exceeded|hit)`,
  `(?:reached|reaching|exceeded|hit) (?:\\S+ ){0,5}${cap}`,
);

/** What a minute allows may come with what another plan would allow a day. */
const perDayText = any(
  "^(?:(?!per[- _]?min)[^])*?(?:per[- _]?day|by ?day\\b|\\b[RT]PD\\b|86400 ?s\\b|\\bdaily\\b(?! quota on this model).{0,40}(?:limit|quota|cap|allowance)\\b)",
);

const span =
  "(?:usage|session|(?:hour|week|month) allocated|weekly|monthly|hourly|\\d+[- ]?hours?|five[- ]hour|plan|subscription|premium|overage)";
const over = "(?:has been |was |is )?(?:reached|exceeded|exhausted|hit)";
const planText = any(
  "(?:hit|reached) your limit",
  `(?:hit|reached|exceeded|exhausted|used up) (?:[^\\s.]+ ){0,5}?${span}(?: \\w+)? (?:limit|quota|allowance)`,
  `${span}\\S* (?:(?:usage|tokens?|requests?|messages?) )?(?:limit|quota|allowance) ${over}`,
  `(?:limit|quota) ${over} for (?:this|the current) (?:month|week|period|billing)`,
  "quota will reset after|out of (?:extra )?usage|free usage exceeded|exhausted your daily quota|TerminalQuotaError",
  "达到.{0,20}上限",
);

const throttledText =
  /(?:please|suggested) (?:retry|try again) (?:in|after) \d|rate limit (?:exceeded|reached)|(?:quota|limit) exceeded .{0,80}per[- _]?min|too many requests|RetryableQuotaError|status(?: code)?:? 429/i;

const noModelText = any(
  "\\bmodel\\b.{0,120}(?:not found|(?:does |may )?not exist)",
  "\\bmodel(?: ['\"`]?[\\w./:-]+['\"`]?)?(?: model)? is (?:not supported|invalid)",
  "(?:not a valid|invalid|unknown|no such) model\\b",
  "\\bmodel\\b.{0,120}(?:decommissioned|deprecated|retired|no longer (?:available|supported))",
  "no models? (?:is |are )?loaded|\\bmodel (?:was )?unloaded",
  "model_not_found|no endpoints found for",
);

const busyText =
  /\bno ?capacity\b|capacity exceeded|\boverloaded\b|\bmodel is at capacity|(?:experiencing|currently has) high (?:demand|traffic)/i;

/** Who may not ask at all, or not for this: waiting and asking again change nothing. */
const forbiddenText = any(
  "(?:location|country|region) (?:\\S+ ){0,3}not supported",
  "(?:organization|account) (?:has been |is )?(?:disabled|restricted|suspended|deactivated|locked)",
  "only authorized for use",
  "(?:plan|subscription|tier) does(?: not|n't) (?:yet )?include access",
);

/** Keys and logins that are no good, in the words of servers and programs. */
const badKeyText = any(
  "(?:invalid|incorrect|expired) (?:x-)?api[ -]?key|api[ -]key (?:is )?(?:not valid|invalid|expired)",
  "expired key\\b|signature expired|token (?:\\S+ ){0,4}(?:is |has |was )(?:been )?(?:expired|invalid|revoked)",
  "refresh token (?:was|is|has)\\b|token could not be refreshed|(?:log|sign) in again",
);

/**
 * Texts, and statuses, that say more than the machine words that many errors share: `api_error`, `rate_limit_error`,
 * `permission_error`. In this order; a text also counts where no status of an error was seen.
 */
export const tellingTable: readonly ErrorRow[] = [
  { statuses: [400, 413, 422, 500], text: overflowText, ...kinds.overflow },
  // More than a minute allows: the same request is refused for ever.
  { statuses: [429], text: /request too large/i, ...kinds.overflow },
  { statuses: [413], ...kinds.overflow },
  // The plan has no requests as long as this one: waiting does not help.
  { statuses: refined, text: /extra usage is required for (?:long|\d+m)\b/i, ...kinds.badRequest },
  { statuses: [400, 404, 405, 422, 500, 501], text: toolsText, ...kinds.badRequest },
  { statuses: refined, text: spentText, ...kinds.quota },
  { statuses: refined, text: capText, ...kinds.spendCap },
  { statuses: [402, 403, 429], text: perDayText, ...kinds.perDay },
  { statuses: refined, text: /quota will reset after \d{1,2}(?:\.\d{1,9})?s\b/i, ...kinds.throttled },
  { statuses: refined, text: planText, ...kinds.plan },
  { statuses: [400, 401, 402, 403], text: quotaText, ...kinds.quota },
  { statuses: [402], ...kinds.quota },
  { statuses: [429, 498, 500], text: busyText, ...kinds.overloaded },
  { statuses: [400, 403], text: throttledText, ...kinds.throttled },
  { statuses: [400, 422], text: noModelText, ...kinds.noModel },
  { statuses: [400, 403], text: badKeyText, ...kinds.badKey },
  { statuses: [400, 429], text: forbiddenText, ...kinds.forbidden },
  { statuses: [400], text: /\bmodel (?:has )?crashed\b/i, ...kinds.server },
];

/** Words that say least: each of them is met with any status, and with texts that tell more. */
export const genericTable: readonly ErrorRow[] = [
  {
    codes: ["api_error", "server_error", "internal_error", "internal_server_error", "INTERNAL", "internalServerError"],
    ...kinds.server,
  },
  {
    codes: [
      "invalid_request_error",
      "invalid_request",
      "INVALID_ARGUMENT",
      "FAILED_PRECONDITION",
      "badRequest",
      "BadRequestError",
    ],
    ...kinds.badRequest,
  },
];
