import { claude } from "./claude-subject.ts";
import { conforms } from "./conformance.ts";

conforms(claude);
