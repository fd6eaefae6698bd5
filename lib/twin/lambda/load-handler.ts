import { existsSync, readFileSync } from "node:fs";
import Module from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export type Handler = (event: unknown, context: unknown) => unknown;

/** An error that Lambda's own runtime reports, with the name that it gives it. */
export class RuntimeFailure extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

interface CompilableModule {
  filename: string;
  paths: string[];
  exports: unknown;
  _compile(source: string, filename: string, format?: string): unknown;
}
interface ModuleInternals {
  new (id: string): CompilableModule;
  _nodeModulePaths(directory: string): string[];
}

/**
 * A `.js` file is CommonJS unless a package.json *inside the bundle* says otherwise: the bundle's own directory
 * decides, as on Lambda, and not a package.json of a directory that it happens to lie in here.
 */
function loadCommonJs(file: string, directory: string): unknown {
  const Internals = Module as unknown as ModuleInternals;
  const module = new Internals(file);
  module.filename = file;
  module.paths = Internals._nodeModulePaths(directory);
  module._compile(readFileSync(file, "utf8"), file, "commonjs");
  return module.exports;
}

function isEsmBundle(directory: string): boolean {
  const description = join(directory, "package.json");
  if (!existsSync(description)) return false;
  const parsed: unknown = JSON.parse(readFileSync(description, "utf8"));
  return typeof parsed === "object" && parsed !== null && "type" in parsed && parsed.type === "module";
}

async function loadModule(directory: string, name: string): Promise<unknown> {
  const find = (extension: string) => {
    const file = join(directory, `${name}${extension}`);
    return existsSync(file) ? file : undefined;
  };
  const script = find(".js");
  if (script && !isEsmBundle(directory)) return loadCommonJs(script, directory);
  const esm = script ?? find(".mjs");
  if (esm) return import(pathToFileURL(esm).href);
  const cjs = find(".cjs");
  if (cjs) return loadCommonJs(cjs, directory);
  throw new RuntimeFailure("Runtime.ImportModuleError", `Error: Cannot find module '${name}'`);
}

/**
 * The function behind `file.export` of a bundle.
 * @throws RuntimeFailure with Lambda's names: ImportModuleError, HandlerNotFound, and for nodejs24.x, which takes
 * async handlers only, CallbackHandlerDeprecated.
 */
export async function loadHandler(directory: string, handler: string): Promise<Handler> {
  const dot = handler.lastIndexOf(".");
  const exports = (await loadModule(directory, handler.slice(0, dot))) as Record<string, unknown>;
  const found = exports[handler.slice(dot + 1)];
  if (typeof found !== "function")
    throw new RuntimeFailure("Runtime.HandlerNotFound", `${handler} is undefined or not exported`);
  if (found.length >= 3)
    throw new RuntimeFailure(
      "Runtime.CallbackHandlerDeprecated",
      "callback-based handlers are not supported from Node.js 24 on; use an async handler",
    );
  return found as Handler;
}
