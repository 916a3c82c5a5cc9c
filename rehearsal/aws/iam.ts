import { text, texts, type Attributes } from "../protocol/values";
import { stableHex } from "../provider/state";
import { conditionValues, principals, statements, type PolicyStatement } from "./policy";
import { awsError, type ResourceBehaviour, type Target } from "./resource-behaviour";
import type { AccountSpace } from "./space";

const PROVIDER = "aws_iam_openid_connect_provider";
export const ROLE = "aws_iam_role";
const POLICY = "aws_iam_policy";
export const INLINE_POLICY = "aws_iam_role_policy";
export const ATTACHMENT = "aws_iam_role_policy_attachment";

const DEFAULT_THUMBPRINT = "626d44e704d1ceabe3bf0d53397464ac8080142c";

/** IAM of one account, as a person at the console uses it, and as another cloud sees it. */
export class Iam {
  constructor(private readonly account: AccountSpace) {}

  /** An identity provider that is already there. */
  createIdentityProvider(props: { url: string; clientIds: readonly string[] }): Attributes {
    return this.account.seed(PROVIDER, { url: props.url, client_id_list: [...props.clientIds], tags: {} });
  }

  identityProvider(url: string): Attributes | undefined {
    return this.account.objects.get(PROVIDER, providerArn(this.account, url))?.attributes;
  }

  clientIds(url: string): string[] {
    return texts(this.identityProvider(url)?.client_id_list);
  }

  /** Someone else adds an audience. */
  addClientId(url: string, clientId: string): void {
    const arn = providerArn(this.account, url);
    const provider = this.account.objects.get(PROVIDER, arn);
    if (provider === undefined) {
      throw new Error(`account ${this.account.id} has no identity provider for ${url}`);
    }
    const clientIds = union(texts(provider.attributes.client_id_list), [clientId]);
    provider.set({ ...provider.attributes, client_id_list: clientIds }, this.account.clock.now);
  }

  deleteIdentityProvider(url: string): void {
    this.account.objects.delete(PROVIDER, providerArn(this.account, url));
  }

  createRole(props: { name: string; assumeRolePolicy: object; path?: string }): Attributes {
    return this.account.seed(ROLE, {
      name: props.name,
      assume_role_policy: JSON.stringify(props.assumeRolePolicy),
      path: props.path ?? null,
    });
  }

  role(name: string): Attributes | undefined {
    return this.account.objects.get(ROLE, name)?.attributes;
  }

  roleNames(): string[] {
    return this.account.objects.all(ROLE).map(({ id }) => id);
  }

  attachedPolicyArns(role: string): string[] {
    return attachedPolicyArns(this.account, role);
  }

  /** The identity provider as others see it now: changes of the last seconds are not there yet. */
  propagatedIdentityProvider(url: string): Attributes | undefined {
    return this.account.objects.get(PROVIDER, providerArn(this.account, url))?.asOf(this.propagatedUntil());
  }

  propagatedRole(arn: string): Attributes | undefined {
    return this.account.objects
      .all(ROLE)
      .find(({ attributes }) => attributes.arn === arn)
      ?.asOf(this.propagatedUntil());
  }

  private propagatedUntil(): number {
    return this.account.clock.now - this.account.cloud.iamPropagationSeconds;
  }
}

function attachedPolicyArns(account: AccountSpace, role: string): string[] {
  return account.objects
    .all(ATTACHMENT)
    .filter(({ attributes }) => attributes.role === role)
    .map(({ attributes }) => text(attributes.policy_arn));
}

