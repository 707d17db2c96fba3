/** Packages that ship as ES modules only; Node's own require cannot load them inside jest. */
const esmOnly = [
  "@middy",
  "valibot",
  "hono",
  "jose",
  "openid-client",
  "oauth4webapi",
  "oidc-provider",
  "@koa",
  "koa",
  "nanoid",
  "eta",
  "quick-lru",
  "@sparticuz",
];

module.exports = {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  globalSetup: "<rootDir>/test/support/global-setup.ts",
  transform: {
    "^.+\\.[cm]?[jt]sx?$": [
      "@swc/jest",
      {
        jsc: {
          target: "es2022",
          parser: { syntax: "typescript", tsx: true },
          transform: { react: { runtime: "automatic", importSource: "hono/jsx" } },
        },
        module: { type: "commonjs" },
      },
    ],
  },
  // As tsconfig.json has it: in the repository the package is its sources.
  moduleNameMapper: { "^entra-gatehouse$": "<rootDir>/index.ts", "^entra-gatehouse/cdk$": "<rootDir>/lib/index.ts" },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join("|")})/)`],
  modulePathIgnorePatterns: ["<rootDir>/cdk.out", "<rootDir>/dist", "<rootDir>/.local"],
  // Suites wait for what they start more than they compute.
  maxWorkers: "100%",
  // A slow machine must not look like a failed test.
  testTimeout: 240_000,
};
