import type { AwsClient } from "../../../adapters/aws/client";
import { isHeld, LEASE_MS } from "../../../adapters/jobs/job";
import { functionPlace } from "../../../adapters/operator/world";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { putItem } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import type { World } from "../../../adapters/world";
import { buildPersonId, keyedHash } from "../../../engine/sign-up/person";
import { invitationId } from "../../../features/approvals/invite-person";
import { approvalStore } from "../../../features/approvals/store/approvals";
import { changeAuditor } from "../../../features/audit/store/change-auditor";
import { auditStore } from "../../../features/audit/store/trail";
import { inviteJobs } from "../../../features/invitations/jobs";
import { listWorkerHandler } from "../../../features/list-jobs/worker";
import type { PeopleJob } from "../../../features/people-jobs/job";
import { peopleJobStore } from "../../../features/people-jobs/store/jobs";
import { beginPeopleJob, type PeopleJobPorts, undoPeopleJob } from "../../../features/people-jobs/store/run";
import type { MemoryChange } from "../../memory/tables";
import { memoryWorld, type Observed } from "../../memory/world";
import { createDecisionsTable } from "../../support/decisions-table";
import { createKeyTable } from "../../support/key-table";
import { mortal } from "../../support/mortal";
import { createApprovalsTable } from "../approvals/store/approvals-table";

const KEY = "k".repeat(64);
const hashOf = keyedHash(KEY);
const hashes = async () => ({ hashOf });
const settings = {
  ...{ ACCOUNTS_TABLE: "accounts", APPROVALS_TABLE: "approvals", AUDIT_TABLE: "audit", LIST_CHANGES_TABLE: "changes" },
  ...{ LEDGER_TABLE: "ledger", ACCESS_LIST_TABLE: "list", DECISIONS_TABLE: "decisions", PERSON_KEY_SECRET: "person-key" },
  ASKED_LISTS: JSON.stringify({ default: [{ classes: ["address", "domain"] }] }),
};
/** More than one part, after which progress is stored. */
const people = Array.from({ length: 22 }, (_, index) => {
  const email = `p${index}@partner.com`;
  return { email, id: invitationId(email, undefined, hashOf), personId: buildPersonId(email, hashOf) };
});

let world: World;
let observed: Observed;
let changes: MemoryChange[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-25T12:10:00.000Z") });
});
afterEach(() => vi.useRealTimers());

async function begin(): Promise<void> {
  changes = [];
  vi.setSystemTime(new Date("2026-11-25T12:10:00.000Z"));
  ({ world, observed } = memoryWorld({ settings, secrets: { "person-key": KEY }, onChange: (change) => changes.push(change) }));
  for (const [name, table] of [
    ["accounts", "accounts"],
    ["audit", "audit"],
    ["changes", "listChanges"],
    ["ledger", "ledger"],
    ["list", "accessList"],
  ] as const)
    await createKeyTable(world.tables, name, table);
  await createApprovalsTable(world.tables, "approvals");
  await createDecisionsTable(world.tables, "decisions");
}

const requests = () => approvalStore(world.tables, "approvals");
const jobs = () => peopleJobStore(world.tables, "changes");
const portsBy = (client: AwsClient): PeopleJobPorts => ({
  ...{ jobs: peopleJobStore(client, "changes", 20), works: inviteJobs, now: () => new Date() },
  place: { ...functionPlace(client, settings), hashes },
  trail: auditStore(client, "audit", hashes),
});
const authors = {
  console: { by: "oid-1", name: "Kim", via: "console", account: "oid-1", userNames: ["kim@contoso.com"] },
  command: { by: "arn:aws:sts::1:assumed-role/ops/kim", name: "kim", via: "command" },
} as const;
type Via = keyof typeof authors;

const invite = (client: AwsClient, via: Via) =>
  beginPeopleJob({ kind: "invitations.invite", input: { days: 30, longestDays: 20 }, ...authors[via] }, people, portsBy(client));
const undo = async (client: AwsClient, via: Via) => undoPeopleJob((await newest())?.id ?? "", authors[via], portsBy(client));
const newest = async (): Promise<PeopleJob | undefined> => (await jobs().page()).items[0];
const work = () => listWorkerHandler(world)();

/** The rows of the tables, without ids, codes and times. */
async function picture() {
  const rows = await requests().getAll(people.map(({ id }) => id));
  const { items } = await jobs().page();
  const name = (id: string | undefined) => items.findIndex((each) => each.id === id);
  return {
    rows: rows
      .map(({ email, turn, state, history }) => [email, turn, state, ...history.map(({ to, act, by }) => [to, name(act), by.name])])
      .sort(),
    jobs: items.map(({ kind, next, total, refused, state, aliveUntil, undoneBy }) => ({
      ...{ kind, next, total, refused, state, aliveUntil },
      ...(undoneBy !== undefined && { undoneBy: name(undoneBy) }),
    })),
  };
}

