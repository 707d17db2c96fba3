import { type AwsClient, dynamodb } from "../../adapters/aws/client";
import { changeSetStore } from "../../adapters/list-changes/store";
import { approvalStore } from "../../adapters/tables/approvals";
import { type DecisionPage, decisionStore } from "../../adapters/tables/decisions";
import { type AnyTableName, tables } from "../../adapters/tables/tables";
import { states } from "../../engine/approvals/request";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { deploymentFor } from "../deployment";
import { findInstance } from "../local-instance";
import { counted } from "../output";
import { type CheckResult, type Fault, inStack, onMachine } from "./check";

/** Pages that are looked at of each kind of row: what sign-ups and pages read most is new. */
const PAGES = 10;
const DAYS = 7;
const NAMED_ROWS = 10;

type Names = Readonly<Partial<Record<AnyTableName, string>>>;

/** Whether rows are as their schemas say: a sample of the newest. What is not is left out wherever rows are shown. */
export const rowsCheck = inStack("rows", async (stack) => {
  const names = Object.entries(tables).map(([table, { output }]) => [table, stack.output(output)]);
  return await oddRows(stack.account.client(dynamodb), Object.fromEntries(names) as Names);
});

/** The same for a running npm start. */
export const localRowsCheck = onMachine("rows", async ({ options }) => {
  if (findInstance(options) === undefined) return { skipped: "none is running" };
  const deployment = await deploymentFor(options);
  return await oddRows(deployment.dynamodb, deployment.tables);
});

async function oddRows(client: AwsClient, { decisions, listChanges, approvals }: Names): Promise<CheckResult> {
  const found = await Promise.all([
    decisions === undefined ? [] : oddDecisions(client, decisions).then((ids) => faultOf("decisions", decisions, ids)),
    listChanges === undefined ? [] : oddEdits(client, listChanges).then((ids) => faultOf("listChanges", listChanges, ids)),
    approvals === undefined ? [] : oddRequests(client, approvals).then((ids) => faultOf("approvals", approvals, ids)),
  ]);
  return found.flat();
}

async function oddDecisions(client: AwsClient, name: string): Promise<readonly string[]> {
  const odd: string[] = [];
  const store = decisionStore(client, name, ({ reference, id }) => odd.push(`${reference} ${id}`));
  const now = new Date();
  const stretch = { from: new Date(now.getTime() - DAYS * MS_PER_DAY), to: now };
  let place: DecisionPage["next"];
  for (let count = 0; count < PAGES; count++) {
    ({ next: place } = await store.page(stretch, place));
    if (place === undefined) break;
  }
  return odd;
}

async function oddEdits(client: AwsClient, name: string): Promise<readonly string[]> {
  const store = changeSetStore(client, name);
  const odd: string[] = [];
  for (const { page } of [store, store.proposals]) {
    let before: string | undefined;
    for (let count = 0; count < PAGES; count++) {
      const { unreadable, next } = await page(before);
      odd.push(...unreadable);
      before = next;
      if (before === undefined) break;
    }
  }
  return odd;
}

async function oddRequests(client: AwsClient, name: string): Promise<readonly string[]> {
  const odd: string[] = [];
  const store = approvalStore(client, name, ({ id }) => odd.push(id));
  for (const state of states) await store.pageByState(state, "newest-first");
  return odd;
}

function faultOf(kind: AnyTableName, table: string, ids: readonly string[]): readonly Fault[] {
  if (ids.length === 0) return [];
  const more = ids.length > NAMED_ROWS ? ", …" : "";
  const what = `${counted(ids.length, "row")} of the table of ${words[kind]} cannot be read, and no page or export shows them: ${ids.slice(0, NAMED_ROWS).join(", ")}${more}.`;
  return [
    { id: "rows.unreadable", what, mend: `Correct or delete them in the table ${table}: docs/storage.md says what each column holds.` },
  ];
}

const words: Readonly<Partial<Record<AnyTableName, string>>> = {
  decisions: "decisions",
  listChanges: "change sets and proposals",
  approvals: "requests for approval",
};
