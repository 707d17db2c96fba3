import { joinNeeds } from "../../adapters/operator/world";
import type { GrantPlace, VerbPermissions } from "../../cli/permissions";
import { groupBy } from "../../engine/collections";
import { acts } from "../../features/lists/acts";
import { permissions } from "../../features/lists/permissions";
import { views } from "../../features/lists/views";
import { executionStatements, optionStatements } from "./execution";
import { allow, buildPlaceArns, EXAMPLE_ACCOUNT, iamActions, type PolicyDocument, policyDocument, type Statement } from "./policy-document";

type Allowed = Readonly<Partial<Record<GrantPlace, readonly string[]>>>;

/** Commands that need the same AWS actions. */
export interface VerbGroup extends Pick<VerbPermissions, "commands" | "looks"> {
  readonly allows: Allowed;
}

const all: readonly VerbPermissions[] = permissions;

/** Every group of commands that call AWS. Commands that only use this machine are in no group. */
export const verbGroups: readonly VerbGroup[] = all.map((each) => ({ ...each, allows: together(allowedTo(each)) }));

function listNeeds(offered: string): readonly (readonly [string, string])[] {
  const part = [...acts, ...views].find(({ name }) => name === offered);
  if (part === undefined) throw new Error(`There is no act or view ${offered}.`);
  return joinNeeds([part.uses]).map(({ table, actions }) => [table, actions]);
}

function allowedTo({ needs, runs = [] }: VerbPermissions): readonly Allowed[] {
  const parts = all.filter(({ commands }) => commands.some((each) => runs.includes(each)));
  const places = needs.flatMap((each) => ("offers" in each ? each.offers.flatMap(listNeeds) : Object.entries(each)));
  const own = places.map(([place, words]): Allowed => ({ [place]: iamActions(words) }));
  return [...own, ...parts.flatMap(allowedTo)];
}

function together(each: readonly Allowed[]): Allowed {
  const places = [...new Set(each.flatMap((grants) => Object.keys(grants) as GrantPlace[]))].sort();
  return Object.fromEntries(places.map((place) => [place, [...new Set(each.flatMap((grants) => grants[place] ?? []))].sort()]));
}

export const askedByCommand: Readonly<Record<string, Allowed>> = Object.fromEntries(
  verbGroups.flatMap(({ commands, allows }) => commands.map((command) => [command, allows])),
);

/** Policies to paste, by the names of their files in docs/permissions. */
export const policies: Readonly<Record<string, PolicyDocument>> = {
  deploy: policyDocument([
    allow("CdkRoles", "sts: AssumeRole", buildPlaceArns("the CDK's roles")),
    // `npx cdk deploy` and doctor use these actions before all others.
    allow("LookFirst", "acm: DescribeCertificate apigateway: GET dynamodb: DescribeTable DescribeTimeToLive ListTables", ["*"]),
    allow("Bootstrap", "ssm: GetParameter", [`arn:aws:ssm:*:${EXAMPLE_ACCOUNT}:parameter/cdk-bootstrap/*`]),
    allow("Stack", "cloudformation: DescribeStacks GetTemplate ListStackResources", buildPlaceArns("the stack")),
  ]),
  execution: policyDocument(executionStatements),
  "execution-options": policyDocument(optionStatements),
  operate: buildPolicy(verbGroups.filter(({ commands }) => !commands.includes("doctor") && !commands.includes("deploy"))),
  look: buildPolicy(verbGroups.filter(({ looks }) => looks)),
  preview: buildPolicy(verbGroups.filter(({ commands }) => commands.includes("preview"))),
  smoke: buildPolicy(verbGroups.filter(({ commands }) => commands.includes("smoke"))),
  doctor: buildPolicy(verbGroups.filter(({ commands }) => commands.includes("doctor"))),
  "edit-the-list": policyDocument([
    allow("Find", "ListTables", ["*"]),
    allow("List", "DeleteItem DescribeTable GetItem PutItem Query Scan UpdateItem", buildPlaceArns("accessList")),
    // The output AccessListConsole has the link to the list.
    allow("Outputs", "cloudformation: DescribeStacks", buildPlaceArns("the stack")),
  ]),
};

/** Builds a document for several commands. Places with the same actions share a statement. */
function buildPolicy(groups: readonly VerbGroup[]): PolicyDocument {
  const byPlace = Object.entries(together(groups.map(({ allows }) => allows))) as [GrantPlace, readonly string[]][];
  const statements = [...groupBy(byPlace, ([, actions]) => actions.join(" "))].map(([, same]): Statement => {
    const places = same.map(([place]) => place);
    return { Sid: buildSid(places), Effect: "Allow", Action: same[0]?.[1] ?? [], Resource: [...new Set(places.flatMap(buildPlaceArns))] };
  });
  return policyDocument(statements);
}

function buildSid(places: readonly GrantPlace[]): string {
  const words =
    places
      .join(" and ")
      .replaceAll("'s ", " ")
      .match(/[A-Za-z]+/g) ?? [];
  return words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join("");
}
