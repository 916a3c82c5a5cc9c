import { App } from "cdktf";
import { SentinelConnected } from "./examples/sentinel-connected";
import { Standalone } from "./examples/standalone";

const app = new App();
new Standalone(app, "standalone");
new SentinelConnected(app, "sentinel-connected");
app.synth();
