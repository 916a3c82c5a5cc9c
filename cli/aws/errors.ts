import { InputError } from "../../modules/inputs";
import type { Reading } from "../reading";

/** An error that AWS answers has its code as name. */
function codeOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/** Codes that mean: the caller lacks a right. Services name them differently. */
const DENIED = /^(AccessDenied|AuthorizationError|UnauthorizedOperation|Forbidden|AccessDeniedException)/;

/** Codes that mean: there are no credentials, or they hold no longer. */
const NOBODY = [
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "SignatureDoesNotMatch",
  "TokenProviderError",
];

/** Codes that mean: the region does not know the caller. */
const UNKNOWN = ["AuthFailure", "InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException"];

/** Codes that mean: too many calls, also after every attempt of the SDK. */
const THROTTLED = /^(Throttl|TooManyRequests|RequestLimitExceeded|SlowDown)/;

/**
 * Reads something from AWS. A missing right is an answer, and so is throttling; the other readings go on.
 * @param right - for services whose errors do not name it
 */
export async function reading<Value>(read: () => Promise<Value>, right?: string): Promise<Reading<Value>> {
  try {
    return { value: await read() };
  } catch (error) {
    if (THROTTLED.test(codeOf(error))) {
      return { unread: `${codeOf(error)}: ${(error as Error).message}` };
    }
    if (DENIED.test(codeOf(error))) {
      const { message } = error as Error;
      return { unread: right === undefined || message.includes(right) ? message : `${message} (right: ${right})` };
    }
    throw asInputError(error);
  }
}

/** Reads something in a region that nobody named: one that cannot be reached, or knows nobody, is an answer. */
export async function elsewhere<Value>(region: string, read: () => Promise<Reading<Value>>): Promise<Reading<Value>> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError) {
      return { unread: `region ${region}: ${error.message}` };
    }
    throw error;
  }
}

/** The same, where an object that does not exist is an answer: undefined. */
export async function readingOf<Value>(
  absent: readonly string[],
  read: () => Promise<Value>,
  right?: string,
): Promise<Reading<Value | undefined>> {
  return reading(async () => {
    try {
      return await read();
    } catch (error) {
      if (absent.includes(codeOf(error))) {
        return undefined;
      }
      throw error;
    }
  }, right);
}

/** What the caller can correct, said in its words; anything else as it is. */
export function asInputError(error: unknown): unknown {
  const code = codeOf(error);
  const { message } = error as Error;
  if (UNKNOWN.includes(code)) {
    const reasons = "they are wrong, of another partition, or the region is not enabled in their account";
    return unusable("AWS credentials", `AWS does not know them there (${message}): ${reasons}`);
  }
  if (NOBODY.includes(code)) {
    return unusable("AWS credentials", `AWS does not accept them (${message}): sign in again, or set them`);
  }
  const system = (error as NodeJS.ErrnoException).code;
  return system === "ENOTFOUND" || system === "ECONNREFUSED"
    ? unusable("awsRegion", `AWS cannot be reached there (${message}): correct the region, or check the network`)
    : error;
}

function unusable(prop: string, message: string): InputError {
  return new InputError([{ prop, message: `${prop}: ${message}` }]);
}
