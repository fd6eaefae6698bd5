#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// Half of the time that the program takes to begin is compiling its modules; kept, it is done once.
enableCompileCache(fileURLToPath(new URL("../.strata/compiled", import.meta.url)));
const { main } = await import("../lib/cli/program.ts");

process.exitCode = await main(process.argv.slice(2));
