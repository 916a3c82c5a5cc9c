import { AwsCloud, AzureCloud, type StackJson } from "../../rehearsal";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";
import { ACCOUNT, SUBSCRIPTION } from "./stacks";

const OTHER_ACCOUNT = "444455556666";
const OTHER_SUBSCRIPTION = "00000000-0000-4000-8000-000000000002";
const TRUST = '{"Statement":[]}';

const assumed = (account: string) => [{ role_arn: `arn:aws:iam::${account}:role/Deployer` }];

/** The same objects twice: by the default configuration of each provider, and by an alias of it. */
const STACK = {
  provider: {
    aws: [
      { region: "eu-central-1" },
      {
        alias: "other",
        region: "eu-west-1",
        assume_role: assumed(OTHER_ACCOUNT),
        allowed_account_ids: [OTHER_ACCOUNT],
        default_tags: [{ tags: { team: "security" } }],
      },
    ],
    azurerm: [
      { features: [{}], subscription_id: SUBSCRIPTION },
      { features: [{}], alias: "other", subscription_id: OTHER_SUBSCRIPTION },
    ],
  },
  data: { aws_caller_identity: { mine: {}, other: { provider: "aws.other" } } },
  resource: {
    aws_iam_role: {
      mine: { name: "same-name", assume_role_policy: TRUST },
      other: { name: "same-name", assume_role_policy: TRUST, provider: "aws.other" },
    },
    aws_sqs_queue: { mine: { name: "events" }, other: { name: "events", provider: "aws.other" } },
    azurerm_resource_group: {
      mine: { name: "same-name", location: "westeurope" },
      other: { name: "same-name", location: "westeurope", provider: "azurerm.other" },
    },
  },
  output: {
    accounts: {
      value: ["${data.aws_caller_identity.mine.account_id}", "${data.aws_caller_identity.other.account_id}"],
    },
    queues: { value: ["${aws_sqs_queue.mine.arn}", "${aws_sqs_queue.other.arn}"] },
    tags: { value: ["${aws_iam_role.mine.tags_all}", "${aws_iam_role.other.tags_all}"] },
    groups: { value: ["${azurerm_resource_group.mine.id}", "${azurerm_resource_group.other.id}"] },
  },
} satisfies StackJson;

describeWithTerraform("several configurations of a provider in one stack", () => {
  let aws: AwsCloud;
  let azure: AzureCloud;

  beforeEach(() => {
    aws = new AwsCloud({ callerAccountId: ACCOUNT, region: "eu-central-1" });
    azure = new AzureCloud({ aws, subscriptionId: SUBSCRIPTION });
    azure.addSubscription(OTHER_SUBSCRIPTION);
  });

  afterEach(stopRehearsals);

  test("have an account, a region, tags and a subscription each, from plan to destroy", async () => {
    const rehearsal = await rehearse({ aws, azure, stack: STACK });
    await rehearsal.apply(await rehearsal.plan());
    expect(await rehearsal.outputs()).toEqual({
      accounts: [ACCOUNT, OTHER_ACCOUNT],
      queues: [`arn:aws:sqs:eu-central-1:${ACCOUNT}:events`, `arn:aws:sqs:eu-west-1:${OTHER_ACCOUNT}:events`],
      tags: [{}, { team: "security" }],
      groups: [SUBSCRIPTION, OTHER_SUBSCRIPTION].map((id) => `/subscriptions/${id}/resourceGroups/same-name`),
    });
    expect((await rehearsal.plan()).empty).toBe(true);

    aws.account(OTHER_ACCOUNT).delete("aws_iam_role", "same-name");
    expect((await rehearsal.plan()).changes.map(({ address }) => address)).toEqual(["aws_iam_role.other"]);

    await rehearsal.destroy();
    expect(aws.accounts().flatMap(({ objects }) => objects.everything())).toEqual([]);
    expect([...azure.resourceGroups, ...azure.subscription(OTHER_SUBSCRIPTION).resourceGroups]).toEqual([]);
  });

  test("fails where the credentials of one of them belong to another account than it allows", async () => {
    const [mine, other] = STACK.provider.aws;
    const misled = { ...other, assume_role: assumed("777788889999") };
    const rehearsal = await rehearse({
      aws,
      azure,
      stack: { ...STACK, provider: { ...STACK.provider, aws: [mine, misled] } },
    });
    await expect(rehearsal.plan()).rejects.toThrow("AWS account ID not allowed: 777788889999");
  });
});
