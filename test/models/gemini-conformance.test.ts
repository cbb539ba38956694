import { gemini } from "./agent-subjects.ts";
import { conforms } from "./conformance.ts";

conforms(gemini);
