import { App } from "cdktf";
import { CloudTrailFanoutExample } from "./examples/cloudtrail-fanout";
import { Standalone } from "./examples/standalone";

const app = new App();
new Standalone(app, "standalone");
new CloudTrailFanoutExample(app, "cloudtrail-fanout");
app.synth();
