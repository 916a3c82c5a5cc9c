/**
 * The compiler writes only what changed, and nothing that is gone. So the build begins with an empty folder where a source is gone, or
 * where packages were installed since: their types hold for what is compiled already, too.
 */
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const repository = fileURLToPath(new URL("../", import.meta.url));

const timeOf = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const isOlderThanPackages = () =>
  timeOf(`${dist}tsconfig.tsbuildinfo`) < timeOf(`${repository}node_modules/.package-lock.json`);
const hasLostSource = () =>
  readdirSync(dist, { recursive: true }).some(
    (file) => file.endsWith(".js") && !existsSync(`${repository}${file.slice(0, -".js".length)}.ts`),
  );

if (existsSync(dist) && (isOlderThanPackages() || hasLostSource())) {
  rmSync(dist, { recursive: true });
}