const withoutScheme = (url: string) => url.replace(/^https:\/\//, "");

function providerArn(account: AccountSpace, url: string): string {
  return account.arn("iam", `oidc-provider/${withoutScheme(url)}`);
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}

const identityProvider: ResourceBehaviour = {
  operations: {
    create: "CreateOpenIDConnectProvider",
    update: "UpdateOpenIDConnectProvider",
    delete: "DeleteOpenIDConnectProvider",
  },
  requiresReplace: ["url"],
  // The state keeps the URL without its scheme, which a provider may only do in Terraform's legacy type system.
  legacyTypes: true,
  id: ({ url }, { account }) => providerArn(account, text(url)),
  computed: ({ id, url, thumbprint_list: thumbprints }) => ({
    arn: id ?? null,
    url: withoutScheme(text(url)),
    thumbprint_list: thumbprints ?? [DEFAULT_THUMBPRINT],
  }),
  semanticallyEqual: (attribute, a, b) => attribute === "url" && withoutScheme(a) === withoutScheme(b),
  check(attributes, { account }, prior) {
    const url = text(attributes.url);
    const refuse = (status: number, code: string, message: string) =>
      awsError("creating IAM OIDC Provider", "IAM", "CreateOpenIDConnectProvider", status, code, message);
    if (prior === null && account.objects.get(PROVIDER, providerArn(account, url))) {
      throw refuse(409, "EntityAlreadyExists", `Provider with url ${url} already exists.`);
    }
    if (prior === null && !url.startsWith("https://")) {
      throw refuse(400, "ValidationError", "Invalid Open ID Connect Provider URL");
    }
    if (texts(attributes.client_id_list).length > 100) {
      throw refuse(409, "LimitExceeded", "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100");
    }
  },
  /** Only the difference is sent, so an audience that someone added in between stays. */
  update(live, prior, planned) {
    const [before, after] = [texts(prior.client_id_list), texts(planned.client_id_list)];
    const removed = before.filter((clientId) => !after.includes(clientId));
    const kept = texts(live.client_id_list).filter((clientId) => !removed.includes(clientId));
    const added = after.filter((clientId) => !before.includes(clientId));
    return { ...planned, client_id_list: union(kept, added) };
  },
};

/** Names are unique in an account without regard to path and letter case (IAM API reference, CreateRole and CreatePolicy). */
function isTaken(account: AccountSpace, type: string, name: string): boolean {
  return account.objects.all(type).some(({ attributes }) => text(attributes.name).toLowerCase() === name.toLowerCase());
}

const role: ResourceBehaviour = {
  operations: { create: "CreateRole", update: "UpdateRole", delete: "DeleteRole" },
  requiresReplace: ["name", "name_prefix", "path"],
  id: ({ name }) => text(name),
  computed: ({ name, path }, { account }) => ({
    arn: account.arn("iam", `role${text(path) || "/"}${text(name)}`),
    unique_id: `AROA${stableHex(`${account.id}/${text(name)}`, 17).toUpperCase()}`,
    create_date: "2026-01-01T00:00:00Z",
  }),
  check(attributes, { account }, prior) {
    const name = text(attributes.name);
    const refuse = (status: number, code: string, message: string) =>
      awsError(
        prior ? `updating IAM Role (${name}) assume role policy` : `creating IAM Role (${name})`,
        "IAM",
        prior ? "UpdateAssumeRolePolicy" : "CreateRole",
        status,
        code,
        message,
      );
    if (prior === null && isTaken(account, ROLE, name)) {
      throw refuse(409, "EntityAlreadyExists", `Role with name ${name} already exists.`);
    }
    if (name.length > 64) {
      throw refuse(400, "ValidationError", `1 validation error detected: Value '${name}' at 'roleName' is too long`);
    }
    const trust = text(attributes.assume_role_policy);
    const trusted = statements(trust);
    if (trusted === undefined) {
      throw refuse(400, "MalformedPolicyDocument", "This policy contains invalid Json");
    }
    if (trust.replace(/\s/g, "").length > 2048) {
      throw refuse(409, "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048");
    }
    for (const principal of trusted.flatMap((statement) => principals(statement, "AWS"))) {
      if (!principalExists(account, principal)) {
        throw refuse(400, "MalformedPolicyDocument", `Invalid principal in policy: "AWS":"${principal}"`);
      }
    }
  },
  checkToday({ name, assume_role_policy: trust }, prior) {
    const trusting = (statements(text(trust)) ?? []).filter((statement) => trustsSharedIssuer(statement));
    if (trust !== prior?.assume_role_policy && !trusting.every((statement) => bindsSession(statement))) {
      throw awsError(
        `${prior ? "updating" : "creating"} IAM Role (${text(name)})`,
        "IAM",
        prior ? "UpdateAssumeRolePolicy" : "CreateRole",
        400,
        "MalformedPolicyDocument",
        `The trust of ${SHARED_ISSUER} must evaluate sts:RoleSessionName`,
      );
    }
  },
  checkDelete({ name, force_detach_policies: force }, { account }) {
    const refuse = (message: string) =>
      awsError(`deleting IAM Role (${text(name)})`, "IAM", "DeleteRole", 409, "DeleteConflict", message);
    const inline = account.objects.all(INLINE_POLICY).filter(({ attributes }) => attributes.role === name);
    const attached = account.objects.all(ATTACHMENT).filter(({ attributes }) => attributes.role === name);
    if (force === true) {
      [...inline, ...attached].forEach((object) => {
        account.objects.delete(object.type, object.id);
      });
    } else if (attached.length > 0) {
      throw refuse("Cannot delete entity, must detach all policies first.");
    } else if (inline.length > 0) {
      throw refuse("Cannot delete entity, must delete policies first.");
    }
  },
};

/**
 * An issuer that tenants share. Since June 2025 AWS accepts a new or changed trust for it only with a condition on the
 * session name that is more than wildcards (IAM User Guide, id_roles_providers_oidc_secure-by-default; AWS's wording of
 * the error is not known).
 */
const SHARED_ISSUER = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d";

function trustsSharedIssuer(statement: PolicyStatement): boolean {
  const federated = principals(statement, "Federated");
  return statement.Effect === "Allow" && federated.some((arn) => arn.includes(`:oidc-provider/${SHARED_ISSUER}`));
}

function bindsSession(statement: PolicyStatement): boolean {
  return conditionValues(statement, "sts:RoleSessionName").some((value) => !/^[*?]*$/.test(value));
}

/** AWS looks up the roles that a trust policy names, in accounts the rehearsal knows; users and accounts pass. */
function principalExists(account: AccountSpace, principal: string): boolean {
  const [, , , , accountId = "", resource = ""] = principal.split(":");
  const owner = account.cloud.accounts().find(({ id }) => id === accountId);
  return (
    owner === undefined ||
    !resource.startsWith("role/") ||
    owner.objects.all(ROLE).some(({ attributes }) => attributes.arn === principal)
  );
}

const policy: ResourceBehaviour = {
  operations: { create: "CreatePolicy", update: "CreatePolicyVersion", delete: "DeletePolicy" },
  requiresReplace: ["name", "name_prefix", "path", "description"],
  id: ({ name, path }, { account }) => account.arn("iam", `policy${text(path) || "/"}${text(name)}`),
  computed: ({ id }) => ({
    arn: id ?? null,
    policy_id: `ANPA${stableHex(text(id), 17).toUpperCase()}`,
    attachment_count: 0,
  }),
  check(attributes, target, prior) {
    const name = text(attributes.name);
    const refuse = (status: number, code: string, message: string) =>
      awsError(
        prior ? `updating IAM Policy (${name})` : `creating IAM Policy (${name})`,
        "IAM",
        prior ? "CreatePolicyVersion" : "CreatePolicy",
        status,
        code,
        message,
      );
    if (prior === null && isTaken(target.account, POLICY, name)) {
      throw refuse(
        409,
        "EntityAlreadyExists",
        `A policy called ${name} already exists. Duplicate names are not allowed.`,
      );
    }
    const document = text(attributes.policy);
    if (statements(document) === undefined) {
      throw refuse(400, "MalformedPolicyDocument", "Syntax errors in policy.");
    }
    if (document.replace(/\s/g, "").length > 6144) {
      throw refuse(409, "LimitExceeded", "Cannot exceed quota for PolicySize: 6144");
    }
  },
  checkDelete({ arn, name }, { account }) {
    if (account.objects.all(ATTACHMENT).some(({ attributes }) => attributes.policy_arn === arn)) {
      throw awsError(
        `deleting IAM Policy (${text(name)})`,
        "IAM",
        "DeletePolicy",
        409,
        "DeleteConflict",
        "Cannot delete a policy attached to entities.",
      );
    }
  },
};

const MAX_INLINE_SIZE = 10_240;

const inlinePolicy: ResourceBehaviour = {
  operations: { create: "PutRolePolicy", delete: "DeleteRolePolicy" },
  requiresReplace: ["name", "name_prefix", "role"],
  id: ({ role: roleName, name }) => `${text(roleName)}:${text(name)}`,
  check(attributes, target) {
    const [roleName, name, document] = [text(attributes.role), text(attributes.name), text(attributes.policy)];
    const refuse = (status: number, code: string, message: string) =>
      awsError(`putting IAM Role (${roleName}) Policy (${name})`, "IAM", "PutRolePolicy", status, code, message);
    requireRole(roleName, target, refuse);
    if (statements(document) === undefined) {
      throw refuse(400, "MalformedPolicyDocument", "Syntax errors in policy.");
    }
    const others = target.account.objects
      .all(INLINE_POLICY)
      .filter(({ id, attributes: other }) => other.role === roleName && id !== `${roleName}:${name}`)
      .map(({ attributes: other }) => text(other.policy));
    if ([document, ...others].join("").replace(/\s/g, "").length > MAX_INLINE_SIZE) {
      throw refuse(
        409,
        "LimitExceeded",
        `Maximum policy size of ${MAX_INLINE_SIZE} bytes exceeded for role ${roleName}`,
      );
    }
  },
};

const MAX_ATTACHED = 10;

const attachment: ResourceBehaviour = {
  operations: { create: "AttachRolePolicy", delete: "DetachRolePolicy" },
  requiresReplace: ["role", "policy_arn"],
  id: ({ role: roleName, policy_arn: arn }) => `${text(roleName)}/${text(arn)}`,
  check(attributes, target) {
    const [roleName, arn] = [text(attributes.role), text(attributes.policy_arn)];
    const { account } = target;
    const refuse = (status: number, code: string, message: string) =>
      awsError(
        `attaching IAM Policy (${arn}) to IAM Role (${roleName})`,
        "IAM",
        "AttachRolePolicy",
        status,
        code,
        message,
      );
    requireRole(roleName, target, refuse);
    const managedByAws = arn.startsWith(`arn:${account.partition}:iam::aws:policy/`);
    if (!managedByAws && account.objects.get(POLICY, arn) === undefined) {
      throw refuse(404, "NoSuchEntity", `Policy ${arn} does not exist or is not attachable.`);
    }
    const attached = attachedPolicyArns(account, roleName);
    if (!attached.includes(arn) && attached.length >= MAX_ATTACHED) {
      throw refuse(409, "LimitExceeded", `Cannot exceed quota for PoliciesPerRole: ${MAX_ATTACHED}`);
    }
  },
};

type Refuse = (status: number, code: string, message: string) => Error;

function requireRole(name: string, { account }: Target, refuse: Refuse): void {
  if (account.objects.get(ROLE, name) === undefined) {
    throw refuse(404, "NoSuchEntity", `The role with name ${name} cannot be found.`);
  }
}

export const iamBehaviours: Record<string, ResourceBehaviour> = {
  [PROVIDER]: identityProvider,
  [ROLE]: role,
  [POLICY]: policy,
  [INLINE_POLICY]: inlinePolicy,
  [ATTACHMENT]: attachment,
};
