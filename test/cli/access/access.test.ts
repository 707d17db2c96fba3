import { accessEndedStore } from "../../../adapters/access/ended";
import { accessRunStore } from "../../../adapters/tables/access-runs";
import { accountStore } from "../../../adapters/tables/accounts";
import { userHere } from "../../../cli/deployment";
import { arrive, begin, disable, type Newcomer } from "../../../engine/access/change";
import type { AccessRun } from "../../../engine/access/run";
import { keyedHash, personIdOf } from "../../../engine/sign-up/person";
import { newcomer } from "../../engine/access/accounts";
import { gatehouse, jsonLines, PERSON_KEY, startInstance, type TestInstance } from "../support";

let instance: TestInstance;
beforeEach(async () => {
  instance = await startInstance([], "samples/policies/access", { accounts: true });
});
afterEach(() => instance.close());

const access = (...args: string[]) => gatehouse("access", ...args, ...instance.local);
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
const KIM = "00000000-0000-4000-8000-00000000000a";
const hashOf = keyedHash(PERSON_KEY);
const accounts = () => accountStore(instance.dynamodb.client, "accounts");

/** Kim's account, let in ten days ago. */
async function kim(cells: Partial<Newcomer> = {}) {
  const personId = personIdOf("kim@contoso.com", hashOf);
  const row = {
    ...newcomer,
    id: KIM,
    personId,
    email: "kim@contoso.com",
    letInAt: inDays(-10).toISOString(),
    until: inDays(5).toISOString(),
  };
  await accounts().change(KIM, (stored) => arrive(stored, { ...row, ...cells }, inDays(-10)));
}
async function disabled() {
  await accounts().change(KIM, (row) => begin(row, "disabling", { by: { kind: "gatehouse", name: "worker" } }, new Date()));
  await accounts().change(KIM, (row) => disable(row, inDays(30).toISOString(), new Date()));
}
const daysLeft = async () => Math.round((Date.parse((await accounts().get(KIM))?.until ?? "") - Date.now()) / 86_400_000);

it("lists accounts and shows what happened to one", async () => {
  await kim();
  expect(await access("list")).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^kim@contoso\.com {2}until /) });
  expect(jsonLines(await access("list", "--json"))).toMatchObject([{ id: KIM, state: "in" }]);
  expect(await access("list", "disabled")).toMatchObject({ stdout: "", stderr: expect.stringContaining("No account is disabled.") });
  for (const typed of ["Kim@contoso.com", KIM]) expect((await access("show", typed)).stdout).toContain("arrived, worker");
  expect(await access("show", "lee@contoso.com")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("No account of lee") });
  expect(await access("show", "lee")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("neither an address nor") });
});

it("extends, ends and renews access, each with who did it and why", async () => {
  await kim();
  expect(await access("extend", KIM, "--days", "90", "--note", "project goes on")).toMatchObject({ exitCode: 0 });
  expect(await daysLeft()).toBe(95);
  expect((await accounts().get(KIM))?.history.at(-1)).toMatchObject({
    what: "extended",
    note: "project goes on",
    by: { name: userHere() },
  });
  expect(await access("end", KIM)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("nothing was changed: add --yes") });
  expect(await access("end", KIM, "--yes")).toMatchObject({ exitCode: 0 });
  expect(await daysLeft()).toBeCloseTo(0);
  await disabled();
  expect((await access("list", "disabled")).stdout).toContain("disabled");
  expect(await access("end", KIM, "--yes")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("it is disabled already") });
  expect((await access("renew", "kim@contoso.com", "--days", "180")).stdout).toContain("enabled within the hour");
  expect(await daysLeft()).toBe(180);
  expect(await access("extend", KIM, "--no-end")).toMatchObject({ stdout: "kim@contoso.com: enabled within the hour, no end\n" });
  expect(await access("extend", KIM)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--days 90, or --no-end") });
});

it("lets a person whose account is gone sign up again", async () => {
  const ended = accessEndedStore(instance.dynamodb.client, "ledger");
  await kim();
  const row = await accounts().get(KIM);
  await ended.note(row as never, "ended", new Date());
  await accounts().remove(KIM);
  expect(await access("renew", "kim@contoso.com", "--days", "180")).toMatchObject({
    exitCode: 0,
    stdout: "kim@contoso.com may sign up again.\n",
  });
  expect(await access("renew", "kim@contoso.com", "--days", "180")).toMatchObject({ exitCode: 1 });
});

it("shows what is due, and lets a run go on that waits", async () => {
  await kim({ until: inDays(-1).toISOString() });
  expect(await access("due")).toMatchObject({
    stdout: expect.stringContaining("would be disabled"),
    stderr: expect.stringContaining("1 account of 1"),
  });
  expect(await access("runs")).toMatchObject({ stderr: expect.stringContaining("not run yet") });
  expect(await access("confirm")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("No run waits") });
  const runs = accessRunStore(instance.dynamodb.client, "ledger");
  const counts = { reminded: 0, disabled: 0, deleted: 0, skipped: 0 };
  const run: AccessRun = {
    at: inDays(0).toISOString(),
    state: "waiting",
    why: "many",
    toDisable: 40,
    toDelete: 2,
    inForce: 400,
    ...counts,
  };
  await runs.write(await runs.read(), run);
  expect(await access("runs")).toMatchObject({
    stdout: expect.stringContaining("waits for a person (many accounts); to disable 40, to delete 2, of 400"),
  });
  expect(await access("confirm", "--people", "41")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Nothing was changed") });
  expect(await access("confirm", "--people", "42")).toMatchObject({ exitCode: 0 });
  expect(jsonLines(await access("runs", "--json"))).toMatchObject([{ state: "running", confirmedBy: userHere() }]);
});

it("is found by the export of a person, and removed by their erasure", async () => {
  await kim();
  const person = (...args: string[]) => gatehouse("person", ...args, ...instance.local);
  expect(jsonLines(await person("export", "kim@contoso.com"))).toMatchObject([{ account: { id: KIM, email: "kim@contoso.com" } }]);
  expect(await person("erase", "kim@contoso.com", "--yes")).toMatchObject({ exitCode: 0 });
  expect(await accounts().get(KIM)).toBeUndefined();
});
