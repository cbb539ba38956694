import { playFamily } from "./play-family.ts";

await playFamily("gate", ["off"]);
