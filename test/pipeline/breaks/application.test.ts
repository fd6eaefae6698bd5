import { APPLICATION } from "./expectations.ts";
import { tryBreaks } from "./try-breaks.ts";

tryBreaks(APPLICATION);
