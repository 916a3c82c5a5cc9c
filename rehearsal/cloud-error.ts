/** A cloud refuses a call. The message is what the cloud answers; the provider shows it as a diagnostic. */
export class CloudError extends Error {}
