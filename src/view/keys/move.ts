import { inside } from "../layout/layout.ts";
import { moved, moveTo, scrolled, type Movement } from "../layout/list-window.ts";
import { movedPlace } from "../review/diff-place.ts";
import { anchored, anchorFor, type Anchor, type Growing } from "../layout/scrollable.ts";
import {
  detailPage,
  eventsContent,
  logPage,
  modelsPage,
  previewContent,
  reviewPage,
  tasksPage,
} from "../screen/pages.ts";
import { moveAsk } from "./handlers-asks.ts";
import { statsPage } from "../stats/stats-page.ts";
import { withPlace, type DiffPage } from "../screen/diff-page.ts";
import type { World } from "../screen/screen-model.ts";
import type { UiState } from "../screen/ui-state.ts";

/** Up, down and far: the cursor or the scroll position of whatever has the focus. */
export function move(ui: UiState, world: World, movement: Movement): UiState {
  if (ui.detail !== null) return moveDetail(ui, world, movement);
  switch (ui.view) {
    case "tasks":
      return moveTasks(ui, world, movement);
    case "models": {
      const { models, rows, window } = modelsPage(ui, world);
      const target = moved(window.selected, movement, models.length, rows.height);
      return {
        ...ui,
        models: { cursor: moveTo(window, target, models.length, rows.height, (index) => models[index]?.name) },
      };
    }
    case "review":
      return moveReview(ui, world, movement);
    case "ask":
      return moveAsk(ui, world, movement);
    case "stats": {
      const { at, content } = statsPage(world);
      return { ...ui, stats: { top: scrolled(ui.stats.top, movement, content.count, inside(at).height) } };
    }
    case "log": {
      const { at, content } = logPage(ui, world);
      return { ...ui, log: { ...ui.log, anchor: moveAnchor(content, ui.log.anchor, movement, inside(at).height) } };
    }
  }
}

function moveAnchor(content: Growing, anchor: Anchor, movement: Movement, height: number): Anchor {
  const { top } = anchored(content, anchor, height);
  return anchorFor(content, scrolled(top, movement, content.count, height), height, anchor);
}

function moveTasks(ui: UiState, world: World, movement: Movement): UiState {
  const { layout, list, rows, window } = tasksPage(ui, world);
  const { preview, events } = layout;
  if (ui.tasks.focus === "preview" && preview !== null) {
    const at = inside(preview);
    return {
      ...ui,
      tasks: {
        ...ui.tasks,
        previewTop: scrolled(ui.tasks.previewTop, movement, previewContent(ui, world, at).count, at.height),
      },
    };
  }
  if (ui.tasks.focus === "events" && events !== null) {
    const { width, height } = inside(events);
    return {
      ...ui,
      tasks: { ...ui.tasks, events: moveAnchor(eventsContent(world, width), ui.tasks.events, movement, height) },
    };
  }
  const count = list.entries.length;
  const target = moved(window.selected, movement, count, rows.height);
  return {
    ...ui,
    tasks: {
      ...ui.tasks,
      cursor: moveTo(window, target, count, rows.height, (index) => list.entries[index]?.row.id),
      previewTop: 0,
    },
  };
}

/** Puts the cursor of the diff elsewhere. */
const moveDiff = (ui: UiState, page: DiffPage, movement: Movement): UiState =>
  withPlace(ui, page, movedPlace(page.body, page.place, movement, page.main.height));

function moveReview(ui: UiState, world: World, movement: Movement): UiState {
  const page = reviewPage(ui, world);
  if (page === null) return ui;
  if (page.diff === null)
    return {
      ...ui,
      review: { ...ui.review, top: scrolled(ui.review.top, movement, page.content.count, page.main.height) },
    };
  return moveDiff(ui, page.diff, movement);
}

function moveDetail(ui: UiState, world: World, movement: Movement): UiState {
  if (ui.detail === null) return ui;
  const { growing, content, main, diff } = detailPage(ui, world, ui.detail.task);
  if (diff !== null) return moveDiff(ui, diff, movement);
  if (growing !== null)
    return { ...ui, detail: { ...ui.detail, anchor: moveAnchor(growing, ui.detail.anchor, movement, main.height) } };
  return { ...ui, detail: { ...ui.detail, top: scrolled(ui.detail.top, movement, content.count, main.height) } };
}
