import { conforms } from "./conformance.ts";
import { scripted } from "./scripted-subject.ts";

conforms(scripted);
