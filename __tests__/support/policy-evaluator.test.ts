import {
  evaluate,
  evaluateAssumeRoleTrust,
  evaluateWebIdentityTrust,
  type Context,
  type PolicyDocument,
  type Statement,
} from "./policy-evaluator";

const ACCOUNT = "123456789012";
const OTHER_ACCOUNT = "210987654321";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;

const allow = (statement: Omit<Statement, "Effect">): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", ...statement },
});

describe("evaluate", () => {
  const decide = (policy: PolicyDocument, action: string, resource?: string) =>
    evaluate(policy, { action, resource, principal: { aws: ROLE } }).decision;

  test("denies implicitly what no statement names", () => {
    const policy = allow({ Action: "s3:GetObject", Resource: "*" });
    expect(evaluate(policy, { action: "s3:PutObject", principal: { aws: ROLE } })).toEqual({
      decision: "implicitlyDenied",
    });
    expect(decide({ Statement: [] }, "s3:PutObject")).toBe("implicitlyDenied");
  });

  test("lets a matching Deny win over any Allow, in any order and document", () => {
    const deny: Statement = { Sid: "NoBilling", Effect: "Deny", Action: "billing:*", Resource: "*" };
    const policies = [allow({ Action: "*", Resource: "*" }), { Statement: [deny] }];
    const request = { action: "billing:GetBillingData", principal: { aws: ROLE } } as const;
    expect(evaluate(policies, request)).toEqual({ decision: "explicitlyDenied", statement: deny });
    expect(evaluate([...policies].reverse(), request).decision).toBe("explicitlyDenied");
    expect(evaluate(policies, { ...request, action: "s3:ListBucket" }).decision).toBe("allowed");
  });

  test("names the statement that allowed", () => {
    const granting: Statement = { Sid: "Second", Effect: "Allow", Action: "ssm:SendCommand", Resource: "*" };
    const policy = { Statement: [{ ...granting, Sid: "First", Action: "ssm:GetCommand" }, granting] };
    expect(evaluate(policy, { action: "ssm:SendCommand", principal: { aws: ROLE } }).statement?.Sid).toBe("Second");
  });

  test("reads a document from its JSON text", () => {
    const text = JSON.stringify(allow({ Action: ["s3:GetObject"], Resource: ["*"] }));
    expect(evaluate(text, { action: "s3:GetObject", principal: { aws: ROLE } }).decision).toBe("allowed");
  });

  test("compares actions without regard to case, with wildcards", () => {
    expect(decide(allow({ Action: "SQS:sendmessage", Resource: "*" }), "sqs:SendMessage")).toBe("allowed");
    expect(decide(allow({ Action: "ec2:Describe*", Resource: "*" }), "ec2:DescribeVolumes")).toBe("allowed");
    expect(decide(allow({ Action: "ec2:Describe*", Resource: "*" }), "ec2:DeleteVolume")).toBe("implicitlyDenied");
    expect(decide(allow({ Action: "s3:Get?bject", Resource: "*" }), "s3:GetObject")).toBe("allowed");
    expect(decide(allow({ Action: "s3.GetObject", Resource: "*" }), "s3:GetObject")).toBe("implicitlyDenied");
  });

  test("compares resources with regard to case, with wildcards", () => {
    const policy = allow({ Action: "s3:GetObject", Resource: ["arn:aws:s3:::logs/*", "arn:aws:s3:::other/key"] });
    expect(decide(policy, "s3:GetObject", "arn:aws:s3:::logs/a/b.gz")).toBe("allowed");
    expect(decide(policy, "s3:GetObject", "arn:aws:s3:::other/key")).toBe("allowed");
    expect(decide(policy, "s3:GetObject", "arn:aws:s3:::Logs/a")).toBe("implicitlyDenied");
    expect(decide(policy, "s3:GetObject", "arn:aws:s3:::logs")).toBe("implicitlyDenied");
  });

  test("takes a request without a resource as one on all resources", () => {
    expect(decide(allow({ Action: "s3:*", Resource: "arn:aws:s3:::logs" }), "s3:ListAllMyBuckets")).toBe(
      "implicitlyDenied",
    );
  });

  test("NotAction and NotResource match everything but what they name", () => {
    const policy = allow({ NotAction: ["iam:*", "sts:*"], NotResource: "arn:aws:s3:::secret/*" });
    expect(decide(policy, "s3:GetObject", "arn:aws:s3:::logs/a")).toBe("allowed");
    expect(decide(policy, "IAM:CreateRole", "arn:aws:s3:::logs/a")).toBe("implicitlyDenied");
    expect(decide(policy, "s3:GetObject", "arn:aws:s3:::secret/a")).toBe("implicitlyDenied");
  });

  test.each([
    [
      "an unknown operator",
      { Action: "*", Condition: { StringEqual: { "aws:SourceAccount": ACCOUNT } } },
      "StringEqual",
    ],
    ["an unknown set prefix", { Action: "*", Condition: { "ForSome:StringLike": { k: "v" } } }, "ForSome:StringLike"],
    ["NotPrincipal", { Action: "*", NotPrincipal: { AWS: ACCOUNT } }, "NotPrincipal"],
    ["both Action and NotAction", { Action: "*", NotAction: "iam:*" }, "Action and NotAction"],
    ["neither Action nor NotAction", { Resource: "*" }, "Action and NotAction"],
    ["both Resource and NotResource", { Action: "*", Resource: "*", NotResource: "x" }, "Resource and NotResource"],
    [
      "an unresolved Terraform reference",
      { Action: "*", Resource: "${aws_sns_topic.t.arn}" },
      "${aws_sns_topic.t.arn}",
    ],
    [
      "a wildcard inside a principal",
      { Action: "*", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/*` } },
      "wildcard",
    ],
    ["a service wildcard", { Action: "*", Principal: { Service: "*" } }, "wildcard"],
    ["an unknown principal type", { Action: "*", Principal: { CanonicalUser: "x" } }, "CanonicalUser"],
  ])("fails on %s", (_, statement, message) => {
    expect(() => decide(allow(statement), "s3:GetObject")).toThrow(message);
  });

  test("fails on an unknown operator even if the statement is about another action", () => {
    const policy = allow({ Action: "s3:PutObject", Condition: { DateLessThan: { "aws:CurrentTime": "x" } } });
    expect(() => decide(policy, "s3:GetObject")).toThrow("unsupported condition operator DateLessThan");
  });

  test("fails on an effect that is neither Allow nor Deny", () => {
    expect(() => decide({ Statement: { Effect: "allow", Action: "*" } }, "s3:GetObject")).toThrow("Effect");
  });
});

describe("principals", () => {
  const by = (principal: NonNullable<Statement["Principal"]>, caller: Parameters<typeof evaluateAssumeRoleTrust>[1]) =>
    evaluate(allow({ Action: "sqs:SendMessage", Principal: principal }), {
      action: "sqs:SendMessage",
      principal: caller,
    }).decision;

  test.each(["*", { AWS: "*" }, { AWS: ["*"] }] as const)("%j is everyone, signed or not", (principal) => {
    expect(by(principal, { anonymous: true })).toBe("allowed");
    expect(by(principal, { aws: ROLE })).toBe("allowed");
    expect(by(principal, { service: "sns.amazonaws.com" })).toBe("allowed");
  });

  test.each([ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`])("%s is every identity of the account, and no other", (name) => {
    expect(by({ AWS: name }, { aws: ROLE })).toBe("allowed");
    expect(by({ AWS: name }, { aws: `arn:aws:iam::${OTHER_ACCOUNT}:role/reader` })).toBe("implicitlyDenied");
    expect(by({ AWS: name }, { anonymous: true })).toBe("implicitlyDenied");
  });

  test("a role is that role only", () => {
    expect(by({ AWS: [`arn:aws:iam::${ACCOUNT}:user/u`, ROLE] }, { aws: ROLE })).toBe("allowed");
    expect(by({ AWS: ROLE }, { aws: `${ROLE}2` })).toBe("implicitlyDenied");
  });

  test("a service is that service only", () => {
    expect(by({ Service: "sns.amazonaws.com" }, { service: "sns.amazonaws.com" })).toBe("allowed");
    expect(by({ Service: "sns.amazonaws.com" }, { service: "s3.amazonaws.com" })).toBe("implicitlyDenied");
    expect(by({ Service: "sns.amazonaws.com" }, { aws: ROLE })).toBe("implicitlyDenied");
  });
});

describe("conditions", () => {
  const holds = (condition: NonNullable<Statement["Condition"]>, context: Context = {}) =>
    evaluate(allow({ Action: "*", Condition: condition }), { action: "a:b", principal: { aws: ROLE }, context })
      .decision === "allowed";

  test.each([
    ["StringEquals", "abc", "abc", "ABC"],
    ["StringEquals", "a*", "a*", "abc"],
    ["StringLike", "a*c", "abbc", "abbd"],
    ["StringLike", "a?c", "abc", "abbc"],
    ["ArnEquals", "arn:aws:s3:*:*:logs", "arn:aws:s3:::logs", "arn:aws:s3:::logs2"],
    ["ArnLike", "arn:aws:sns:*:1:t*", "arn:aws:sns:us-east-1:1:topic", "arn:aws:sns:us-east-1:12:topic"],
    ["Bool", "true", "True", "false"],
  ])("%s %s accepts %s and not %s", (operator, wanted, good, bad) => {
    expect(holds({ [operator]: { "k:k": wanted } }, { "k:k": good })).toBe(true);
    expect(holds({ [operator]: { "k:k": wanted } }, { "k:k": bad })).toBe(false);
  });

  test.each(["StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool"])(
    "%s fails where the key is missing",
    (op) => {
      expect(holds({ [op]: { "k:k": "*" } })).toBe(false);
      expect(holds({ [op]: { "k:k": "*" } }, { "k:k": undefined })).toBe(false);
      expect(holds({ [`${op}IfExists`]: { "k:k": "x" } })).toBe(true);
    },
  );

  test.each([
    ["StringNotEquals", "abc", "abd"],
    ["StringNotLike", "a*", "b"],
    ["ArnNotEquals", "arn:aws:s3:::a", "arn:aws:s3:::b"],
    ["ArnNotLike", "arn:aws:s3:::a*", "arn:aws:s3:::b"],
  ])("%s refuses %s, accepts %s and holds where the key is missing", (operator, refused, accepted) => {
    const condition = { [operator]: { "k:k": ["other", refused] } };
    expect(holds(condition, { "k:k": accepted })).toBe(true);
    expect(holds(condition)).toBe(true);
    expect(holds(condition, { "k:k": operator.includes("Like") ? refused.replace("*", "x") : refused })).toBe(false);
  });

  test("IfExists still compares a key that is there", () => {
    expect(holds({ StringEqualsIfExists: { "k:k": "a" } }, { "k:k": "b" })).toBe(false);
  });

  test("an ARN wildcard stays within its part", () => {
    expect(holds({ ArnLike: { k: "arn:aws:sns:*:topic" } }, { k: "arn:aws:sns:us-east-1:1:topic" })).toBe(false);
    expect(holds({ ArnLike: { k: "arn:aws:*" } }, { k: "arn:aws:sns:us-east-1:1:topic" })).toBe(false);
    expect(holds({ ArnLike: { k: "*" } }, { k: "no-arn" })).toBe(false);
    expect(holds({ ArnLike: { k: "arn:aws:sns:*:*:*" } }, { k: "arn:aws:sns:us-east-1:1" })).toBe(false);
  });

  test("the last part of an ARN keeps its colons", () => {
    const condition = { ArnLike: { k: "arn:aws:logs:*:1:log-group:a:*" } };
    expect(holds(condition, { k: "arn:aws:logs:us-east-1:1:log-group:a:b" })).toBe(true);
    expect(holds(condition, { k: "arn:aws:logs:us-east-1:1:log-group:b:b" })).toBe(false);
  });

  test("operators and keys all have to hold, values are alternatives", () => {
    const condition = { StringEquals: { "k:a": ["1", "2"], "k:b": "3" }, Bool: { "k:c": false } };
    expect(holds(condition, { "k:a": "2", "k:b": "3", "k:c": "false" })).toBe(true);
    expect(holds(condition, { "k:a": "3", "k:b": "3", "k:c": "false" })).toBe(false);
    expect(holds(condition, { "k:a": "1", "k:b": "4", "k:c": "false" })).toBe(false);
    expect(holds(condition, { "k:a": "1", "k:b": "3", "k:c": "true" })).toBe(false);
  });

  test("keys are compared without regard to case", () => {
    expect(holds({ StringEquals: { "AWS:sourceaccount": ACCOUNT } }, { "aws:SourceAccount": ACCOUNT })).toBe(true);
  });

  test("ForAnyValue needs one value that matches", () => {
    const condition = { "ForAnyValue:StringLike": { "aws:TagKeys": ["Azure*", "mdc"] } };
    expect(holds(condition, { "aws:TagKeys": ["x", "AzureArc"] })).toBe(true);
    expect(holds(condition, { "aws:TagKeys": ["x", "y"] })).toBe(false);
    expect(holds(condition)).toBe(false);
  });

  test("ForAllValues needs every value to match, and holds without values", () => {
    const condition = { "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "b"] } };
    expect(holds(condition, { "aws:TagKeys": ["a", "b"] })).toBe(true);
    expect(holds(condition, { "aws:TagKeys": ["a", "c"] })).toBe(false);
    expect(holds(condition)).toBe(true);
  });

  test("a set operator works negated", () => {
    expect(holds({ "ForAllValues:StringNotEquals": { k: ["a", "b"] } }, { k: ["c", "d"] })).toBe(true);
    expect(holds({ "ForAllValues:StringNotEquals": { k: ["a", "b"] } }, { k: ["c", "a"] })).toBe(false);
    expect(holds({ "ForAnyValue:StringNotEquals": { k: "a" } }, { k: ["a", "b"] })).toBe(true);
    expect(holds({ "ForAnyValue:StringNotEquals": { k: "a" } }, { k: ["a"] })).toBe(false);
    expect(holds({ "ForAnyValue:StringNotEquals": { k: "a" } })).toBe(false);
  });

  test("Null true wants the key absent, Null false wants it there", () => {
    expect(holds({ Null: { k: "true" } })).toBe(true);
    expect(holds({ Null: { k: true } }, { k: "x" })).toBe(false);
    expect(holds({ Null: { k: "false" } }, { k: "x" })).toBe(true);
    expect(holds({ Null: { k: false } })).toBe(false);
  });

  test("fails on a list of values without a set operator", () => {
    expect(() => holds({ StringEquals: { "aws:TagKeys": "a" } }, { "aws:TagKeys": ["a"] })).toThrow("aws:TagKeys");
  });
});

describe("evaluateWebIdentityTrust", () => {
  const URL = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/";
  const AUDIENCE = "api://4d8bed1f-eee7-4d8e-b0dc-8462049a4479";
  const TENANT = "11111111-2222-3333-4444-555555555555";
  const provider = { arn: `arn:aws:iam::${ACCOUNT}:oidc-provider/${URL}`, clientIds: [AUDIENCE, "api://other"] };
  const token = { issuer: `https://${URL}`, audience: AUDIENCE, sessionName: `MicrosoftDefenderForClouds_${TENANT}` };
  const trust = allow({
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: { Federated: provider.arn },
    Condition: { StringEquals: { [`${URL}:aud`]: AUDIENCE, "sts:RoleSessionName": token.sessionName } },
  });

  test("admits the token of the declared audience and tenant", () => {
    expect(evaluateWebIdentityTrust(trust, token, provider).decision).toBe("allowed");
    expect(evaluateWebIdentityTrust(JSON.stringify(trust), token, { arn: provider.arn }).decision).toBe("allowed");
  });

  // Each case differs from the admitted token in one point only.
  test.each([
    ["another audience of the provider", { audience: "api://other" }],
    [
      "another tenant's session name",
      { sessionName: "MicrosoftDefenderForClouds_66666666-2222-3333-4444-555555555555" },
    ],
    ["a session name with something appended", { sessionName: `${token.sessionName}x` }],
    ["no session name", { sessionName: undefined }],
    ["another issuer", { issuer: `https://sts.windows.net/${TENANT}/` }],
    ["an issuer without the final slash", { issuer: `https://${URL.slice(0, -1)}` }],
  ])("refuses %s", (_, difference) => {
    expect(evaluateWebIdentityTrust(trust, { ...token, ...difference }, provider).decision).toBe("implicitlyDenied");
  });

  test("refuses an audience that the provider does not list, though the trust names it", () => {
    const without = { ...provider, clientIds: ["api://other"] };
    expect(evaluateWebIdentityTrust(trust, token, without).decision).toBe("implicitlyDenied");
  });

  test("refuses every token where provider and condition lack the final slash of the issuer", () => {
    const slashless = JSON.parse(JSON.stringify(trust).replaceAll(URL, URL.slice(0, -1))) as PolicyDocument;
    const arn = provider.arn.slice(0, -1);
    expect(evaluateWebIdentityTrust(slashless, token, { arn }).decision).toBe("implicitlyDenied");
    expect(evaluateWebIdentityTrust(slashless, token, provider).decision).toBe("implicitlyDenied");
  });

  test("refuses where only the condition key lacks the final slash", () => {
    const condition = { StringEquals: { [`${URL.slice(0, -1)}:aud`]: AUDIENCE } };
    const policy = { Statement: { ...(trust.Statement as Statement), Condition: condition } };
    expect(evaluateWebIdentityTrust(policy, token, provider).decision).toBe("implicitlyDenied");
  });

  test("refuses the provider of another account", () => {
    const arn = provider.arn.replace(ACCOUNT, OTHER_ACCOUNT);
    expect(evaluateWebIdentityTrust(trust, token, { ...provider, arn }).decision).toBe("implicitlyDenied");
  });

  test("shows that a trust by only the audience admits every tenant", () => {
    const condition = { StringEquals: { [`${URL}:aud`]: AUDIENCE } };
    const policy = { Statement: { ...(trust.Statement as Statement), Condition: condition } };
    const stranger = { ...token, sessionName: "MicrosoftDefenderForClouds_66666666-2222-3333-4444-555555555555" };
    expect(evaluateWebIdentityTrust(policy, stranger, provider).decision).toBe("allowed");
  });

  test("refuses another issuer even if the trust names no audience", () => {
    const condition = { StringEquals: { "sts:RoleSessionName": token.sessionName } };
    const policy = { Statement: { ...(trust.Statement as Statement), Condition: condition } };
    const issuer = `https://sts.windows.net/${TENANT}/`;
    expect(evaluateWebIdentityTrust(policy, token, provider).decision).toBe("allowed");
    expect(evaluateWebIdentityTrust(policy, { ...token, issuer }, provider).decision).toBe("implicitlyDenied");
  });

  test("compares the subject of the token", () => {
    const policy = allow({
      Action: "sts:AssumeRoleWithWebIdentity",
      Principal: { Federated: provider.arn },
      Condition: { StringEquals: { [`${URL}:sub`]: "subject" } },
    });
    expect(evaluateWebIdentityTrust(policy, { ...token, subject: "subject" }, provider).decision).toBe("allowed");
    expect(evaluateWebIdentityTrust(policy, { ...token, subject: "other" }, provider).decision).toBe(
      "implicitlyDenied",
    );
    expect(evaluateWebIdentityTrust(policy, token, provider).decision).toBe("implicitlyDenied");
  });

  test("does not admit a web identity by a trust for sts:AssumeRole", () => {
    const policy = { Statement: { ...(trust.Statement as Statement), Action: "sts:AssumeRole" } };
    expect(evaluateWebIdentityTrust(policy, token, provider).decision).toBe("implicitlyDenied");
  });

  test("fails on a trust policy with a resource", () => {
    const policy = { Statement: { ...(trust.Statement as Statement), Resource: "*" } };
    expect(() => evaluateWebIdentityTrust(policy, token, provider)).toThrow("with Resource");
  });

  test("fails on a trust policy without a principal", () => {
    expect(() => evaluateWebIdentityTrust(allow({ Action: "*" }), token, provider)).toThrow("without Principal");
  });
});

describe("evaluateAssumeRoleTrust", () => {
  const STREAM = `arn:aws:firehose:eu-west-1:${ACCOUNT}:deliverystream/logs`;
  const serviceTrust = allow({
    Action: "sts:AssumeRole",
    Principal: { Service: "firehose.amazonaws.com" },
    Condition: {
      StringEquals: { "aws:SourceAccount": ACCOUNT },
      ArnLike: { "aws:SourceArn": `${STREAM.slice(0, -4)}*` },
    },
  });
  const firehose = { service: "firehose.amazonaws.com" };
  const source = { sourceArn: STREAM, sourceAccount: ACCOUNT };

  test("admits the service on behalf of the declared source", () => {
    expect(evaluateAssumeRoleTrust(serviceTrust, firehose, source).decision).toBe("allowed");
  });

  test.each([
    ["another account (confused deputy)", { ...source, sourceAccount: OTHER_ACCOUNT }],
    ["another resource (confused deputy)", { ...source, sourceArn: STREAM.replace(ACCOUNT, OTHER_ACCOUNT) }],
    ["an unnamed account", { ...source, sourceAccount: undefined }],
    ["an unnamed resource", { ...source, sourceArn: undefined }],
  ])("refuses the service on behalf of %s", (_, options) => {
    expect(evaluateAssumeRoleTrust(serviceTrust, firehose, options).decision).toBe("implicitlyDenied");
  });

  test("refuses another service and another kind of principal", () => {
    expect(evaluateAssumeRoleTrust(serviceTrust, { service: "logs.amazonaws.com" }, source).decision).toBe(
      "implicitlyDenied",
    );
    expect(evaluateAssumeRoleTrust(serviceTrust, { aws: ROLE }, source).decision).toBe("implicitlyDenied");
  });

  const accountTrust = allow({
    Action: "sts:AssumeRole",
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Condition: { StringEquals: { "sts:ExternalId": "workspace-1" } },
  });

  test("admits the account with its external id", () => {
    expect(evaluateAssumeRoleTrust(accountTrust, { aws: ROLE }, { externalId: "workspace-1" }).decision).toBe(
      "allowed",
    );
  });

  test.each([
    ["another external id", { aws: ROLE }, { externalId: "workspace-2" }],
    ["no external id", { aws: ROLE }, {}],
    ["another account", { aws: `arn:aws:iam::${OTHER_ACCOUNT}:role/reader` }, { externalId: "workspace-1" }],
  ])("refuses %s", (_, principal, options) => {
    expect(evaluateAssumeRoleTrust(accountTrust, principal, options).decision).toBe("implicitlyDenied");
  });

  test("tells the caller's ARN and account", () => {
    const policy = (key: string, value: string) =>
      allow({ Action: "sts:AssumeRole", Principal: { AWS: ACCOUNT }, Condition: { StringEquals: { [key]: value } } });
    expect(evaluateAssumeRoleTrust(policy("aws:PrincipalArn", ROLE), { aws: ROLE }).decision).toBe("allowed");
    expect(evaluateAssumeRoleTrust(policy("aws:PrincipalAccount", ACCOUNT), { aws: ROLE }).decision).toBe("allowed");
    expect(evaluateAssumeRoleTrust(policy("aws:PrincipalArn", `${ROLE}2`), { aws: ROLE }).decision).toBe(
      "implicitlyDenied",
    );
  });
});

describe("a resource policy of the fan-out", () => {
  const QUEUE = `arn:aws:sqs:eu-west-1:${ACCOUNT}:sentinel`;
  const TOPIC = `arn:aws:sns:eu-west-1:${ACCOUNT}:fanout`;
  const policy = allow({
    Action: "SQS:SendMessage",
    Resource: QUEUE,
    Principal: { Service: "sns.amazonaws.com" },
    Condition: { ArnEquals: { "aws:SourceArn": TOPIC } },
  });
  const send = (context: Context, resource = QUEUE) =>
    evaluate(policy, { action: "sqs:SendMessage", resource, principal: { service: "sns.amazonaws.com" }, context })
      .decision;

  test("admits the topic and no other topic", () => {
    expect(send({ "aws:SourceArn": TOPIC })).toBe("allowed");
    expect(send({ "aws:SourceArn": TOPIC.replace(ACCOUNT, OTHER_ACCOUNT) })).toBe("implicitlyDenied");
    expect(send({})).toBe("implicitlyDenied");
    expect(send({ "aws:SourceArn": TOPIC }, `${QUEUE}-2`)).toBe("implicitlyDenied");
  });
});
