import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** A prop of an interface, or a property of a class, with its docstring. */
export interface Member {
  readonly name: string;
  readonly type: string;
  readonly isOptional: boolean;
  readonly text: string;
  /** What the docstring says after `@default`. */
  readonly default?: string;
}

/** What an interface takes over from another one. */
interface Base {
  readonly name: string;
  /** Names of members that it leaves out, or the only ones that it takes. */
  readonly without?: readonly string[];
  readonly only?: readonly string[];
}

/** An interface, a class, or a union of interfaces. */
export interface Declaration {
  readonly name: string;
  readonly text: string;
  readonly members: readonly Member[];
  /** Names after `extends`, or the parts of a union. */
  readonly bases: readonly Base[];
  readonly example?: string;
  /** Interface of the props, where it is the class of a construct. */
  readonly props?: string;
}

/** Every interface, class and union below a folder, by its name. Read from the source text alone: nothing is type-checked. */
export function declarationsIn(folder: string): ReadonlyMap<string, Declaration> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".d.ts"),
  );
  return new Map(
    files
      .sort()
      .flatMap((file) => declarationsOf(readFileSync(join(folder, file), "utf8")))
      .map((declaration) => [declaration.name, declaration]),
  );
}

function declarationsOf(source: string): Declaration[] {
  const file = ts.createSourceFile("module.ts", source, ts.ScriptTarget.ES2022, true);
  return file.statements.flatMap((statement) =>
    ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement)
      ? [declaration(statement)]
      : ts.isTypeAliasDeclaration(statement)
        ? [alias(statement)]
        : [],
  );
}

/** A union or an intersection has the members of its parts. */
function alias(node: ts.TypeAliasDeclaration): Declaration {
  const { type } = node;
  const parts = ts.isUnionTypeNode(type) || ts.isIntersectionTypeNode(type) ? [...type.types] : [];
  return { name: node.name.text, ...docs(node), members: [], bases: parts.map((part) => ({ name: part.getText() })) };
}

function declaration(node: ts.InterfaceDeclaration | ts.ClassDeclaration): Declaration {
  const elements: readonly ts.Node[] = node.members;
  const members = elements.flatMap((member) =>
    ts.isPropertySignature(member) || (ts.isPropertyDeclaration(member) && isPublic(member)) ? [memberOf(member)] : [],
  );
  const constructor = elements.find((member) => ts.isConstructorDeclaration(member));
  const props = constructor?.parameters[2]?.type?.getText();
  return {
    name: node.name?.text ?? "",
    ...docs(node),
    members,
    bases: node.heritageClauses?.flatMap(({ types }) => types.map(base)) ?? [],
    ...(props === undefined ? {} : { props }),
  };
}

/** `Base`, `Omit<Base, "a" | "b">` or `Pick<Base, "a">`. */
function base({ expression, typeArguments = [] as never }: ts.ExpressionWithTypeArguments): Base {
  const kind = expression.getText();
  const [of, keys] = typeArguments.map((argument) => argument.getText());
  const names = [...(keys ?? "").matchAll(/"(\w+)"/g)].map(([, name = ""]) => name);
  return of === undefined || (kind !== "Omit" && kind !== "Pick")
    ? { name: kind }
    : { name: of, ...(kind === "Omit" ? { without: names } : { only: names }) };
}

function isPublic(member: ts.PropertyDeclaration): boolean {
  return member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PublicKeyword) ?? false;
}

function memberOf(member: ts.PropertySignature | ts.PropertyDeclaration): Member {
  return {
    name: member.name.getText(),
    type: (member.type?.getText() ?? "").replaceAll(/\s+/g, " "),
    isOptional: member.questionToken !== undefined,
    ...docs(member),
  };
}

/** What a docstring says: its text, and what follows `@default` and `@example`. */
export function docs(node: ts.Node): {
  readonly text: string;
  readonly default?: string;
  readonly example?: string;
} {
  const parts = ts.getJSDocCommentsAndTags(node);
  const text = parts.filter((part) => ts.isJSDoc(part)).map(({ comment }) => plain(comment));
  const tag = (name: string) => {
    const found = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === name);
    return found === undefined ? {} : { [name]: plain(found.comment) };
  };
  return { text: text.join("\n"), ...tag("default"), ...tag("example") };
}

/** Links become code: the page has no anchors for every name. */
function plain(comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string {
  return (ts.getTextOfJSDocComment(comment) ?? "").replaceAll(/\{@link (\w+)\}/g, "`$1`");
}
