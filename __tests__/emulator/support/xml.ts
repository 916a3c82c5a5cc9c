// AWS answers are flat enough to be read without an XML parser: no attributes, no comments, no element inside itself.

/** The content of every element of that name, in order. */
export function elements(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>(.*?)</${name}>`, "gs"))].map((match) => match[1] ?? "");
}

/** The text of the first element of that name; empty when there is none. */
export function text(xml: string, name: string): string {
  return unescapeXml(elements(xml, name)[0] ?? "");
}

/** The texts of the `<member>` elements of a list. */
export function members(xml: string, list: string): readonly string[] {
  return elements(elements(xml, list)[0] ?? "", "member").map(unescapeXml);
}

export function escapeXml(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function unescapeXml(value: string): string {
  return value
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("&amp;", "&");
}
