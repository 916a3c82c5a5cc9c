import { App } from "cdktf";
import { CloudTrailFanoutExample } from "./examples/cloudtrail-fanout";
import { ManagementAccount } from "./examples/management-account";
import { SentinelConnected } from "./examples/sentinel-connected";
import { Standalone } from "./examples/standalone";

const app = new App();
new Standalone(app, "standalone");
new SentinelConnected(app, "sentinel-connected");
new CloudTrailFanoutExample(app, "cloudtrail-fanout");
new ManagementAccount(app, "management-account");
app.synth();
