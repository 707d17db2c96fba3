import { type CfnElement, Stack } from "aws-cdk-lib";
import type { Need, Uses } from "../../adapters/operator/world";
import type { AnyTableName } from "../../adapters/tables/tables";
import { makeDecisions } from "../../features/approvals/acts/decision";
import { makeAccessActs } from "../../features/expiry/acts/access";
import { makeGuestAnswers } from "../../features/expiry/acts/guest";
import { denialsByAccount } from "../../features/explain/world";
import { invite, takeBack } from "../../features/invitations/acts";
import { acts } from "../../features/lists/acts";
import { views } from "../../features/lists/views";
import { tableShapes } from "../../features/row-kinds";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import { synthesize } from "../support/synth";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
type Policies = Record<string, { readonly Properties: { readonly PolicyDocument: { readonly Statement: readonly Statement[] } } }>;

const GUID = "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58";
const { template, gatehouse } = synthesize({
  folder: "samples/policies/guests",
  gates: { partners: { policy: loadPolicyFolder("samples/policies/partners") } },
  console: { tenantId: "contoso.onmicrosoft.com", clientId: "the-client" },
  externalTenant: { tenantId: GUID, audience: GUID },
  approvalMail: { decideFromMail: true },
  env: { account: "111111111111", region: "eu-west-1" },
});
const roles = Object.entries(template.findResources("AWS::IAM::Policy") as unknown as Policies);

function statementsOf(role: string): readonly Statement[] {
  const policies = roles.filter(([id]) => id.startsWith(`${role}Role`));
  return policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}

/** True if a statement allows an action on rows whose keys begin with the prefix. A right to some columns is no right to the rows. */
function allows({ Effect, Action, Resource, Condition }: Statement, action: string, place: string, prefix: string): boolean {
  const keys = Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] as readonly string[] | undefined;
  const reaches = [Resource].flat().some((arn) => {
    const [, table, index] =
      /^\{"Fn::GetAtt":\["(\w+)","Arn"\]\}$/.exec(JSON.stringify(arn)) ??
      /\["(\w+)","Arn"\]\},"(\/index\/[\w-]+)"/.exec(JSON.stringify(arn)) ??
      [];
    return `${table}${index ?? ""}` === place;
  });
  return (
    Effect === "Allow" &&
    [Action].flat().includes(`dynamodb:${action}`) &&
    reaches &&
    Condition?.["ForAllValues:StringEquals"] === undefined &&
    (keys === undefined || keys.some((key) => prefix.startsWith(key.replace(/\*$/, ""))))
  );
}

/** The parts of a need that a function's role does not grant. */
function missingOf(role: string, { table, actions, under = [""], indexes }: Need): readonly string[] {
  const name = table.replace(/ indexes$/, "") as AnyTableName;
  const id = Stack.of(gatehouse).getLogicalId(gatehouse.tables[name].table.node.defaultChild as CfnElement);
  const places = table === name ? [""] : (indexes ?? tableShapes[name].indexes.map((each) => each.name)).map((index) => `/index/${index}`);
  return actions
    .split(" ")
    .flatMap((action) => places.flatMap((place) => under.map((prefix) => ({ action, place, prefix }))))
    .filter(({ action, place, prefix }) => !statementsOf(role).some((each) => allows(each, action, `${id}${place}`, prefix)))
    .map(({ action, place, prefix }) => `${name}${place}: ${action} ${prefix}`.trim());
}

interface Offered {
  readonly name: string;
  readonly uses: Uses;
}

/** A page offers none of these: an erasure is done by a function of its own. */
const notOfPages = ["access.renew", "access.readmit", "person.erase"];
const functions: Readonly<Record<string, readonly Offered[]>> = {
  ConsoleFunction: [...acts, ...views].filter(({ name }) => !notOfPages.includes(name)),
  ApprovalApiFunction: Object.values(makeDecisions({})),
  MailDecisionsFunction: [
    ...Object.values(makeDecisions({})),
    ...Object.values(makeGuestAnswers(denialsByAccount)).filter(({ name }) => /renew|let-end/.test(name)),
  ],
  ConsoleListWorker: [invite, takeBack],
  AccessWorker: Object.values(makeAccessActs(denialsByAccount)).filter(({ name }) => name !== "access.restore"),
};

it("no role has so many rights that the CDK splits its policy, for which docs/permissions grants nothing", () =>
  template.resourceCountIs("AWS::IAM::ManagedPolicy", 0));

describe.each(Object.entries(functions))("the role of %s", (role, offered) => {
  it.each(offered)("grants what $name needs of tables", ({ uses }) => {
    const needs = new Set(Object.values(uses).flatMap((member) => member.needs));
    expect([...needs].flatMap((need) => missingOf(role, need))).toEqual([]);
  });
});
