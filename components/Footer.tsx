import { footerLine } from "../src/view/keys/palette.ts";
import { frameOf } from "../src/view/layout/layout.ts";
import { attentionLine, currentNotice } from "../src/view/screen/header-lines.ts";
import { whyNow } from "../src/view/screen/run-facts.ts";
import {
  askedAlike,
  conditionsIn,
  keyContext,
  listOf,
  openQuestions,
  placeOf,
  focusedQuestion,
  undoable,
  undoableWith,
  type World,
} from "../src/view/screen/screen-model.ts";
import { marksKey, marksOf } from "../src/view/screen/kept.ts";
import type { ScreenSource } from "../src/view/screen/screen-source.ts";
import type { UiState } from "../src/view/screen/ui-state.ts";
import { Lines } from "./parts/Lines.tsx";
import { useSlice } from "./parts/use-slice.ts";

interface FooterProps {
  readonly ui: UiState;
  readonly world: World;
  readonly source: ScreenSource;
}

/** The line for what needs a person or just happened (undo, news, a dead engine), and the keys that count here. */
export function Footer({ ui, world, source }: FooterProps) {
  const { attention, footer } = frameOf(world.size);
  const run = useSlice(source, "run");
  const review = useSlice(source, "review");
  const { models } = useSlice(source, "models");
  const { now } = useSlice(source, "clock");
  const { unlanded } = useSlice(source, "tasks");
  const question = focusedQuestion(ui, world);
  useSlice(source, "draft", question?.question.id ?? "");
  useSlice(source, "draft", marksKey);
  const undo = undoable(review, now);
  useSlice(source, "draft", undo?.question.id ?? "");
  const open = openQuestions(review);
  const alike = question === null ? [] : askedAlike(open, question.question.id);
  const marks = marksOf(ui, world);
  const facts = {
    hint: ui.hint,
    run,
    undo,
    undoes: undo === null ? 0 : undoableWith(review, undo).length,
    notice: currentNotice(run.notices, now),
    question,
    open,
    counts: listOf(ui, world).counts,
    unlanded: unlanded?.size ?? 0,
    models,
    // The tasks have it above them.
    why: ui.view === "tasks" && ui.detail === null ? [] : whyNow(world),
    working: conditionsIn(world).working,
    now,
    keys: world.keys,
  };
  return (
    <>
      <Lines at={attention} lines={[attentionLine(facts, attention.width)]} />
      {open
        .filter((one) => marks.includes(one.question.task) || alike.includes(one))
        .slice(0, mostWatched)
        .map(({ question: { id, task } }) => (
          <Watched key={id} source={source} task={task} question={id} />
        ))}
      <Lines at={footer} lines={[footerLine(keyContext(ui, world, placeOf(ui)), footer.width)]} />
    </>
  );
}

/** So many questions are looked into before they are answered. */
const mostWatched = 50;

interface WatchedProps {
  readonly source: ScreenSource;
  readonly task: string;
  readonly question: string;
}

/** Loads what has to be known of a task before it is answered with others. */
function Watched({ source, task, question }: WatchedProps) {
  useSlice(source, "task", task);
  useSlice(source, "draft", question);
  return null;
}
