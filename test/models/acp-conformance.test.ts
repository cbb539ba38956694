import { acp } from "./acp-subject.ts";
import { conforms } from "./conformance.ts";

conforms(acp);
