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
