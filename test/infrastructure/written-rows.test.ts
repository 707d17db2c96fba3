import { readdirSync } from "node:fs";
import { join } from "node:path";
import { keysUnder } from "../../features/row-kinds";
import { packageRoot } from "../../lib/app-root";
import { listStepUses, loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import { everything } from "../support/everything";
import { synthesize } from "../support/synth";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
type Options = Parameters<typeof synthesize>[0];
type Policies = Record<string, { readonly Properties: { readonly PolicyDocument: { readonly Statement: readonly Statement[] } } }>;

/** Who may put or update rows of a table, and with which keys. */
function writersOf(table: "DecisionsTable" | "Ledger", options: Options) {
  const policies = synthesize(options).template.findResources("AWS::IAM::Policy") as Policies;
  return Object.entries(policies).flatMap(([role, { Properties }]) =>
    Properties.PolicyDocument.Statement.filter(
      ({ Effect, Action, Resource }) =>
        Effect === "Allow" &&
        [Action].flat().some((each) => /^dynamodb:(Put|Update|BatchWrite)Item$/.test(each)) &&
        JSON.stringify(Resource).includes(`"${table}`),
    ).map(({ Condition }) => ({ role, keys: Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"], named: Condition?.Null })),
  );
}

function writesOf(folder: string): string {
  const writes = loadPolicyFolder(folder).map((step) => [
    step.step,
    listStepUses(step).filter((use) => "access" in use && use.access === "write"),
  ]);
  return JSON.stringify(writes);
}

const samples = readdirSync(join(packageRoot, "samples", "policies"), { withFileTypes: true }).filter((each) => each.isDirectory());
/** Roles follow from what rules declare that they write: of policies that declare the same, one stands for all. */
const folders = new Map(
  ["policy", ...samples.map(({ name }) => `samples/policies/${name}`)].map((folder) => [writesOf(folder), folder]),
).values();
const stacks: readonly (readonly [string, Options])[] = [
  ["everything", everything],
  ...[...folders].map((folder) => [folder, { folder }] as const),
];
/** Rows of the table of decisions that are no decisions. */
const ofOperators = keysUnder("decisions", () => true).map((under) => `${under}*`);
const isNamed = { "dynamodb:LeadingKeys": "false" };

describe.each(stacks)("a stack with %s", (_, options) => {
  it("writes only records, postures and partners into the decisions table, each under its own keys", () => {
    for (const { role, keys, named } of writersOf("DecisionsTable", options)) {
      expect(named, role).toEqual(isNamed);
      // An erasure changes records alone.
      const isWorker = /^(Console(?!PersonErasure)|Partners)/.test(role);
      expect(isWorker ? ofOperators : ["????-????*", "posture*"], role).toEqual(expect.arrayContaining(keys as string[]));
    }
  });

  it("writes only the declared kinds of ledger rows; an erasure may change any row that names the person", () => {
    const unbounded = writersOf("Ledger", options).filter(({ keys }) => keys === undefined);
    expect(unbounded.filter(({ role }) => !role.startsWith("ConsolePersonErasure"))).toEqual([]);
  });
});

it("no step may set a gate if its policy has no surge", () => {
  const setters = (folder: string) => writersOf("DecisionsTable", { folder }).filter(({ keys }) => (keys as string[]).includes("posture*"));
  expect(setters("policy")).toEqual([]);
});

it("a shadow may only add to records", () => {
  const shadows = writersOf("DecisionsTable", { folder: "test/infrastructure/policies/shadows" }).filter(({ role }) => /Shadow/.test(role));
  expect(shadows.map(({ keys, named }) => ({ keys, named }))).toEqual([{ keys: ["????-????*"], named: isNamed }]);
});
