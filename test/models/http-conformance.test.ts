import { conforms } from "./conformance.ts";
import { dialects } from "./dialects.ts";
import { httpSubject } from "./http-subject.ts";
import { loopback } from "./loopback.ts";

const server = loopback();
for (const dialect of dialects) conforms(httpSubject(dialect, server));
