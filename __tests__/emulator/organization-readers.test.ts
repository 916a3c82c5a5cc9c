import { CreateStackInstancesCommand, CreateStackSetCommand } from "@aws-sdk/client-cloudformation";
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  ListRootsCommand,
  MoveAccountCommand,
} from "@aws-sdk/client-organizations";
import { awsClients } from "../../cli/aws/clients";
import type { AwsClients } from "../../cli/aws/clients";
import { readMembers } from "../../cli/aws/organization";
import { readStackSet } from "../../cli/aws/stack-sets";
import { Emulator } from "./support/emulator";
import { describeWithTools } from "./support/tools";

const TEMPLATE = JSON.stringify({
  Resources: { Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: "one" } } },
  Parameters: { Name: { Type: "String" } },
});

describeWithTools("the readers of an organization", (tools) => {
  const environment = { ...process.env };
  let emulator: Emulator;
  let aws: AwsClients;

  beforeAll(async () => {
    emulator = await Emulator.start(tools);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    aws = awsClients("eu-west-1");
    await aws.organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  });
  afterAll(async () => {
    process.env = environment;
    await emulator.stop();
  });

  test("find the accounts of a unit and of the units below it, and no others", async () => {
    const { Roots: roots = [] } = await aws.organizations.send(new ListRootsCommand({}));
    const root = roots[0]?.Id ?? "";
    const unit = async (ParentId: string, Name: string): Promise<string> => {
      const made = await aws.organizations.send(new CreateOrganizationalUnitCommand({ ParentId, Name }));
      return made.OrganizationalUnit?.Id ?? "";
    };
    const workloads = await unit(root, "workloads");
    const nested = await unit(workloads, "nested");
    const account = async (name: string, unitId: string): Promise<string> => {
      const made = await aws.organizations.send(
        new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` }),
      );
      const id = made.CreateAccountStatus?.AccountId ?? "";
      if (unitId !== root) {
        const move = { AccountId: id, SourceParentId: root, DestinationParentId: unitId };
        await aws.organizations.send(new MoveAccountCommand(move));
      }
      return id;
    };
    const first = await account("first", workloads);
    const second = await account("second", nested);
    await account("outside", root);
    expect(await readMembers(aws, [workloads])).toEqual({
      value: [
        { id: first, name: "first" },
        { id: second, name: "second" },
      ],
    });
  });

  test("find a StackSet with template, parameters and instances", async () => {
    await aws.cloudFormation.send(
      new CreateStackSetCommand({
        StackSetName: "Defender",
        TemplateBody: TEMPLATE,
        Parameters: [{ ParameterKey: "Name", ParameterValue: "one" }],
      }),
    );
    await aws.cloudFormation.send(
      new CreateStackInstancesCommand({ StackSetName: "Defender", Accounts: ["111122223333"], Regions: ["eu-west-1"] }),
    );
    expect(await readStackSet(aws, "Defender")).toEqual({
      value: {
        status: "ACTIVE",
        template: TEMPLATE,
        parameters: { Name: "one" },
        isAutoDeployed: false,
        tags: {},
        instances: [expect.objectContaining({ accountId: "111122223333", region: "eu-west-1", status: "CURRENT" })],
      },
    });
  });

  test("find no StackSet of a name that nobody uses", async () => {
    expect(await readStackSet(aws, "Nothing")).toEqual({ value: undefined });
  });
});