/** Audit entries of the stream of the requests, as its reader writes them. */
async function audit(): Promise<void> {
  const images = (item: Item | undefined) => item && toRow(item);
  const records = changes
    .filter(({ tableName }) => tableName === "approvals")
    .map(({ before, after }, index) => ({
      ...{ table: "approvals" as const, event: `event-${index}`, at: new Date(), subject: String((after ?? before)?.id?.S) },
      ...{ before: images(before), after: images(after) },
    }));
  await changeAuditor({ trail: auditStore(world.tables, "audit", hashes), hashes })(records as never, new Date());
}

describe.each([
  { what: "invitations of many by the console", before: async () => undefined, act: (client: AwsClient) => invite(client, "console") },
  { what: "invitations of many by command", before: async () => undefined, act: (client: AwsClient) => invite(client, "command") },
  { what: "their Undo", before: () => invite(world.tables, "console"), act: (client: AwsClient) => undo(client, "console") },
])("$what", ({ before, act }) => {
  it.each([{ arrives: false }, { arrives: true }])(
    "are finished by the worker wherever the process is killed ($arrives)",
    async ({ arrives }) => {
      await begin();
      await before();
      vi.setSystemTime(Date.now() + 1_000);
      const untouched = await picture();
      const whole = mortal(world.tables, Number.POSITIVE_INFINITY, true);
      await act(whole);
      const wanted = await picture();
      expect(wanted.jobs[0]).toMatchObject({ next: 22, total: 22, refused: 0, state: "done" });
      for (let writes = 0; writes < whole.made(); writes++) {
        await begin();
        await before();
        vi.setSystemTime(Date.now() + 1_000);
        const earlier = (await jobs().page()).items.length;
        changes = [];
        await act(mortal(world.tables, writes, arrives)).catch(() => undefined);
        // Nobody else works on it while its process may still live.
        const begun = await newest();
        if (begun !== undefined && isHeld(begun, new Date())) {
          await work();
          expect(await newest()).toEqual(begun);
        }
        vi.setSystemTime(Date.now() + LEASE_MS + 1_000);
        await work();
        const hasBegun = (await jobs().page()).items.length > earlier;
        expect(await picture(), `killed at write ${writes} of ${whole.made()}`).toEqual(hasBegun ? wanted : untouched);
        // One change of each row: each invitation has one mail.
        const written = changes.filter(({ tableName }) => tableName === "approvals");
        expect(written).toHaveLength(hasBegun ? people.length : 0);
      }
      expect(observed.lines.filter(({ level }) => level === "error")).toEqual([]);
    },
    240_000,
  );
});

it.each(["console", "command"] as const)("the audit log has one line for those by %s", async (via) => {
  await begin();
  const { id } = await invite(world.tables, via);
  await audit();
  const { entries } = await auditStore(world.tables, "audit").page({});
  expect(entries).toHaveLength(people.length);
  expect(new Set(entries.map((each) => [each.act, each.action, each.via, each.outcome].join()))).toEqual(
    new Set([[id, "approvals.invite", via, "done"].join()]),
  );
});

it("judges each person as a single invitation does, and stops at what nobody was asked about", async () => {
  await begin();
  const list = { client: world.tables, name: "list", key: tables.accessList.key };
  for (const entry of ["p1@partner.com", "p2@partner.com"]) await putItem(list, toItem({ entry, effect: "deny" }));
  const answered = people.map((each) => (each.email === "p2@partner.com" ? { ...each, answered: ["denied-by-list"] } : each));
  const draft = { kind: "invitations.invite", input: { days: 30, longestDays: 20 } } as const;
  const byCommand = await beginPeopleJob({ ...draft, ...authors.command }, answered, portsBy(world.tables));
  expect(byCommand.kept).toEqual([{ id: people[1]?.id, code: "denied-by-list" }]);
  expect((await requests().get(people[2]?.id ?? ""))?.history.at(-1)?.concerns).toEqual(["denied-by-list"]);
  const { passUntil = "" } = (await requests().get(people[3]?.id ?? "")) ?? {};
  expect(passUntil.slice(0, 10)).toBe("2026-12-15");
  vi.setSystemTime(Date.now() + 1_000);
  const byConsole = await beginPeopleJob({ ...draft, ...authors.console }, answered, portsBy(world.tables));
  expect(byConsole).toMatchObject({ refused: 22 });
  expect(new Set(byConsole.kept.map(({ code }) => code))).toEqual(new Set(["denied-by-list", "invited-already"]));
});
