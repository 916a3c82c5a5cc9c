import { text, texts, type Attributes } from "../protocol/values";
import type { ResourceType } from "../provider/provider";
import { changeOf } from "../provider/state";
import { ATTACHMENT, INLINE_POLICY, ROLE } from "./iam";
import type { AccountSpace } from "./space";

/** What an exclusive resource lists: objects of this type that belong to a role, by one of their attributes. */
interface Listed {
  readonly list: string;
  readonly type: string;
  readonly by: string;
}

const LISTED: Readonly<Record<string, Listed>> = {
  aws_iam_role_policy_attachments_exclusive: { list: "policy_arns", type: ATTACHMENT, by: "policy_arn" },
  aws_iam_role_policies_exclusive: { list: "policy_names", type: INLINE_POLICY, by: "name" },
};

/** Changes to the account's objects, as the account itself makes them. */
interface Changeable extends AccountSpace {
  create(type: string, planned: Attributes, region: string): Attributes;
  delete(type: string, id: string): void;
}

/**
 * A resource that is no object of AWS: it lists the policies that a role has, and takes the others away (hashicorp/aws,
 * aws_iam_role_policy_attachments_exclusive and aws_iam_role_policies_exclusive). Its destruction changes nothing.
 */
export function exclusivePolicies(type: string, account: Changeable): ResourceType | undefined {
  const listed = LISTED[type];
  if (listed === undefined) {
    return undefined;
  }
  const { list, by } = listed;
  const present = (role: string) =>
    account.objects.all(listed.type).filter(({ attributes }) => attributes.role === role);
  const bring = (planned: Attributes): Attributes => {
    const [role, wanted] = [text(planned.role_name), texts(planned[list])];
    const there = present(role).map(({ attributes }) => text(attributes[by]));
    // An inline policy that is missing has no document here, and stays missing.
    for (const name of listed.type === ATTACHMENT ? wanted.filter((entry) => !there.includes(entry)) : []) {
      account.create(listed.type, { role, [by]: name }, account.cloud.region);
    }
    for (const { id, attributes } of present(role)) {
      if (!wanted.includes(text(attributes[by]))) {
        account.delete(listed.type, id);
      }
    }
    return planned;
  };
  return {
    requiresReplace: changeOf(["role_name"]),
    create: bring,
    update: (_, planned) => bring(planned),
    read: ({ role_name: role }) =>
      account.objects.get(ROLE, text(role)) === undefined
        ? null
        : { role_name: text(role), [list]: present(text(role)).map(({ attributes }) => text(attributes[by])) },
    delete: () => undefined,
    import: (id) => ({ role_name: id }),
  };
}
