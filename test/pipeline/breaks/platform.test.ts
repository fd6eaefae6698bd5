import { PLATFORM } from "./expectations.ts";
import { tryBreaks } from "./try-breaks.ts";

tryBreaks(PLATFORM);
