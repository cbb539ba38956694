import { codex } from "./agent-subjects.ts";
import { conforms } from "./conformance.ts";

conforms(codex);
