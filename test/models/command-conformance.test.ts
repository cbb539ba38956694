import { command } from "./command-subject.ts";
import { conforms } from "./conformance.ts";

conforms(command);
