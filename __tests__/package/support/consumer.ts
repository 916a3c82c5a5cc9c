import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export const REPOSITORY = resolve(__dirname, "../../../..");

/** A flavour of CDK for Terraform, and the entry of this package for it. */
export const FLAVOURS = {
  cdktf: "cdktf-defender-for-cloud",
  cdktn: "cdktf-defender-for-cloud/cdktn",
} as const;

export type Flavour = keyof typeof FLAVOURS;

/** The npm package as it would be published. */
export function packedPackage(target: string): string {
  const packed = npm(target, "pack", "--json", "--ignore-scripts", REPOSITORY);
  const [{ filename }] = JSON.parse(packed) as [{ readonly filename: string }];
  return join(target, filename);
}

/** The version of the npm package in a folder. */
export function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { readonly version: string }).version;
}

/** An empty project of a user who installs the package, and one flavour with what it needs. No network is used. */
export class Consumer {
  public readonly folder = mkdtempSync(join(tmpdir(), "consumer-"));

  public constructor(
    private readonly flavour: Flavour,
    tarball: string,
  ) {
    // npm takes as installed what is there in the right version, and fetches nothing.
    const present = [flavour, "constructs", "yaml"];
    for (const name of present) {
      cpSync(join(REPOSITORY, "node_modules", name), join(this.folder, "node_modules", name), { recursive: true });
    }
    const versions = present.map((name) => [name, versionOf(join(REPOSITORY, "node_modules", name))]);
    this.write(
      "package.json",
      JSON.stringify({ name: "consumer", private: true, dependencies: Object.fromEntries(versions) as object }),
    );
    npm(this.folder, "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", tarball);
  }

  public write(name: string, text: string): void {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  public read(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }

  /** Copies the repository's app and its examples, so that they import the package. */
  public copyExamples(): void {
    const files = readdirSync(join(REPOSITORY, "examples"), { recursive: true, encoding: "utf8" }).map((name) =>
      join("examples", name),
    );
    cpSync(join(REPOSITORY, "examples"), join(this.folder, "examples"), { recursive: true });
    for (const name of ["main.ts", ...files.filter((file) => file.endsWith(".ts"))]) {
      const text = readFileSync(join(REPOSITORY, name), "utf8")
        .replaceAll(/"(?:\.\/|(?:\.\.\/)+)modules(\/portal)?"/g, `"${FLAVOURS[this.flavour]}$1"`)
        .replaceAll('"cdktf"', `"${this.flavour}"`);
      this.write(name, text);
    }
  }

  /** Compiles as strictly as the compiler can, declarations of packages included. */
  public compile(moduleResolution: "node10" | "node16"): void {
    const compilerOptions = {
      target: "ES2022",
      module: moduleResolution === "node10" ? "commonjs" : "node16",
      moduleResolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      resolveJsonModule: true,
      esModuleInterop: true,
      rootDir: ".",
      outDir: "built",
      types: ["node"],
      typeRoots: [join(REPOSITORY, "node_modules/@types")],
    };
    this.write("tsconfig.json", JSON.stringify({ compilerOptions, include: ["*.ts", "examples"] }));
    this.run(join(REPOSITORY, "node_modules/typescript/bin/tsc"), "-p", ".");
  }

  /** Runs a file with Node, and only with what is installed here. */
  public run(...args: string[]): string {
    return execute(this.folder, process.execPath, args);
  }

  /** Runs a file as {@link run} does, and may fail. Nobody is signed in to a cloud. */
  public attempt(...args: string[]): { readonly status: number | null; readonly stderr: string } {
    const env = { ...environment(), HOME: this.folder, AWS_EC2_METADATA_DISABLED: "true" };
    return spawnSync(process.execPath, args, { cwd: this.folder, encoding: "utf8", env });
  }

  /** Size of everything that is installed, in bytes. */
  public installedBytes(): number {
    const root = join(this.folder, "node_modules");
    return readdirSync(root, { recursive: true, encoding: "utf8" })
      .map((name) => lstatSync(join(root, name)))
      .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

function npm(folder: string, ...args: string[]): string {
  return execute(folder, "npm", args);
}

function execute(folder: string, command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { cwd: folder, encoding: "utf8", env: environment(), stdio: "pipe" });
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${command} ${args.join(" ")}\n${stdout}\n${stderr}`);
  }
}

/** Where a proxy that does not exist stands between the project and any network. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, HTTP_PROXY: "http://127.0.0.1:9", HTTPS_PROXY: "http://127.0.0.1:9" };
}
