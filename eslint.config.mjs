import eslint from "@eslint/js";
import jsdoc from "eslint-plugin-jsdoc";
import tseslint from "typescript-eslint";

// The provider packages' index files load every resource of the provider: 22 s and 2.3 GB instead of 0.3 s and 70 MB.
const providerIndex = {
  regex: "^@cdktf/provider-[a-z]+(/lib)?$",
  message: "Import a single resource, for instance @cdktf/provider-aws/lib/iam-role.",
};

// Imports run one way (docs/architecture.md): a module may import only the modules named here.
const shared = ["inputs", "iam", "terraform", "plans"];
const mayImport = {
  inputs: [],
  iam: ["inputs"],
  terraform: ["inputs", "iam"],
  plans: ["inputs", "iam"],
  cloudformation: ["inputs", "iam"],
  "identity-provider": shared,
  "arc-automation": shared,
  "iam-roles": shared,
  "azure-connector": shared,
  "member-accounts": [...shared, "cloudformation"],
  "portal-template": shared,
  "cloudtrail-fanout": ["inputs", "iam", "terraform"],
  providers: [...shared, "azure-connector"],
  onboarding: [
    ...shared,
    "cloudformation",
    "identity-provider",
    "arc-automation",
    "iam-roles",
    "azure-connector",
    "member-accounts",
    "portal-template",
  ],
};

const importDirection = Object.entries(mayImport).map(([module, allowed]) => ({
  files: [`modules/${module}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          providerIndex,
          {
            regex: `^(\\.\\./)+(${Object.keys(mayImport)
              .filter((name) => name !== module && !allowed.includes(name))
              .join("|")})(/|$)`,
            message: `modules/${module} may import only: ${allowed.join(", ") || "no other module"}.`,
          },
          {
            regex: "/(cli|examples|rehearsal|__tests__|main)(/|$)",
            message: "Modules never import the command line tool, examples, rehearsal or tests.",
          },
          ...(["inputs", "iam", "plans"].includes(module)
            ? [{ regex: "^(cdktf|constructs|@cdktf/.*)$", message: `modules/${module} imports no cdktf.` }]
            : []),
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ["dist", "lib", "cdktf.out", "node_modules", "coverage"] },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: "tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "no-restricted-imports": ["error", { patterns: [providerIndex] }],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        // An expression writes itself as an interpolation.
        { allowNumber: true, allow: [{ from: "file", name: "Expression" }] },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  ...importDirection,
  {
    files: ["cli/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            providerIndex,
            {
              regex: "^(\\.\\./)+(main|examples|scripts|__tests__)(/|$)",
              message: "The command line tool imports modules and the rehearsal alone.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["main.ts", "examples/**/*.ts", "rehearsal/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            providerIndex,
            {
              regex: "^(\\./|(\\.\\./)+)cli(/|$)",
              message: "Examples and rehearsal never import the command line tool.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["modules/**/*.ts"],
    plugins: { jsdoc },
    rules: {
      "jsdoc/require-jsdoc": [
        "error",
        { publicOnly: true, contexts: ["TSInterfaceDeclaration", "TSPropertySignature", "TSTypeAliasDeclaration"] },
      ],
      "jsdoc/no-types": "error",
    },
  },
  {
    files: ["__tests__/**/*.ts"],
    rules: { "no-restricted-globals": ["error", { name: "it", message: "Use test." }] },
  },
  {
    files: ["**/*.{js,cjs}"],
    languageOptions: {
      globals: { module: "writable", require: "readonly", process: "readonly", __dirname: "readonly" },
    },
  },
  { files: ["**/*.mjs"], languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } } },
);
