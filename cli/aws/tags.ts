/** A list of tags, as most services answer it, by key. */
export function tagsOf(
  list: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): Readonly<Record<string, string>> {
  return Object.fromEntries(list.map(({ Key = "", Value = "" }) => [Key, Value]));
}
