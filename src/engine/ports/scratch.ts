/** What may be lost: live text of running calls, for windows. */
export interface Scratch {
  /** Keeps the last 8 KB of a call's text and what its tool does. */
  tail(call: string, text: string): void;
  tool(call: string, tool: string | null): void;
  read(call: string): { readonly text: string; readonly tool: string | null; readonly bytes: number } | null;
}
