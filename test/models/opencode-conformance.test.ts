import { opencode } from "./agent-subjects.ts";
import { conforms } from "./conformance.ts";

conforms(opencode);
