import { App } from "cdktf";
import { CloudTrailFanoutExample, CloudTrailFanoutRelease } from "./examples/cloudtrail-fanout";
import { Foundational } from "./examples/foundational";
import { ManagementAccount } from "./examples/management-account";
import { PortalTemplateExample, PortalTemplateRelease } from "./examples/portal-template";
import { SentinelConnected, SentinelConnectedRelease } from "./examples/sentinel-connected";
import { Standalone } from "./examples/standalone";
import { InputError } from "./modules";

try {
  const app = new App();
  new Foundational(app, "foundational");
  new Standalone(app, "standalone");
  new SentinelConnected(app, "sentinel-connected");
  new SentinelConnectedRelease(app, "sentinel-connected-release");
  new CloudTrailFanoutExample(app, "cloudtrail-fanout");
  new CloudTrailFanoutRelease(app, "cloudtrail-fanout-release");
  new ManagementAccount(app, "management-account");
  new PortalTemplateExample(app, "portal-template");
  new PortalTemplateRelease(app, "portal-template-release");
  app.synth();
} catch (error) {
  if (!(error instanceof InputError)) {
    throw error;
  }
  // The message says what to do; the place in the code does not help whoever gave the input.
  console.error(error.message);
  process.exitCode = 1;
}
