import { inside } from "../../src/view/layout/layout.ts";
import { slice } from "../../src/view/layout/scrollable.ts";
import { logLayout } from "../../src/view/layout/view-layouts.ts";
import { fileRow } from "../../src/view/review/diff-rows.ts";
import { queueRow, questionHead, sectionTitle } from "../../src/view/review/review-queue.ts";
import { shownFiles } from "../../src/view/screen/diff-page.ts";
import { queueTop, reviewPage, type ReviewPage } from "../../src/view/screen/pages.ts";
import { planLanguages } from "../../src/view/tasks/plan-lines.ts";
import { viewedKey } from "../../src/view/screen/kept.ts";
import { reviewQuestion, type World } from "../../src/view/screen/screen-model.ts";
import type { ScreenSource } from "../../src/view/screen/screen-source.ts";
import { sectionsLine } from "../../src/view/screen/tab-lines.ts";
import type { UiState } from "../../src/view/screen/ui-state.ts";
import { cutLine, empty, revealedSpan, span, type Line } from "../../src/view/text/line.ts";
import { EmptyState } from "../parts/EmptyState.tsx";
import { Lines } from "../parts/Lines.tsx";
import { Panel } from "../parts/Panel.tsx";
import { useSlice } from "../parts/use-slice.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { DiffPanel } from "./DiffPanel.tsx";

interface ReviewViewProps {
  readonly ui: UiState;
  readonly world: World;
  readonly source: ScreenSource;
}

/** View 3: what waits for a person, with the evidence to decide on. */
export function ReviewView({ ui, world, source }: ReviewViewProps) {
  useSlice(source, "review");
  const { now } = useSlice(source, "clock");
  const waiting = reviewQuestion(ui, world);
  const task = waiting?.question.task ?? "";
  const facts = useSlice(source, "task", task);
  const diff = useSlice(source, "diff", task);
  useSlice(source, "draft", waiting?.question.id ?? "");
  useSlice(source, "draft", viewedKey(task));
  useSlice(source, "syntax", planLanguages(facts));
  const page = reviewPage(ui, world);
  if (page === null) return <EmptyState at={logLayout(world.size)} kind="no questions" />;
  const { layout, question } = page;
  const head = questionHead(question, facts, { index: page.index, count: page.open.length }, layout.question.width - 8);
  return (
    <>
      <Panel at={layout.question} title={head.title} note={head.note} tone="ask">
        <Lines
          at={inside(layout.question)}
          lines={[...page.request.map((line): Line => [span(line, "accent")]), ...page.head]}
        />
      </Panel>
      <Lines at={layout.sections} lines={[sectionsLine(page, layout.sections.width, world.keys)]} />
      {layout.queue !== null && (
        <Panel
          at={layout.queue}
          title={[span("Queue", "muted"), span(page.marks.length === 0 ? "" : `  ${page.marks.length} marked`, "ask")]}
        >
          <Lines
            at={inside(layout.queue)}
            lines={queueLines(page, now, inside(layout.queue).width, inside(layout.queue).height)}
          />
        </Panel>
      )}
      {layout.side !== null && <SidePanel page={page} />}
      <MainPanel source={source} look={ui.diff} page={page} top={ui.review.top} isLoading={diff.state === "loading"} />
    </>
  );
}

function queueLines(page: ReviewPage, now: number, columns: number, rows: number): readonly Line[] {
  const top = queueTop(page, rows);
  return page.open
    .slice(top, top + rows)
    .map((open, slot) =>
      queueRow(
        open,
        now,
        columns,
        top + slot === page.index,
        page.marks.includes(open.question.task),
        page.alike(open) - 1,
      ),
    );
}

/** Files of the diff and comments on it. */
function SidePanel({ page }: { readonly page: ReviewPage }) {
  const at = page.layout.side;
  if (at === null) return null;
  const content = inside(at);
  const lines: Line[] = [];
  if (page.diff !== null) {
    const { diff, viewed } = page.diff;
    const { here, top, rows } = shownFiles(page.diff, content.height);
    lines.push(
      ...diff.files
        .slice(top, top + rows)
        .map((file, slot) => fileRow(file, content.width, top + slot === here, viewed.has(top + slot))),
    );
  }
  if (page.comments.length > 0) {
    lines.push(
      empty,
      [span("Your comments", "muted")],
      ...page.comments.map((each): Line => [
        revealedSpan(`${each.file.split("/").at(-1) ?? ""}:${each.line} `, "accent"),
        span(each.text),
      ]),
    );
  }
  const title: Line =
    page.diff === null
      ? [span("Comments", "muted")]
      : [span("Files ", "muted"), span(String(page.diff.diff.files.length))];
  return (
    <Panel at={at} title={title}>
      <Lines at={content} lines={lines.map((line) => cutLine(line, content.width))} />
    </Panel>
  );
}

interface MainPanelProps {
  readonly source: ScreenSource;
  readonly look: UiState["diff"];
  readonly page: ReviewPage;
  readonly top: number;
  readonly isLoading: boolean;
}

function MainPanel({ source, look, page, top, isLoading }: MainPanelProps) {
  const { main, layout, content, diff } = page;
  if (page.section === "diff" && isLoading) {
    return (
      <Panel at={layout.main} title={[span("Diff", "title")]} tone="accent">
        <Waiting at={main} text="reading the diff" />
      </Panel>
    );
  }
  if (diff === null) {
    const last = Math.min(content.count, top + main.height);
    const note: Line =
      content.count > main.height
        ? [
            span(
              `${Math.min(top, Math.max(0, content.count - main.height)) + 1}-${Math.max(last, main.height)}/${content.count}`,
              "muted",
            ),
          ]
        : [];
    return (
      <Panel at={layout.main} title={[span(sectionTitle[page.section], "title")]} note={note} tone="accent">
        <Lines at={main} lines={slice(content, top, main.height)} />
      </Panel>
    );
  }
  return <DiffPanel source={source} page={diff} look={look} at={layout.main} />;
}
