import { taskStore } from "../../../adapters/tables/tasks";
import { freshTask, requestSubject } from "../../../engine/tasks/task";
import { requestId } from "../../../features/approvals/request";
import { beginFirstStage } from "../../../features/approvals/stages";
import { submit } from "../../../features/approvals/transitions";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";
import { hashOf, person } from "../../engine/sign-up/people";
import { asking } from "./requests";

let instance: TestInstance;
let pages: TestConsole;
beforeAll(async () => {
  instance = await startInstance([], "policy", { audit: true });
  pages = await startConsole();
  for (const [name, by] of Object.entries(asked)) {
    const signUp = person({ email: `${name}@asks.example` });
    const stages = beginFirstStage([{ by: [...by], need: 1 }], false, new Date());
    for (const { change } of [instance.approvals, pages.world.approvals])
      await change(requestId(signUp, hashOf), (stored) => submit(stored, asking({ signUp, ...stages }), new Date()));
  }
});
afterAll(() => Promise.all([instance.close(), pages.close()]));

const asked = {
  ann: ["pat@contoso.com"],
  bob: ["pat@contoso.com", "lee@contoso.com"],
  cat: ["role:Security"],
  dan: ["lee@contoso.com"],
} as const;

const approvals = (...args: string[]) => gatehouse("approvals", ...args, ...instance.local);
const named = (text: string) => Object.keys(asked).filter((name) => text.includes(`${name}@asks.example`));

it.each([
  ["pat@contoso.com", ["ann", "bob"]],
  ["Pat@Contoso.com", ["ann", "bob"]],
  ["Security", ["cat"]],
  ["nobody@contoso.com", []],
])("list and queue find the requests that ask %s", async (who, names) => {
  expect(named((await approvals("list", "--asks", who)).stdout)).toEqual(names);
  expect(named(await (await pages.get(`/approvals?asks=${who}`, "Approver")).text())).toEqual(names);
});

it("requests that ask somebody who left are reassigned together", async () => {
  expect(await approvals("reassign", "--to", "ann@contoso.com")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--asks") });
  const done = await approvals("reassign", "--asks", "pat@contoso.com", "--to", "mina@contoso.com", "--yes", "--json");
  expect(jsonLines(done)).toMatchObject([{ ok: true }, { ok: true }]);
  expect(named((await approvals("list", "--asks", "mina@contoso.com")).stdout)).toEqual(["ann", "bob"]);
  expect(await approvals("reassign", "--asks", "pat@contoso.com", "--to", "mina@contoso.com", "--yes")).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("No request that waits asks pat@contoso.com."),
  });
});

it("list and show name who has a request, and until when it is snoozed", async () => {
  const [request] = jsonLines(await approvals("list", "--asks", "Security", "--json")) as { id: string }[];
  const subject = requestSubject(request?.id ?? "");
  const task = { ...freshTask(subject), owner: { id: "oid-1", name: "Mina Park" }, snoozedUntil: "2099-01-31T00:00:00.000Z", turn: 1 };
  await taskStore(instance.dynamodb.client, "ledger").replace(undefined, task, new Date());
  const told = { owner: "Mina Park", snoozedUntil: "2099-01-31T00:00:00.000Z" };
  expect(jsonLines(await approvals("list", "--asks", "Security", "--json"))).toMatchObject([told]);
  expect(jsonLines(await approvals("show", request?.id ?? "", "--json"))).toMatchObject([told]);
  expect((await approvals("list", "--asks", "Security")).stdout).toMatch(/owner Mina Park, snoozed until 2099-01-31/);
  expect((await approvals("show", request?.id ?? "")).stdout).toMatch(/Owner +Mina Park\n +Snoozed until +2099-01-31/);
  expect(jsonLines(await approvals("list", "--asks", "lee@contoso.com", "--json"))).not.toMatchObject([{ owner: expect.anything() }]);
});
