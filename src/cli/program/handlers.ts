import { innerActions } from "../../actions/inner.ts";
import { actionTable as table, type ActionName } from "../../actions/table.ts";
import { bind, type BoundAction } from "./handler.ts";

const answer = () => import("../commands/answer.ts");

/** What does each action at a terminal; null: only a screen offers it. */
export const handlers: { readonly [N in ActionName]: (typeof table)[N]["cli"] extends null ? null : BoundAction } = {
  run: bind(table.run, () => import("../commands/run.ts")),
  do: bind(table.do, () => import("../commands/do.ts")),
  ask: bind(table.ask, () => import("../commands/ask.ts")),
  vote: bind(table.vote, () => import("../commands/vote.ts")),
  plan: bind(table.plan, () => import("../commands/plan.ts")),
  init: bind(table.init, () => import("../commands/init.ts")),
  doctor: bind(table.doctor, () => import("../commands/doctor.ts")),
  demo: bind(table.demo, () => import("../demo/demo.ts")),
  watch: bind(table.watch, () => import("../commands/watch.ts")),
  pause: bind(table.pause, () => import("../commands/pause.ts")),
  resume: bind(table.resume, () => import("../commands/resume.ts")),
  stop: bind(table.stop, () => import("../commands/stop.ts")),
  review: bind(table.review, () => import("../commands/review.ts")),
  show: bind(table.show, () => import("../commands/show.ts")),
  approve: bind(table.approve, async () => ({ command: (await answer()).answering("approve") })),
  reject: bind(table.reject, async () => ({ command: (await answer()).answering("reject") })),
  request_changes: bind(table.request_changes, async () => ({
    command: (await answer()).answering("request_changes"),
  })),
  retry: bind(table.retry, async () => ({ command: (await answer()).answering("retry") })),
  done: bind(table.done, async () => ({ command: (await answer()).answering("done") })),
  abort: bind(table.abort, async () => ({ command: (await answer()).answering("abort") })),
  keep: bind(table.keep, async () => ({ command: (await answer()).answering("keep") })),
  restart: bind(table.restart, async () => ({ command: (await answer()).answering("restart") })),
  take_over: bind(table.take_over, async () => ({ command: (await answer()).answering("take_over") })),
  allow_always: bind(table.allow_always, async () => ({ command: (await answer()).answering("allow_always") })),
  deny: bind(table.deny, async () => ({ command: (await answer()).answering("deny") })),
  take_back: null,
  again: null,
  diff: bind(table.diff, () => import("../commands/diff.ts")),
  restore: bind(table.restore, () => import("../commands/restore.ts")),
  rewind: bind(table.rewind, () => import("../commands/rewind.ts")),
  revert: bind(table.revert, () => import("../commands/revert.ts")),
  land: bind(table.land, () => import("../commands/land.ts")),
  list: bind(table.list, () => import("../commands/list.ts")),
  active: bind(table.active, () => import("../commands/active.ts")),
  summary: bind(table.summary, () => import("../commands/summary.ts")),
  why: bind(table.why, () => import("../commands/why.ts")),
  log: bind(table.log, () => import("../commands/log.ts")),
  stats: bind(table.stats, () => import("../commands/stats.ts")),
  models: bind(table.models, () => import("../commands/models.ts")),
  prices: bind(table.prices, () => import("../commands/prices.ts")),
  reset_breaker: bind(table.reset_breaker, () => import("../commands/reset-breaker.ts")),
  explain: bind(table.explain, () => import("../commands/explain.ts")),
  hold: bind(table.hold, () => import("../commands/hold.ts")),
  keep_hold: null,
  release: bind(table.release, () => import("../commands/release.ts")),
  clean: bind(table.clean, () => import("../commands/clean.ts")),
  backup: bind(table.backup, () => import("../commands/backup.ts")),
  check: bind(table.check, () => import("../commands/check.ts")),
  completions: bind(table.completions, () => import("../commands/completions.ts")),
  man: bind(table.man, () => import("../commands/man.ts")),
};

export const innerHandlers: readonly BoundAction[] = [
  bind(innerActions.engine, () => import("../commands/engine.ts")),
  bind(innerActions.screen, () => import("../commands/screen.ts")),
  bind(innerActions.ask_screen, () => import("../commands/ask-screen.ts")),
  bind(innerActions.words, () => import("../commands/completion-words.ts")),
];
