import { createContext, useContext } from "react";

import type { OwnKeys } from "../../src/view/keys/command-spec.ts";

/** Keys of the person's own, for what names a key far from where keys are handled. */
export const KeysContext = createContext<OwnKeys | undefined>(undefined);

export const useOwnKeys = (): OwnKeys | undefined => useContext(KeysContext);
