import type { GrantPlace } from "../../cli/permissions";
import { groupBy } from "../../engine/collections";
import { executionStatements, optionStatements } from "./execution";
import { buildPlaceArns, EXAMPLE_ACCOUNT } from "./places";
import { allow, type PolicyDocument, policyDocument, type Statement } from "./policy-document";
import { allowedTogether, type VerbGroup, verbGroups } from "./verbs";

/** Policies to paste, by the names of their files in docs/permissions. */
export const policies: Readonly<Record<string, PolicyDocument>> = {
  deploy: policyDocument([
    allow("CdkRoles", "sts: AssumeRole", buildPlaceArns("the CDK's roles")),
    // `npx cdk deploy` and doctor use these actions before all others.
    allow("LookFirst", "acm: DescribeCertificate apigateway: GET dynamodb: DescribeTable DescribeTimeToLive", ["*"]),
    allow("Bootstrap", "ssm: GetParameter", [`arn:aws:ssm:*:${EXAMPLE_ACCOUNT}:parameter/cdk-bootstrap/*`]),
    allow("Stack", "cloudformation: DescribeStacks GetTemplate ListStackResources", buildPlaceArns("the stack")),
  ]),
  execution: policyDocument(executionStatements),
  "execution-options": policyDocument(optionStatements),
  operate: ofVerbs(verbGroups.filter(({ commands }) => !commands.includes("doctor") && !commands.includes("deploy"))),
  look: ofVerbs(verbGroups.filter(({ looks }) => looks)),
  preview: ofVerbs(verbGroups.filter(({ commands }) => commands.includes("preview"))),
  smoke: ofVerbs(verbGroups.filter(({ commands }) => commands.includes("smoke"))),
  doctor: ofVerbs(verbGroups.filter(({ commands }) => commands.includes("doctor"))),
  "edit-the-list": policyDocument([
    allow("Find", "ListTables", ["*"]),
    allow("List", "DeleteItem DescribeTable GetItem PutItem Query Scan UpdateItem", buildPlaceArns("accessList")),
    // The output AccessListConsole has the link to the list.
    allow("Outputs", "cloudformation: DescribeStacks", buildPlaceArns("the stack")),
  ]),
};

/** Builds a document for several commands. Places with the same actions share a statement. */
function ofVerbs(groups: readonly VerbGroup[]): PolicyDocument {
  const byPlace = Object.entries(allowedTogether(groups)) as [GrantPlace, readonly string[]][];
  const statements = [...groupBy(byPlace, ([, actions]) => actions.join(" "))].map(([, same]): Statement => {
    const places = same.map(([place]) => place);
    return { Sid: buildSid(places), Effect: "Allow", Action: same[0]?.[1] ?? [], Resource: [...new Set(places.flatMap(buildPlaceArns))] };
  });
  return policyDocument(statements);
}

/** Builds a statement's id: "the alarms' topic" -> TheAlarmsTopic. */
function buildSid(places: readonly GrantPlace[]): string {
  const words =
    places
      .join(" and ")
      .replaceAll("'s ", " ")
      .match(/[A-Za-z]+/g) ?? [];
  return words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join("");
}
