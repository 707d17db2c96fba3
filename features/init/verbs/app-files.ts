import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";

export interface AppOptions {
  readonly name: string;
  /** The packed file of Gatehouse, relative to the app. */
  readonly packed: string;
  readonly packageManager: PackageManager;
}

/** Finds a forgotten `await`. typescript-eslint fails with some versions of TypeScript; Biome misses `services.call(…)` in `decide`. */
export const linter = { oxlint: "1.94.0", "oxlint-tsgolint": "7.0.2007" } as const;

type Versions = Readonly<Record<string, string>>;

interface Manifest {
  readonly version: string;
  readonly engines: Versions;
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
  readonly peerDependencies: Versions;
  readonly peerDependenciesMeta: Readonly<Record<string, object>>;
}

/** Files except the policy folder: text by path. */
export function appFiles({ name, packed, packageManager }: AppOptions): Readonly<Record<string, string>> {
  const ours = jsonIn("package.json") as Manifest;
  const { context } = jsonIn("cdk.json") as { context: object };
  const version = (of: Versions, ...names: readonly string[]) => Object.fromEntries(names.map((each) => [each, of[each]]));
  return {
    "package.json": json({
      name: packageName(name),
      version: "1.0.0",
      private: true,
      engines: ours.engines,
      scripts: {
        start: "entra-gatehouse start",
        gate: "entra-gatehouse",
        test: "tsc && oxlint && entra-gatehouse test",
        lint: "oxlint",
        synth: "cdk synth --quiet",
        deploy: "cdk deploy",
      },
      dependencies: {
        ...version(ours.peerDependencies, "aws-cdk-lib", "constructs"),
        "entra-gatehouse": `file:${packed}`,
        ...version(ours.peerDependencies, "valibot"),
      },
      devDependencies: {
        ...version(ours.devDependencies, "aws-cdk", ...Object.keys(ours.peerDependenciesMeta)),
        ...linter,
        ...version(ours.dependencies, "@types/node", "tsx", "typescript"),
      },
      ...manifestFor[packageManager],
    }),
    "cdk.json": json({ app: "node --import entra-gatehouse/typescript bin/app.ts", versionReporting: false, context }),
    "tsconfig.json": json({
      compilerOptions: {
        target: "es2023",
        module: "preserve",
        moduleResolution: "bundler",
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        types: ["node"],
      },
      include: ["bin", "policy", "policies", "settings.ts", "entra.ts", "entra-attributes.ts"],
    }),
    ".oxlintrc.json": json({
      $schema: "./node_modules/oxlint/configuration_schema.json",
      options: { typeAware: true },
      plugins: ["typescript"],
      categories: { correctness: "off" },
      rules: { "typescript/no-floating-promises": "error", "typescript/no-misused-promises": "error" },
      ignorePatterns: ["cdk.out", ".local"],
    }),
    "bin/app.ts": APP,
    "settings.ts": SETTINGS,
    "README.md": readme(name, packageManager),
    ...managerFiles[packageManager],
    ".gitignore": "node_modules/\ncdk.out/\n.local/\n",
  };
}

const APP = `import { GatehouseStack, readSettings, runApp } from "entra-gatehouse/cdk";

runApp((app) => {
  new GatehouseStack(app, "Gatehouse", readSettings(app));
});
`;

const SETTINGS = `import type { GatehouseSettings } from "entra-gatehouse/cdk";

/** What you choose: node_modules/entra-gatehouse/docs/settings.md lists the options. */
export default {
  policy: "policy",
  // Functions sign in to Microsoft Graph by roles of the stack, without a secret: see docs/graph-sign-in.md there.
  graphSignIn: "role",
} satisfies GatehouseSettings;
`;

function packageName(name: string): string {
  const allowedName = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+|[.-]+$/g, "");
  return allowedName || "sign-up-gate";
}

function readme(name: string, packageManager: PackageManager): string {
  return `# ${name}

A gate for sign-ups: it decides who may sign up to a Microsoft Entra tenant. What happens at each step is in \`policy/\`; what a policy has
to answer, in \`policy/cases/\`.

\`\`\`
${packageManager} install
npm run gate -- start    # runs it on this machine
${`${packageManager} test`.padEnd(24)} # checks types and forgotten awaits, and runs the policy's cases
npm run gate -- deploy   # into your AWS account, step by step
\`\`\`

Git keeps what the policy was. Before you deploy a change, \`npm run gate -- preview --find\` searches for people whom it
lets in or refuses and the commit before does not.

## Let the first person in

1. Run \`npm run gate -- start\`, and open the simulator: its address is the first that the start prints.
2. Click a person marked as refused. The page shows what they see, and which rule and entry refused them.
3. Allow them with the button below, or at the terminal:
   \`npm run gate -- list allow ADDRESS --local\`
4. Sign them up again: they are let in, if the policy asks the access list.

Then \`npm run gate -- deploy\` leads from here to your tenant (\`node_modules/entra-gatehouse/docs/install.md\`), and \`docs/authors.md\` beside it to a policy of your own.

## What is where

Options go into \`settings.ts\`, resources of your own into \`bin/app.ts\`.
The guides are in \`node_modules/entra-gatehouse/docs\`.

Gatehouse is installed from the packed file in \`vendor/\`: keep it with the app. An upgrade is another file there.
`;
}

function jsonIn(file: string): unknown {
  return JSON.parse(readFileSync(join(packageRoot, file), "utf8"));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export const packageManagers = ["npm", "pnpm", "yarn"] as const;
export type PackageManager = (typeof packageManagers)[number];

/** Packages with an installation script, which need not run: each contains its binaries. Package managers require a setting to skip it. */
const withScripts = ["classic-level", "esbuild"] as const;

const refusedScripts = Object.fromEntries(withScripts.map((name) => [name, false]));

/** These fields work in all versions of the package manager. */
const manifestFor: Readonly<Record<PackageManager, object>> = {
  npm: { allowScripts: refusedScripts },
  pnpm: {},
  yarn: { dependenciesMeta: Object.fromEntries(withScripts.map((name) => [name, { built: false }])) },
};

const managerFiles: Readonly<Record<PackageManager, Readonly<Record<string, string>>>> = {
  npm: {},
  // Version 10 of pnpm reads `ignoredBuiltDependencies`. Later versions read `allowBuilds`.
  pnpm: {
    "pnpm-workspace.yaml": `ignoredBuiltDependencies:\n${withScripts.map((name) => `  - ${name}\n`).join("")}allowBuilds:\n${withScripts.map((name) => `  ${name}: false\n`).join("")}`,
  },
  // Policies and esbuild need node_modules. Version 1 of yarn always creates the folder, and does not read this file.
  yarn: { ".yarnrc.yml": "nodeLinker: node-modules\n" },
};

/** Package managers pass their name on in an environment variable: "pnpm/10.4.1 npm/? node/v24". */
export function packageManagerHere(): PackageManager {
  const userAgent = process.env.npm_config_user_agent ?? "";
  return packageManagers.find((name) => userAgent.startsWith(`${name}/`)) ?? "npm";
}
