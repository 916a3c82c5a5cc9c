import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { REPOSITORY } from "./markdown";

const node = JSON.stringify(process.execPath);
const inRepository = (...path: string[]) => JSON.stringify(join(REPOSITORY, ...path));

/**
 * Programs in place of those that would fetch something or ask somebody: `npm` and `npx` use what is compiled and installed already,
 * and `az` does nothing.
 */
const PROGRAMS: Readonly<Record<string, string>> = {
  az: "exit 0",
  npm: `
case "$*" in
  ci|init*|install*|test) ;;
  start) exec sh -c "$(${node} -p 'require(${inRepository("package.json")}).scripts.start')" ;;
  "run synth"|"run --silent synth") exec ${node} ${inRepository("dist/main.js")} ;;
  "run rehearse -- "*) shift 3; ${node} ${inRepository("dist/main.js")}; exec ${node} ${inRepository("dist/cli/index.js")} rehearse "$@" ;;
  *) echo "npm $* is not known here" >&2; exit 1 ;;
esac`,
  npx: `
program=$1; shift
case "$program" in
  tsc) exec ${node} ${inRepository("node_modules/typescript/bin/tsc")} "$@" ;;
  cdktf)
    [ "$1" = deploy ] && set -- "$@" --auto-approve --skip-provider-lock
    exec ${node} ${JSON.stringify(require.resolve("cdktf-cli/bundle/bin/cdktf"))} "$@" ;;
  cdktf-defender-for-cloud) exec ${node} ${inRepository("dist/cli/index.js")} "$@" ;;
  *) echo "npx $program is not known here" >&2; exit 1 ;;
esac`,
};

/** What commands of a page did. */
export interface Ran {
  readonly status: number | null;
  readonly output: string;
}

/** An empty folder, in which commands of a page run as a reader types them, offline. */
export class FreshFolder {
  readonly path = mkdtempSync(join(tmpdir(), "fresh-folder-"));
  private readonly programs = mkdtempSync(join(tmpdir(), "programs-"));

  constructor() {
    for (const [name, script] of Object.entries(PROGRAMS)) {
      writeFileSync(join(this.programs, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(this.programs, name), 0o755);
    }
  }

  write(name: string, text: string): void {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Makes something of the repository appear here. */
  link(name: string, target = name): void {
    const link = join(this.path, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(REPOSITORY, target), link);
  }

  /** @param environment - with the variables of a rehearsal, terraform uses its clouds */
  async run(commands: string, environment: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const child = spawn("sh", ["-euc", commands], {
      cwd: this.path,
      env: {
        PATH: [this.programs, dirname(process.execPath), process.env.PATH].join(delimiter),
        HOME: this.path,
        CDKTF_HOME: join(this.path, "home"),
        CHECKPOINT_DISABLE: "1",
        DISABLE_VERSION_CHECK: "1",
        ...environment,
      },
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => output.push(text));
    }
    const status = await new Promise<number | null>((end, fail) => {
      child.on("error", fail);
      child.on("close", end);
    });
    return { status, output: output.join("") };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
    rmSync(this.programs, { recursive: true, force: true });
  }
}
