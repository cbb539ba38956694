import { codexAppServer, codexExec } from "./agent-subjects.ts";
import { conforms } from "./conformance.ts";

conforms(codexAppServer);
conforms(codexExec);
