import { playFamily } from "./play-family.ts";

await playFamily("proof", ["off"]);
