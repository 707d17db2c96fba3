import { keyedHash } from "../../../engine/sign-up/person";
import type { AccountRow } from "../../../features/accounts/account";
import { arrive, begin, disable, extendAccess, type Newcomer } from "../../../features/accounts/change";
import { accountStore } from "../../../features/accounts/store/accounts";
import { accessEndedStore } from "../../../features/expiry/store/ended";
import { peopleJobStore } from "../../../features/people-jobs/store/jobs";
import { gatehouse, jsonLines, PERSON_KEY, startInstance, type TestInstance } from "../../cli/support";
import { newcomer } from "../accounts/accounts";

let instance: TestInstance;
beforeAll(async () => {
  instance = await startInstance([], "samples/policies/expiry", { audit: true, accounts: true });
});
afterAll(() => instance.close());

const LEE = "lee@contoso.com";
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const accounts = () => accountStore(instance.dynamodb.client, "accounts");
const expiry = (...args: string[]) => gatehouse("expiry", ...args, ...instance.local);

async function letIn(number: number, more: Partial<Newcomer> = {}): Promise<void> {
  const row = {
    ...newcomer,
    id: idOf(number),
    personId: `p${number}`,
    email: `p${number}@partner.com`,
    until: inDays(10 * number),
    ...more,
  };
  await accounts().change(row.id, (stored) => arrive(stored, row, new Date()));
}

beforeEach(async () => {
  for (const number of [1, 2, 3, 4, 5]) await accounts().remove(idOf(number));
  await letIn(1, { sponsor: LEE });
  await letIn(2, { sponsor: LEE, email: "p2@other.example" });
  await letIn(3, { sponsor: LEE, until: undefined as never });
  await letIn(4, { sponsor: "mina@contoso.com" });
  await letIn(5);
});

const listed = async (...args: string[]) =>
  (jsonLines(await expiry("list", "--json", ...args)) as { id: string }[]).map(({ id }) => Number(id.slice(-1)));

it.each([
  [[], [1, 2, 4, 5, 3]],
  [
    ["--sponsor", LEE],
    [1, 2, 3],
  ],
  [
    ["--sponsor", "Lee@contoso.com", "--domain", "partner.com"],
    [1, 3],
  ],
  [["--domain", "@other.example"], [2]],
  [["--ends-before", "15d"], [1]],
  [
    ["--ends-after", "15d"],
    [2, 4, 5],
  ],
  [
    ["--ends-after", "15d", "--ends-before", "45d"],
    [2, 4],
  ],
  [["--until", "2020-01-01"], []],
  [["disabled"], []],
  [
    ["--state", "in", "--limit", "2"],
    [1, 2],
  ],
])("expiry list %j", async (args, numbers) => expect(await listed(...args)).toEqual(numbers));

it("expiry list finds people by their gate, and those whose sponsor cannot be asked, in or disabled", async () => {
  const loses = (number: number) =>
    accounts().change(idOf(number), (stored) => {
      const row = { ...(stored as AccountRow), sponsorLost: "left" as const };
      return { ok: true, row: { ...row, turn: row.turn + 1 }, condition: { turn: row.turn } };
    });
  for (const number of [1, 3]) await loses(number);
  await accounts().remove(idOf(2));
  await letIn(2, { until: inDays(-2), sponsor: "mina@contoso.com" });
  await loses(2);
  await accounts().change(idOf(2), (row) => begin(row, "disabling", { by: { kind: "gatehouse", name: "worker" } }, new Date()));
  await accounts().change(idOf(2), (row) => disable(row, inDays(30), new Date()));
  expect(await listed("--sponsor-lost")).toEqual([1, 2]);
  expect(await listed("--sponsor-lost", "--state", "disabled")).toEqual([2]);
  expect(await listed("--sponsor-lost", "--sponsor", LEE)).toEqual([1]);
  expect(await listed("--sponsor", "mina@contoso.com")).toEqual([4]);
  expect(await listed("disabled", "--sponsor", "mina@contoso.com")).toEqual([2]);
  expect((await expiry("list", "--sponsor-lost")).stdout).toContain("lee@contoso.com (disabled in Entra)");
  expect(await listed("--gate", "default")).toEqual([1, 4, 5, 3]);
  expect(await expiry("list", "--gate", "other")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("There is no gate other") });
  await accounts().change(idOf(2), (row) => extendAccess(row, inDays(90), { by: { kind: "cli", name: "kim" } }, new Date()));
  expect((await expiry("list", "disabled")).stdout).toContain("about to be enabled, until ");
});

