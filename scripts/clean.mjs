// A file whose source is gone must not stay behind: the build always starts from an empty folder.
import { rmSync } from "node:fs";

rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
