/* eslint-disable jsdoc/require-jsdoc -- declarations of another package's API */
/** The part of the AWS SDK that the function uses. The SDK is in the Lambda runtime; it is no dependency of the project. */
declare module "@aws-sdk/client-iam" {
  export interface Command<Output> {
    readonly output?: Output;
  }
  export interface Tag {
    Key: string;
    Value: string;
  }
  interface Target {
    OpenIDConnectProviderArn: string;
  }
  export interface OpenIDConnectProvider {
    Url?: string;
    ClientIDList?: string[];
    ThumbprintList?: string[];
    Tags?: Tag[];
  }
  export interface RolesPage {
    Roles?: { AssumeRolePolicyDocument?: string }[];
    IsTruncated?: boolean;
    Marker?: string;
  }
  type CommandOf<Input, Output> = new (input: Input) => Command<Output>;

  export class IAMClient {
    constructor(config: {
      maxAttempts?: number;
      requestHandler?: {
        connectionTimeout: number;
        requestTimeout: number;
        socketTimeout: number;
        throwOnRequestTimeout: boolean;
      };
    });
    send<Output>(command: Command<Output>): Promise<Output>;
  }
  export const GetOpenIDConnectProviderCommand: CommandOf<Target, OpenIDConnectProvider>;
  export const ListRolesCommand: CommandOf<{ Marker?: string }, RolesPage>;
  export const CreateOpenIDConnectProviderCommand: CommandOf<OpenIDConnectProvider, object>;
  export const AddClientIDToOpenIDConnectProviderCommand: CommandOf<Target & { ClientID: string }, object>;
  export const RemoveClientIDFromOpenIDConnectProviderCommand: CommandOf<Target & { ClientID: string }, object>;
  export const TagOpenIDConnectProviderCommand: CommandOf<Target & { Tags: Tag[] }, object>;
  export const UntagOpenIDConnectProviderCommand: CommandOf<Target & { TagKeys: string[] }, object>;
}