it.each([
  { limit: 4, stderr: "There are more than 4: see --limit.\n" },
  { limit: 5, stderr: "" },
])("expiry list says whether --limit $limit left somebody out", async ({ limit, stderr }) =>
  expect(await expiry("list", "--limit", String(limit))).toMatchObject({ exitCode: 0, stderr }),
);

it.each([
  { whose: "a sponsor", flags: ["--sponsor", LEE], says: `that name them stay as they are: invite list --sponsor ${LEE}` },
  {
    whose: "a domain",
    flags: ["--domain", "partner.com"],
    says: "to people of this domain stay as they are: invite list --domain partner.com",
  },
  {
    whose: "both",
    flags: ["--sponsor", LEE, "--domain", "partner.com"],
    says: `that name them stay as they are: invite list --sponsor ${LEE} --domain partner.com`,
  },
])("end of all of $whose says where the open invitations are that it leaves", async ({ flags, says }) => {
  expect((await expiry("end", ...flags)).stderr).toContain(`Open invitations ${says}`);
  expect((await expiry("extend", ...flags, "--days", "1")).stderr).not.toContain("Open invitations");
});

it("ends the access of all of a sponsor's guests as one act, and restores it as one", async () => {
  const asked = await expiry("end", "--sponsor", LEE);
  expect(asked).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("add --yes") });
  expect(asked.stderr).toContain("p1@partner.com");
  const [job] = jsonLines(await expiry("end", "--sponsor", LEE, "--note", "Lee left", "--yes", "--json"));
  expect(job).toMatchObject({ kind: "access.end", about: LEE, total: 3, next: 3, refused: 0, state: "done" });
  const { id } = job as { id: string };
  for (const number of [1, 2, 3]) {
    const { until = "", history } = (await accounts().get(idOf(number))) ?? { history: [] };
    expect(Date.parse(until)).toBeLessThanOrEqual(Date.now());
    expect(history.at(-1)).toMatchObject({ what: "ended-early", note: "Lee left", act: id });
  }
  expect((await accounts().get(idOf(4)))?.history).toHaveLength(1);
  expect(await expiry("jobs", "--until", "1h")).toMatchObject({ stdout: "", stderr: expect.stringContaining("in this time") });
  expect((await expiry("jobs")).stdout).toMatch(new RegExp(`${id} .* access\\.end +${LEE} +3 of 3`));
  const changes = jsonLines(await gatehouse("audit", "list", "--json", ...instance.local)) as { act: string; action: string }[];
  expect(changes.filter(({ act }) => act === id)).toHaveLength(3);
  expect(await expiry("end", "--sponsor", LEE, "--yes")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("it is so already"),
  });
  await expiry("extend", idOf(1), "--days", "5", "--yes");
  const undone = await expiry("undo", id, "--yes");
  expect(undone).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("1 not done") });
  expect(undone.stderr).toContain("p1@partner.com: not done (changed-since)");
  const { id: undoId } = jsonLines(await expiry("jobs", "--limit", "1", "--json"))[0] as { id: string };
  expect((await expiry("jobs", undoId)).stdout).toContain("  p1@partner.com: not done (changed-since)");
  await accounts().remove(idOf(1));
  expect((await expiry("jobs", undoId)).stdout).toContain(`  ${idOf(1)}: not done (changed-since)`);
  expect((await accounts().get(idOf(2)))?.until?.slice(0, 10)).toBe(inDays(20).slice(0, 10));
  expect((await accounts().get(idOf(3)))?.endsAt).toBe("unset");
  expect(await expiry("undo", id, "--yes")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("was undone already") });
  const [act, undo] = jsonLines(await expiry("jobs", id, "--json")).concat(jsonLines(await expiry("jobs", "--limit", "1", "--json"))) as {
    id: string;
    undoneBy?: string;
    of?: string;
  }[];
  expect([act?.undoneBy, undo?.of]).toEqual([undo?.id, id]);
  expect((await expiry("jobs", "--limit", "1")).stderr).toBe("There are more than 1: see --limit.\n");
});

