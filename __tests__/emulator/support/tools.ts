import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** What the emulator tests need from the machine. */
export interface Tools {
  readonly terraform: string;
  readonly motoServer: string;
  readonly awsProvider: ProviderMirror;
}

/** A filesystem mirror (Terraform CLI configuration, "Provider Installation") that holds hashicorp/aws. */
export interface ProviderMirror {
  readonly directory: string;
  /** The newest version that the mirror holds for this platform. */
  readonly version: string;
  /** The folder with that version's program, where the mirror holds it unpacked. */
  readonly unpacked: string | undefined;
}

const AWS_PROVIDER = "registry.terraform.io/hashicorp/aws";
const PLATFORM = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;

/**
 * `describe` with the tools. Where one is missing, one line says which, and the tests are skipped; with the environment
 * variable `CI_REQUIRE_EMULATOR` they fail instead.
 */
export function describeWithTools(name: string, tests: (tools: Tools) => void): void {
  const terraform = findProgram("terraform", process.env.TERRAFORM_BIN_PATH);
  const motoServer = findProgram("moto_server", process.env.MOTO_SERVER_BIN_PATH);
  const awsProvider = findAwsProvider();
  if (terraform && motoServer && awsProvider) {
    describe(name, () => {
      tests({ terraform, motoServer, awsProvider });
    });
    return;
  }
  const missing = [
    !terraform && "terraform (on the PATH, or TERRAFORM_BIN_PATH)",
    !motoServer && "moto_server (on the PATH, or MOTO_SERVER_BIN_PATH)",
    !awsProvider && "a filesystem mirror with hashicorp/aws (TF_PROVIDER_MIRROR)",
  ].filter(Boolean);
  const message = `emulator tests need ${missing.join(" and ")}`;
  if (process.env.CI_REQUIRE_EMULATOR) throw new Error(message);
  process.stderr.write(`skipped "${name}": ${message}\n`);
  describe.skip(name, () => {
    test.todo(message);
  });
}

/** A path that is given but cannot be run counts as missing: it is never replaced by another program in silence. */
function findProgram(name: string, givenPath: string | undefined): string | undefined {
  const candidates = givenPath ? [givenPath] : (process.env.PATH ?? "").split(delimiter).map((dir) => join(dir, name));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The first mirror with hashicorp/aws: the one that is given, else one of the folders in which Terraform or people keep them. */
function findAwsProvider(): ProviderMirror | undefined {
  const given = process.env.TF_PROVIDER_MIRROR;
  for (const directory of given ? [given] : usualMirrors()) {
    const folder = join(directory, AWS_PROVIDER);
    const version = versionsIn(folder).at(-1);
    if (version !== undefined) {
      const unpacked = join(folder, version, PLATFORM);
      return { directory, version, unpacked: existsSync(unpacked) ? unpacked : undefined };
    }
  }
  return undefined;
}

/** Terraform's own folders ("Implied Local Mirror Directories"), then whatever lies one level below the system's. */
function usualMirrors(): readonly string[] {
  const dataFolders = (process.env.XDG_DATA_DIRS ?? "/usr/local/share:/usr/share").split(delimiter);
  return [
    join(homedir(), ".terraform.d", "plugins"),
    join(process.env.XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "terraform", "plugins"),
    ...dataFolders.map((folder) => join(folder, "terraform", "plugins")),
    ...["/opt", "/usr/local/share", "/usr/share", "/usr/local/lib", "/usr/lib"].flatMap((folder) =>
      list(folder).map((name) => join(folder, name)),
    ),
  ];
}

/** Unpacked: `<version>/<platform>/`; packed: `terraform-provider-aws_<version>_<platform>.zip`. */
function versionsIn(folder: string): readonly string[] {
  const entries = list(folder);
  const unpacked = entries.filter((entry) => list(join(folder, entry)).includes(PLATFORM));
  const packed = entries.flatMap((entry) => {
    const [, version, on] = /^terraform-provider-aws_([\d.]+)_(\w+)\.zip$/.exec(entry) ?? [];
    return version && on === PLATFORM ? [version] : [];
  });
  return [...unpacked, ...packed].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
