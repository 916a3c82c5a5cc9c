import { dirname, join, resolve } from "node:path";
import ts from "typescript";
import { docs } from "./declarations";

/** What an entry of the package exports. */
export interface Export {
  readonly name: string;
  /** Its docstring; empty for what comes from the bindings of a provider. */
  readonly text: string;
  readonly example?: string;
  /** How the code declares it, without a body. */
  readonly signature: string;
}

/** Everything that a file exports, by its name. Only files of the folder are read, and nothing is type-checked. */
export function exportsOf(folder: string, entry: string): readonly Export[] {
  const options: ts.CompilerOptions = { noLib: true, types: [], target: ts.ScriptTarget.ES2022 };
  const host = ts.createCompilerHost(options, true);
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => {
      const path = resolve(dirname(from), text);
      const file = [`${path}.ts`, join(path, "index.ts")].find((name) => ts.sys.fileExists(name));
      return text.startsWith(".") && file !== undefined
        ? { resolvedModule: { resolvedFileName: file, extension: ts.Extension.Ts } }
        : { resolvedModule: undefined };
    });
  const program = ts.createProgram([join(folder, entry)], options, host);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(folder, entry));
  const module = source && checker.getSymbolAtLocation(source);
  return (module ? checker.getExportsOfModule(module) : []).map((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const [declaration] = target.declarations ?? [];
    return declaration === undefined
      ? { name: symbol.name, text: "", signature: "" }
      : { name: symbol.name, ...docs(documented(declaration)), signature: signatureOf(declaration) };
  });
}

/** The docstring of a constant is at its statement. */
function documented(declaration: ts.Declaration): ts.Node {
  return ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
}

function signatureOf(declaration: ts.Declaration): string {
  const text = ts.isClassDeclaration(declaration)
    ? classWithoutBodies(declaration)
    : withoutBody(documented(declaration), ts.isFunctionDeclaration(declaration) ? declaration.body : undefined);
  return text.replace(/^export /, "").replaceAll(/\{@link (\w+)\}/g, "`$1`");
}

/** What users of a class can call. */
function classWithoutBodies(declaration: ts.ClassDeclaration): string {
  const text = declaration.getText();
  const members = declaration.members
    .filter((member) => ts.canHaveModifiers(member) && member.modifiers?.some(({ kind }) => kind === PUBLIC))
    .map((member) => {
      const { body } = member as { readonly body?: ts.Node };
      return `  ${withoutBody(member, body)}`;
    });
  const head = text.slice(0, text.indexOf("{") + 1);
  return [head, ...members, "}"].join("\n");
}

const PUBLIC = ts.SyntaxKind.PublicKeyword;

function withoutBody(node: ts.Node, body: ts.Node | undefined): string {
  return body
    ? `${node
        .getText()
        .slice(0, body.getStart() - node.getStart())
        .trim()};`
    : node.getText();
}
