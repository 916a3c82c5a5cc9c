import { AwsError, type AwsApi } from "./aws-api";
import { escapeXml } from "./xml";

export interface Answer {
  readonly status: number;
  readonly xml: string;
}

const MAX_CLIENT_IDS = 100;
const MAX_CLIENT_ID_LENGTH = 255;

const CHANGES: Readonly<Record<string, (list: readonly string[], id: string) => readonly string[]>> = {
  AddClientIDToOpenIDConnectProvider: (list, id) => (list.includes(id) ? list : [...list, id]),
  RemoveClientIDFromOpenIDConnectProvider: (list, id) => list.filter((other) => other !== id),
};

/**
 * Answers the two IAM actions that moto lacks, as the IAM API reference describes them: both succeed without effect where
 * nothing is to be done, an unknown provider is `NoSuchEntity`, audience 101 is `LimitExceeded`. The list lives in moto
 * only; as moto cannot change it, the provider is made anew with the new list, its thumbprints and its tags. Nobody may
 * call moto about providers meanwhile.
 *
 * @returns `undefined` for any other action
 */
export function answerClientIdAction(moto: AwsApi, parameters: URLSearchParams): Promise<Answer> | undefined {
  const action = parameters.get("Action") ?? "";
  const change = CHANGES[action];
  if (!change) return undefined;
  const run = async (): Promise<Answer> => {
    const arn = parameters.get("OpenIDConnectProviderArn") ?? "";
    const clientId = parameters.get("ClientID") ?? "";
    if (clientId.length < 1 || clientId.length > MAX_CLIENT_ID_LENGTH)
      throw new AwsError("ValidationError", `clientID must have 1 to ${MAX_CLIENT_ID_LENGTH} characters`, 400);
    const provider = await moto.getOidcProvider(arn);
    const clientIds = change(provider.clientIds, clientId);
    if (clientIds.length > MAX_CLIENT_IDS)
      throw new AwsError(
        "LimitExceeded",
        `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${MAX_CLIENT_IDS}`,
        409,
      );
    if (clientIds.length !== provider.clientIds.length) {
      await moto.deleteOidcProvider(arn);
      await moto.createOidcProvider({ ...provider, clientIds });
    }
    return {
      status: 200,
      xml: `<${action}Response><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></${action}Response>`,
    };
  };
  return run().catch((error: unknown) => {
    const { code, reason, status } =
      error instanceof AwsError ? error : { code: "ServiceFailure", reason: String(error), status: 500 };
    const content = `<Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(reason)}</Message>`;
    return { status, xml: `<ErrorResponse><Error>${content}</Error><RequestId>0</RequestId></ErrorResponse>` };
  });
}
