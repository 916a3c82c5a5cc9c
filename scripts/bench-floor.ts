/**
 * The floor of the benchmark: the resources and data sources of stacks that were synthesized before, in the folder that the
 * first argument names, each as one raw resource of cdktf with the same arguments, and nothing of this library. It loads the
 * provider bindings that FLOOR_BINDINGS names, those of the examples: a hand-written stack would load them, too.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformResource, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

for (const binding of JSON.parse(process.env.FLOOR_BINDINGS ?? "[]") as string[]) {
  module.require(binding);
}

type Blocks = Readonly<Record<string, Readonly<Record<string, Record<string, unknown>>>>>;

class RawResource extends TerraformResource {
  public constructor(
    scope: Construct,
    id: string,
    type: string,
    private readonly block: Record<string, unknown>,
  ) {
    super(scope, id, { terraformResourceType: type });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return this.block;
  }
}

const folder = join(process.argv[2] ?? "", "stacks");
const app = new App();
for (const name of readdirSync(folder)) {
  const { resource = {}, data = {} } = JSON.parse(readFileSync(join(folder, name, "cdk.tf.json"), "utf8")) as {
    readonly resource?: Blocks;
    readonly data?: Blocks;
  };
  const stack = new TerraformStack(app, name);
  for (const [type, blocks] of [...Object.entries(resource), ...Object.entries(data)]) {
    for (const [id, block] of Object.entries(blocks)) {
      new RawResource(stack, `${type}-${id}`, type, { ...block, "//": undefined });
    }
  }
}
app.synth();
