import { Construct } from "constructs";
import { ADOPTED, refuseToDestroy } from "./adopted-objects";

/**
 * Goes where a {@link CloudTrailFanout} was, with the same scope and id, when the fan-out is taken out of the code or
 * switched off. Terraform then destroys topic and queues, and fails with "Instance cannot be destroyed" unless phase
 * `release` has been applied before: otherwise it would empty the bucket's notification and Sentinel's queue policy. An
 * account that never had a fan-out is not touched.
 */
export class RemovedCloudTrailFanout extends Construct {
  public constructor(scope: Construct, id: string) {
    super(scope, id);
    for (const adopted of Object.values(ADOPTED)) {
      refuseToDestroy(this, adopted);
    }
  }
}
