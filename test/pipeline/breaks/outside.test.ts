import { PROVEN } from "./expectations.ts";
import { proveBreaks } from "./prove-breaks.ts";

proveBreaks(PROVEN);
