import { CERTIFICATES } from "./expectations.ts";
import { tryBreaks } from "./try-breaks.ts";

tryBreaks(CERTIFICATES);
