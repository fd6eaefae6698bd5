import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  openWorkspace,
  type TerraformRun,
  type TerraformWorkspace,
} from "../../lib/twin/terraform/plugin/run-terraform.ts";

const TERRAFORM = fileURLToPath(new URL("../../terraform/", import.meta.url));
const REMOTE = /backend = "s3"\n\n {2}config = \{[^}]*?key {4}= "([\w-]+)\/terraform\.tfstate"[^}]*\}/g;

/** Providers that run; which ones may change from call to call. */
interface Attached {
  /** The value of TF_REATTACH_PROVIDERS. */
  readonly reattach: string;
}

export type Variables = Readonly<Record<string, unknown>>;
export interface PlannedResource {
  readonly address: string;
  readonly type: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What stands at a path in a planned resource. */
export const valueAt = (resource: PlannedResource | undefined, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (value as Record<string | number, unknown> | undefined)?.[key],
    resource?.values,
  );

/** A copy of terraform/ whose states are files, so that layers can be planned and applied without AWS. */
export class LayersOnDisk {
  readonly #root = mkdtempSync(join(tmpdir(), "strata-layers-"));
  readonly #providers: Attached;
  readonly #workspaces = new Map<string, TerraformWorkspace>();

  constructor(providers: Attached) {
    this.#providers = providers;
    cpSync(TERRAFORM, join(this.#root, "terraform"), { recursive: true });
  }

  remove(): void {
    for (const workspace of this.#workspaces.values()) workspace.remove();
    rmSync(this.#root, { recursive: true, force: true });
  }

  /** @returns planned resources, or terraform's complaint. */
  async plan(directory: string, variables: Variables): Promise<PlannedResource[] | string> {
    const run = await this.#run(directory, variables);
    const plan = join(this.#root, "plan");
    const planned = await run(["plan", "-no-color", "-refresh=false", `-out=${plan}`]);
    if (planned.exitCode !== 0) return planned.stderr;
    const shown = JSON.parse((await run(["show", "-json", plan])).stdout) as {
      planned_values: { root_module: Module };
    };
    return resourcesOf(shown.planned_values.root_module);
  }

  /** @returns what terraform said. */
  async apply(directory: string, variables: Variables): Promise<string> {
    const run = await this.#run(directory, variables);
    const { stdout, stderr } = await run(["apply", "-no-color", "-auto-approve"]);
    return stdout + stderr;
  }

  /** @returns what terraform said. */
  async destroy(directory: string, variables: Variables): Promise<string> {
    const run = await this.#run(directory, variables);
    const { stdout, stderr } = await run(["destroy", "-no-color", "-auto-approve"]);
    return stdout + stderr;
  }

  /** Reads the world anew. @returns exit code 0 when nothing is left to change, 2 when something is. */
  async replan(directory: string, variables: Variables): Promise<{ code: number; output: string }> {
    const run = await this.#run(directory, variables);
    const again = await run(["plan", "-no-color", "-detailed-exitcode"]);
    return { code: again.exitCode, output: again.stdout + again.stderr };
  }

  /** Puts a file beside the layer's own; it counts from the next run on. */
  write(directory: string, file: string, text: string): void {
    writeFileSync(join(this.#root, "terraform", directory, file), text);
  }

  /** Loses the layer's state, as if somebody else had made everything by hand. */
  forget(directory: string): void {
    rmSync(this.#statePath(directory));
  }

  /** Gives the layer a state that terraform wrote elsewhere. */
  restore(directory: string, state: unknown): void {
    writeFileSync(this.#statePath(directory), JSON.stringify(state));
  }

  /** The layer's state as terraform wrote it. */
  state(directory: string): unknown {
    return JSON.parse(readFileSync(this.#statePath(directory), "utf8"));
  }

  #statePath(directory: string): string {
    return join(this.#root, `${directory.replaceAll("/", "-")}.tfstate`);
  }

  async #run(directory: string, variables: Variables): Promise<Run> {
    const workspace = this.#workspaces.get(directory) ?? (await this.#initialise(directory));
    const layer = join(this.#root, "terraform", directory);
    writeFileSync(join(layer, "test.auto.tfvars.json"), JSON.stringify(variables));
    const environment = { TF_REATTACH_PROVIDERS: this.#providers.reattach };
    return (args) => workspace.run(args, { environment });
  }

  /** Moves the layer's state and those that it reads from S3 to files. */
  async #initialise(directory: string): Promise<TerraformWorkspace> {
    const layer = join(this.#root, "terraform", directory);
    const main = join(layer, "main.tf");
    writeFileSync(
      main,
      readFileSync(main, "utf8").replace(REMOTE, (_, upstream: string) => {
        const path = JSON.stringify(join(this.#root, `${upstream}.tfstate`));
        return `backend = "local"\n  config = { path = ${path} }`;
      }),
    );
    writeFileSync(
      join(layer, "backend_override.tf"),
      `terraform {\n  backend "local" {\n    path = ${JSON.stringify(this.#statePath(directory))}\n  }\n}\n`,
    );
    const workspace = openWorkspace(layer, this.#providers.reattach);
    this.#workspaces.set(directory, workspace);
    const initialised = await workspace.run(["init", "-no-color"]);
    if (initialised.exitCode !== 0) throw new Error(initialised.stderr);
    return workspace;
  }
}

type Run = (args: string[]) => Promise<TerraformRun>;

interface Module {
  readonly resources?: PlannedResource[];
  readonly child_modules?: Module[];
}
const resourcesOf = (module: Module): PlannedResource[] => [
  ...(module.resources ?? []),
  ...(module.child_modules ?? []).flatMap(resourcesOf),
];
