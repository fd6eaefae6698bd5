import { OUTSIDE, PROVEN } from "./expectations.ts";
import { proveBreaks } from "./prove-breaks.ts";
import { tryBreaks } from "./try-breaks.ts";

proveBreaks(PROVEN);
tryBreaks(OUTSIDE);
