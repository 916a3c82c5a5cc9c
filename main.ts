import { App } from "cdktf";
import { Standalone } from "./examples/standalone";

const app = new App();
new Standalone(app, "standalone");
app.synth();
