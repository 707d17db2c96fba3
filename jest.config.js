const { availableParallelism } = require("node:os");

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
  "age-encryption",
  "@noble",
  "@scure",
];

module.exports = {
  // Not by <rootDir>: `npm run mutation` resolves it by itself.
  testEnvironment: require.resolve("./test/support/environment.js"),
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // Needs Java: npm run test:aws.
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/aws/"],
  globalSetup: "<rootDir>/test/support/global-setup.ts",
  setupFiles: ["<rootDir>/test/support/same-properties.ts"],
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
  moduleNameMapper: {
    "^entra-gatehouse$": "<rootDir>/index.ts",
    "^entra-gatehouse/cdk$": "<rootDir>/bin/cdk.ts",
    "^entra-gatehouse/package.json$": "<rootDir>/package.json",
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join("|")})/)`],
  modulePathIgnorePatterns: ["<rootDir>/cdk.out", "<rootDir>/dist", "<rootDir>/.local"],
  testSequencer: "<rootDir>/test/support/sequencer.js",
  // One more than there are cores, as suites wait for what they start.
  maxWorkers: availableParallelism() + 1,
  // What suites leave behind in a worker slows down those after them: it is begun anew.
  workerIdleMemoryLimit: "512MB",
  // A slow machine must not look like a failed test.
  testTimeout: 240_000,
};
