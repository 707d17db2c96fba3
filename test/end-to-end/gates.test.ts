import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as appRootModule from "../../lib/app-root";
import { packageRoot } from "../../lib/app-root";
import { makeAppFolder, newAppPath, removeAppFolder } from "../support/app-folder";
import { START_MS } from "../support/gate";
import { tenPolicies } from "../support/ten-policies";
import { approvalRecipes } from "./approval-recipes";
import { documentedCommands } from "./documented-commands";
import { externalTenant } from "./external-tenant";
import { identityRecipes, vendors } from "./identity-recipes";
import { namedGates, suppliersPolicy } from "./named-gates";
import { otherRecipes } from "./other-recipes";
import { ownTexts } from "./own-texts";
import { promises } from "./promises";
import { shadows } from "./shadows";
import { type StartedGate, type StartedGates, startGates } from "./started-gate";

// One app with a gate for each policy that is tried, as a start takes longer than most of what is tried.

const folders = readdirSync(join(packageRoot, "samples", "policies"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
/**
 * Those of samples/policies/README.md, of rules that call and of rules that others try: their cases try them, and they are compiled with
 * the project. Each other one is started, which compiles it as an app has it.
 */
const casesAlone: readonly string[] = [
  ...tenPolicies.filter((name) => name !== "approval"),
  "partner-codes",
  "expiry",
  "guests",
  "invitations",
  "mail-facts",
  "minimum-age",
  "newcomers",
  "one-account",
  "partners",
  "quota",
  "services",
  "stages",
  "terms",
  "consumer-mail",
  // Started by release.test.ts.
  "template",
  // Written and started by test/browser/who.ts.
  "who-domains",
  "who-invited",
  "who-list",
  "who-open",
];

describe("the policies in samples/policies", () => {
  it("are all tried, each in this file or by its own cases", () => {
    expect(folders.filter((name) => !casesAlone.includes(name)).sort()).toEqual([...names].sort());
  });

  it("are the policies that the guide shows", () => {
    const [guide, policy] = ["docs/guests.md", "samples/policies/guests/before-create-user.ts"].map((path) =>
      readFileSync(join(packageRoot, path), "utf8"),
    );
    expect(guide).toContain(policy);
  });
});

const names = [
  "approval",
  "approval-continue",
  "prefill",
  "permitted-values",
  "lookup",
  "limits",
  "tokens",
  "idology",
  "experian",
] as const;
/** Those in test/end-to-end/policies. */
const own = ["external-tenant", "own-texts", "promises", "shadows"] as const;
const [unnamed, ...samples] = names;

/** A start serves the app of its folder. It is filled only if a test runs, which then removes it. */
const app = newAppPath();
const inRepository = (folder: string) => join(packageRoot, folder);
const settings = {
  gates: Object.fromEntries([
    ...samples.map((name) => [name, { policy: inRepository(`samples/policies/${name}`) }]),
    ...["suppliers", ...own].map((name) => [name, { policy: name }]),
  ]),
};
/** In the app, where own-texts.ts saves one anew. */
const written = {
  "suppliers/before-create-user.ts": suppliersPolicy,
  ...Object.fromEntries(own.flatMap((name) => filesOf(name))),
};

function filesOf(name: string): readonly (readonly [string, string])[] {
  const folder = inRepository(`test/end-to-end/policies/${name}`);
  return readdirSync(folder).map((file) => [`${name}/${file}`, readFileSync(join(folder, file), "utf8")]);
}

let started: StartedGates;
let gates: Readonly<Record<(typeof names)[number] | (typeof own)[number], StartedGate>>;
beforeAll(async () => {
  makeAppFolder(settings, written, app);
  const root = vi.spyOn(appRootModule, "appRoot", "get").mockReturnValue(app);
  started = await startGates({ policy: inRepository(`samples/policies/${unnamed}`), reload: true });
  // Commands are run in the repository's folder.
  root.mockRestore();
  const named = [...samples, ...own].map((name) => [name, started.at(name)] as const);
  gates = Object.fromEntries([[unnamed, started.at(undefined)], ...named]) as typeof gates;
}, START_MS);
afterAll(async () => {
  await started?.stop();
  vi.restoreAllMocks();
  removeAppFolder(app);
});

describe("approvals", () => approvalRecipes(() => gates));

describe.each(vendors)("identity verification by $vendor", (vendor) => identityRecipes(vendor, () => gates[vendor.vendor]));

otherRecipes(() => gates);

describe("a gate with a name", () => namedGates(() => gates.approval, [...samples, "suppliers", ...own]));

describe("an external tenant", () => externalTenant(() => gates["external-tenant"]));

describe("a custom policy", () =>
  ownTexts(
    () => gates["own-texts"],
    () => join(app, "own-texts"),
  ));

describe("a shadowed rule does not change the answer if it", () => shadows(() => gates.shadows));

describe("what the gate promises", () => promises(() => gates.promises));

describe("a documented command of the project", () => documentedCommands(() => gates.approval));
