import { App } from "cdktf";
import { ManagementAccount } from "./examples/management-account";
import { Standalone } from "./examples/standalone";

const app = new App();
new Standalone(app, "standalone");
new ManagementAccount(app, "management-account");
app.synth();