it.each(["extend", "renew"])("%s of all of a sponsor's guests is one act with one Undo", async (verb) => {
  const before = await Promise.all([1, 2].map(async (number) => (await accounts().get(idOf(number)))?.until));
  const ran = await expiry(verb, "--sponsor", LEE, "--days", "30", "--json", "--yes");
  const [, id = ""] = /^Act (\S+): expiry undo/m.exec(ran.stderr) ?? [];
  expect((jsonLines(ran) as { id: string; until?: string }[]).map((each) => [each.id, each.until?.slice(0, 10)]).sort()).toEqual([
    [idOf(1), inDays(40).slice(0, 10)],
    [idOf(2), inDays(50).slice(0, 10)],
    [idOf(3), inDays(30).slice(0, 10)],
  ]);
  expect((await accounts().get(idOf(1)))?.history.at(-1)).toMatchObject({ act: id });
  expect(await expiry("undo", id, "--yes")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("3 people") });
  expect(await Promise.all([1, 2].map(async (number) => (await accounts().get(idOf(number)))?.until))).toEqual(before);
});

it("a renewal of many that is undone before the accounts are enabled leaves nobody free to sign up again", async () => {
  const ended = accessEndedStore(instance.dynamodb.client, "ledger", async () => ({ hashOf: keyedHash(PERSON_KEY) }));
  await accounts().remove(idOf(4));
  await letIn(4, { until: inDays(-2), sponsor: "mina@contoso.com" });
  await accounts().change(idOf(4), (row) => begin(row, "disabling", { by: { kind: "gatehouse", name: "worker" } }, new Date()));
  await accounts().change(idOf(4), (row) => disable(row, undefined, new Date()));
  const row = (await accounts().get(idOf(4))) as AccountRow;
  await ended.note(row, "disabled", new Date());
  const ran = await expiry("renew", "--sponsor", "mina@contoso.com", "--days", "30", "--yes");
  expect(ran.stderr).toMatch(/^Act (\S+): expiry undo/m);
  const [, id = ""] = /^Act (\S+): expiry undo/m.exec(ran.stderr) ?? [];
  await expiry("undo", id, "--yes");
  expect(await accounts().get(idOf(4))).toMatchObject({ state: "disabled", until: row.until });
  expect(await ended.selectEnded([row])).toEqual(new Set([row.id]));
});

it("undoes no act that goes on", async () => {
  const jobs = peopleJobStore(instance.dynamodb.client, instance.listChangesTable);
  const draft = { kind: "access.end", by: "oid", via: "console", input: {} } as const;
  const { id } = await jobs.begin(draft, [{ id: idOf(1), personId: "p1" }], new Date(), 60_000);
  expect(await expiry("undo", id, "--yes")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("once it is finished") });
  expect((await accounts().get(idOf(1)))?.history).toHaveLength(1);
});

it("gives a person, or all of a sponsor's guests, to another sponsor", async () => {
  expect(await expiry("sponsor", idOf(5), "--to", "mina@contoso.com")).toMatchObject({
    stdout: "p5@partner.com: sponsor mina@contoso.com\n",
  });
  expect(await expiry("sponsor", "--sponsor", LEE, "--to", "mina@contoso.com", "--yes")).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("access.sponsor of lee@contoso.com: 3 people"),
  });
  expect((await listed("--sponsor", "mina@contoso.com")).sort()).toEqual([1, 2, 3, 4, 5]);
  expect(await expiry("sponsor", idOf(5), "--to", "p5@partner.com")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("own sponsor"),
  });
});

it.each([[["end"]], [["end", "kim@contoso.com", "--sponsor", LEE]]])("refuses %j", async (args) =>
  expect(await expiry(...args)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Name people, or write --sponsor") }),
);

it("finds nobody of an unknown sponsor", async () =>
  expect(await expiry("end", "--sponsor", "no@contoso.com", "--yes")).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("Nobody has such an account."),
  }));
