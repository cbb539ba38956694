/** A row of `why ID`, which goes on below itself where it is too long. */
export interface WhyRow {
  /** What goes before it; absent: nothing but its indent. */
  readonly label?: string;
  readonly indent?: number;
  readonly text: string;
}

/** Texts below one label. */
export const labelled = (label: string, texts: readonly string[]): readonly WhyRow[] =>
  texts.map((text, index) => ({ label: index === 0 ? label : "", text }));
