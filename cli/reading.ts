/** What was read from a cloud, or why it could not be read. */
export type Reading<Value> = { readonly value: Value } | { readonly unread: string };
