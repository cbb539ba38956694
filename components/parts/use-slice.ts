import { useCallback, useSyncExternalStore } from "react";

import type { ScreenSource, SliceName, Slices } from "../../src/view/screen/screen-source.ts";

/** The present snapshot of a slice; the component draws anew when it changes. */
export function useSlice<S extends SliceName>(source: ScreenSource, slice: S, id = ""): Slices[S] {
  const subscribe = useCallback((listener: () => void) => source.subscribe(slice, id, listener), [source, slice, id]);
  const getSnapshot = useCallback(() => source.getSnapshot(slice, id), [source, slice, id]);
  return useSyncExternalStore(subscribe, getSnapshot, getSnapshot);
}
