import type { AwsClient } from "../../../adapters/aws/client";
import { toItem } from "../../../adapters/tables/item";
import { putItem } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { omit } from "../../../engine/collections";
import { delegationWords } from "../../../features/approvals/acts/delegation";
import { reassignRequest, remindRequest } from "../../../features/approvals/acts/stages";
import { decidingWords } from "../../../features/approvals/deciding-words";
import { type ApprovalRequest, requestId } from "../../../features/approvals/request";
import { beginFirstStage, reassign, remindApprovers } from "../../../features/approvals/stages";
import { deny, submit } from "../../../features/approvals/transitions";
import { gatehouse, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";
import { hashOf } from "../../engine/sign-up/people";
import { alice, asking, DAY, HOUR, kim, MINUTE } from "./requests";

let pages: TestConsole;
let instance: TestInstance;
beforeAll(async () => {
  pages = await startConsole();
  instance = await startInstance([], "policy", { audit: true });
});
afterAll(() => Promise.all([pages.close(), instance.close()]));

const ago = (ms: number) => new Date(Date.now() - ms);
const id = requestId(kim, hashOf);
const list = [
  { by: ["pat@contoso.com"], need: 2 },
  { by: ["role:Security"], need: 1 },
];

function rowOf(outcome: ReturnType<typeof submit>): ApprovalRequest {
  if (!outcome.ok) throw new Error(outcome.why);
  return outcome.request;
}

const asks = (staged: boolean, when = ago(HOUR)) =>
  rowOf(submit(undefined, asking({ signUp: kim, ...(staged && beginFirstStage(list, false, when)) }), when));
const rows: Readonly<Record<string, () => ApprovalRequest>> = {
  "without stages": () => asks(false),
  staged: () => asks(true),
  reminded: () => rowOf(remindApprovers(asks(true), { by: alice }, ago(MINUTE))),
  reassigned: () => rowOf(reassign(asks(true), { by: alice }, ["role:Partners"], ago(MINUTE))),
  denied: () => rowOf(deny(asks(false), { by: alice }, ago(MINUTE))),
  expired: () => asks(true, ago(90 * DAY)),
};

const acts = {
  remind: [[]],
  reassign: [["lee@contoso.com"], ["role:Partners"], ["lee@contoso.com", "mina@contoso.com"], ["kim@contoso.com", "lee@contoso.com"]],
} as const;
const more = ["arn:aws:iam::111111111111:role/Approver", "group:0B0B0B0B-1111-2222-3333-444444444444"];
const cases = Object.keys(rows).flatMap((row) => [
  ...acts.remind.map((to) => ({ verb: "remind" as const, to, row })),
  ...[...acts.reassign, more].map((to) => ({ verb: "reassign" as const, to, row })),
]);

interface Tried {
  readonly why: string | undefined;
  readonly row: object;
}

const why = (text: string) => Object.entries(decidingWords.en.why).find(([, words]) => text.includes(words))?.[0];
const strip = (row: ApprovalRequest | undefined) => {
  const { history = [], stages, ...others } = row ?? ({} as Partial<ApprovalRequest>);
  const steps = history.map((step) => omit(step, "by", "at", "act"));
  return { ...others, stages: stages && omit(stages, "since", "remindedAt"), history: steps };
};

const put = (client: AwsClient, row: ApprovalRequest) =>
  putItem({ client, name: "approvals-test", key: tables.approvals.key }, toItem(JSON.parse(JSON.stringify(row))));

const doors: Readonly<Record<string, (verb: "remind" | "reassign", to: readonly string[], row: ApprovalRequest) => Promise<Tried>>> = {
  async page(verb, to, row) {
    await put(pages.database.client, row);
    const fields = { request: `${row.id}/${row.reference}//${row.stages?.running ?? ""}`.replace(/\/\/$/, "/"), to: to.join(", ") };
    const answer = await pages.post(`/approvals/${verb}`, "Approver", fields);
    return { why: answer.status === 303 ? undefined : why(await answer.text()), row: strip(await pages.world.approvals.get(id)) };
  },
  async command(verb, to, row) {
    await put(instance.dynamodb.client, row);
    const flags = verb === "reassign" ? ["--to", ...to] : [];
    const { stderr } = await gatehouse("approvals", verb, row.reference, ...flags, "--yes", ...instance.local);
    return { why: why(stderr), row: strip(await instance.approvals.get(id)) };
  },
};

it.each(cases)("page and command $verb a request that is $row alike: $to", async ({ verb, to, row: name }) => {
  const row = rows[name]?.() as ApprovalRequest;
  const [page, command] = [await doors.page?.(verb, to, row), await doors.command?.(verb, to, row)];
  const act = { remind: remindRequest, reassign: reassignRequest }[verb];
  const state = { target: { id, reference: row.reference, seen: row }, request: row, now: new Date() };
  const [refusal] = act.concerns(state, { to } as never, { by: "kim", via: "console" });
  expect(page?.why).toBe(refusal?.code);
  expect(command).toEqual(page);
});

it.each([
  { to: "PAT+x@contoso.com", days: 3 },
  { to: "lee@contoso.com", days: 3 },
  { to: "lee@contoso.com", days: 100 },
])("page and command delegate to $to for $days days alike", async ({ to, days }) => {
  const day = new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
  const headers = { Cookie: await pages.cookie("Decider", { userNames: ["pat@contoso.com"] }) };
  await pages.post("/asked/delegation", "Decider", { to, until: day }, headers);
  await gatehouse("approvals", "delegate", "pat@contoso.com", "--to", to, "--until", day, "--yes", ...instance.local);
  const [given] = await pages.world.delegations.current(new Date());
  const shown = JSON.parse((await gatehouse("approvals", "delegations", "--json", ...instance.local)).stdout.split("\n")[0] || "null");
  expect(given?.to).toBe(shown?.to);
  // A second delegation says which one it ends.
  const again = await gatehouse(
    "approvals",
    "delegate",
    "pat@contoso.com",
    "--to",
    "mina@contoso.com",
    "--until",
    "2d",
    "--yes",
    ...instance.local,
  );
  if (given !== undefined) expect(again.stderr + shown.to).toContain("lee@contoso.com");
  await pages.world.delegations.end(["pat@contoso.com"]);
  await gatehouse("approvals", "undelegate", "pat@contoso.com", "--yes", ...instance.local);
  expect(delegationWords.none("pat@contoso.com")).toBe("Nobody decides for pat@contoso.com.");
});
