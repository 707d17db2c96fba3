/** Who may install an app's packages. */
export const packageManagers = ["npm", "pnpm", "yarn"] as const;
export type PackageManager = (typeof packageManagers)[number];

/** Those of the app's packages that build something as they are installed, which package managers want allowed by name. */
const built = ["classic-level", "esbuild"] as const;

const allowed = Object.fromEntries(built.map((name) => [name, true]));

/** What each needs in package.json, of any version that it may be of. */
export const manifestFor: Readonly<Record<PackageManager, object>> = {
  npm: { allowScripts: allowed },
  pnpm: {},
  yarn: { dependenciesMeta: Object.fromEntries(built.map((name) => [name, { built: true }])) },
};

/** What each reads of a file of its own: path -> text. */
export const managerFiles: Readonly<Record<PackageManager, Readonly<Record<string, string>>>> = {
  npm: {},
  // Version 10 reads the list, later ones read the map.
  pnpm: {
    "pnpm-workspace.yaml": `onlyBuiltDependencies:\n${built.map((name) => `  - ${name}\n`).join("")}allowBuilds:\n${built.map((name) => `  ${name}: true\n`).join("")}`,
  },
  // Policies and esbuild look into node_modules. Version 1 knows nothing else, and does not read this.
  yarn: { ".yarnrc.yml": "nodeLinker: node-modules\n" },
};

/** The one that runs this process, as each says to what it runs: "pnpm/10.4.1 npm/? node/v24". */
export function packageManagerHere(userAgent = process.env.npm_config_user_agent ?? ""): PackageManager {
  return packageManagers.find((name) => userAgent.startsWith(`${name}/`)) ?? "npm";
}
