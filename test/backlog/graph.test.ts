import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { buildGraph, findCycles, type GraphTask, readyTasks, unmetNeeds } from "../../src/backlog/graph.ts";
import type { TaskState } from "../../src/domain/task.ts";

const tasks = (edges: Readonly<Record<string, readonly string[]>>): GraphTask[] =>
  Object.entries(edges).map(([id, needs]) => ({ id, needs }));

const diamond = tasks({ end: ["left", "right"], left: ["start"], right: ["start"], start: [], alone: [] });

/** Tasks that need only earlier ones, in an order that does not give that away. */
const acyclic = fc.array(fc.array(fc.nat(30), { maxLength: 5 }), { minLength: 1, maxLength: 30 }).chain((lists) => {
  const made = lists.map((needs, index) => ({
    id: `t${index}`,
    needs: index === 0 ? [] : needs.map((need) => `t${need % index}`),
  }));
  return fc.shuffledSubarray(made, { minLength: made.length });
});

const anyGraph = fc
  .array(fc.array(fc.nat(12), { maxLength: 4 }), { maxLength: 12 })
  .map((lists) => lists.map((needs, index) => ({ id: `t${index}`, needs: needs.map((need) => `t${need}`) })));

describe("a graph", () => {
  test("has waves, an order and a critical path", () => {
    const graph = buildGraph(diamond, ({ id }) => (id === "right" ? 10 : 1));
    expect(graph.waves).toEqual([["start", "alone"], ["left", "right"], ["end"]]);
    expect(graph.criticalPath).toEqual(["start", "right", "end"]);
    expect(Object.fromEntries(graph.criticalMs)).toEqual({ end: 1, left: 2, right: 11, start: 12, alone: 1 });
    expect(graph.dependants.get("start")).toEqual(["left", "right"]);
  });

  test("of nothing is empty", () => {
    expect(buildGraph([])).toMatchObject({ ids: [], order: [], waves: [], criticalPath: [] });
    expect(findCycles([])).toEqual([]);
  });

  test("says what may start", () => {
    const graph = buildGraph([...diamond, { id: "orphan", needs: ["gone"] }]);
    const states: Record<string, TaskState> = {
      start: "DONE",
      left: "NEW",
      right: "FAILED",
      end: "NEW",
      alone: "PLANNING",
      orphan: "NEW",
    };
    const stateOf = (id: string): TaskState | undefined => states[id];
    expect(readyTasks(graph, stateOf)).toEqual(["left"]);
    expect(unmetNeeds(graph, stateOf, "end")).toEqual(["left", "right"]);
    expect(unmetNeeds(graph, stateOf, "orphan")).toEqual(["gone"]);
    expect(readyTasks(graph, (id) => (id === "gone" ? "DONE" : stateOf(id)))).toEqual(["left", "orphan"]);
  });

  test("with a cycle leaves out what can never start", () => {
    const knot = tasks({ a: ["b"], b: ["a"], behind: ["a"], free: [] });
    expect(buildGraph(knot).order).toEqual(["free"]);
    expect(findCycles(knot)).toEqual([["a", "b", "a"]]);
    expect(findCycles(tasks({ a: ["a"] }))).toEqual([["a", "a"]]);
  });

  test("puts each task after its needs, in the earliest wave that allows it", () => {
    fc.assert(
      fc.property(acyclic, (given) => {
        const graph = buildGraph(given);
        const waveOf = new Map(graph.waves.flatMap((wave, index) => wave.map((id) => [id, index] as const)));
        expect(findCycles(given)).toEqual([]);
        expect(new Set(graph.order)).toEqual(new Set(given.map(({ id }) => id)));
        expect(graph.order).toHaveLength(given.length);
        for (const { id, needs } of given) {
          expect(waveOf.get(id)).toBe(Math.max(-1, ...needs.map((need) => waveOf.get(need) ?? NaN)) + 1);
        }
      }),
    );
  });

  test("has a critical path that is a chain of needs and as long as the longest", () => {
    fc.assert(
      fc.property(acyclic, (given) => {
        const estimate = (id: string): number => (Number(id.slice(1)) % 7) + 1;
        const { criticalMs, criticalPath, dependants } = buildGraph(given, ({ id }) => estimate(id));
        const total = criticalPath.reduce((sum, id) => sum + estimate(id), 0);
        expect(total).toBe(Math.max(...criticalMs.values()));
        criticalPath.slice(1).forEach((id, index) => expect(dependants.get(criticalPath[index] ?? "")).toContain(id));
        for (const { id } of given) {
          const after = (dependants.get(id) ?? []).map((next) => criticalMs.get(next) ?? NaN);
          expect(criticalMs.get(id)).toBe(estimate(id) + Math.max(0, ...after));
        }
      }),
    );
  });

  test("names cycles exactly where some task can never start", () => {
    fc.assert(
      fc.property(anyGraph, (given) => {
        const needs = new Map(given.map((task) => [task.id, task.needs]));
        const cycles = findCycles(given);
        expect(cycles.length > 0).toBe(buildGraph(given).order.length < given.length);
        for (const cycle of cycles) {
          expect(cycle[0]).toBe(cycle.at(-1));
          expect(new Set(cycle).size).toBe(cycle.length - 1);
          cycle.slice(1).forEach((id, index) => expect(needs.get(cycle[index] ?? "")).toContain(id));
        }
      }),
    );
  });

  test("finishes when tasks are done as they become ready", () => {
    fc.assert(
      fc.property(acyclic, (given) => {
        const graph = buildGraph(given);
        const done = new Set<string>();
        const stateOf = (id: string): TaskState => (done.has(id) ? "DONE" : "NEW");
        for (let ready = readyTasks(graph, stateOf); ready.length > 0; ready = readyTasks(graph, stateOf)) {
          for (const id of ready) done.add(id);
        }
        expect(done.size).toBe(given.length);
      }),
    );
  });

  test("of ten thousand tasks in a chain, or all on one, is no matter", () => {
    const size = 10_000;
    const chain = Array.from({ length: size }, (_, i) => ({ id: `t${i}`, needs: i === size - 1 ? [] : [`t${i + 1}`] }));
    const star = Array.from({ length: size }, (_, i) => ({ id: `t${i}`, needs: i === 0 ? [] : ["t0"] }));
    const ring = chain.map((task) => (task.needs.length === 0 ? { ...task, needs: ["t0"] } : task));
    let asked = 0;
    const estimate = (): number => (asked += 1) && 1;
    expect(buildGraph(chain, estimate).criticalPath).toHaveLength(size);
    expect(asked).toBeLessThan(3 * size);
    expect(buildGraph(star).waves.map((wave) => wave.length)).toEqual([1, size - 1]);
    expect(findCycles(ring)[0]).toHaveLength(size + 1);
  });
});
