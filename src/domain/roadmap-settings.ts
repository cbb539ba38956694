/** How far a roadmap may go before a person is asked. */
export interface RoadmapSettings {
  readonly stages: number;
  /** Revisions after the first. */
  readonly changes: number;
  /** How often one stage may be opened again. */
  readonly reopen: number;
  /** How often a piece of work is corrected. */
  readonly fixCycles: number;
  /** The share by which what is open has to shrink with each correction. */
  readonly fixProgress: number;
}

export const defaultRoadmap: RoadmapSettings = { stages: 12, changes: 8, reopen: 2, fixCycles: 4, fixProgress: 0.3 };

/** How far the roadmaps of a run may go; one of before there were any has the defaults. */
export const roadmapSettings = (settings: { readonly roadmap?: RoadmapSettings }): RoadmapSettings =>
  settings.roadmap ?? defaultRoadmap;
