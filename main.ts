import { App } from "cdktf";
import { CloudTrailFanoutExample } from "./examples/cloudtrail-fanout";
import { SentinelConnected } from "./examples/sentinel-connected";
import { Standalone } from "./examples/standalone";

const app = new App();
new Standalone(app, "standalone");
new SentinelConnected(app, "sentinel-connected");
new CloudTrailFanoutExample(app, "cloudtrail-fanout");
app.synth();
