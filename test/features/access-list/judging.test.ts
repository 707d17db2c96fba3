import { EditJudge } from "../../../features/access-list/acts/judging";

const world = {
  listRows: { many: async () => new Map() },
  lookAlikes: { lookAlikesOf: async () => new Map() },
  policyFacts: { gates: ["default"], lists: [], asked: [], approvalGates: [], silent: [] },
} as never;

describe("a deny of the operator's own domain", () => {
  it.each([
    { who: "a command in AWS", actor: { by: "arn:aws:sts::1:assumed-role/Admin/Kim@contoso.com", via: "command" }, told: true },
    { who: "another command in AWS", actor: { by: "arn:aws:sts::1:assumed-role/Admin/kim@fabrikam.com", via: "command" }, told: false },
    { who: "a user of this machine", actor: { by: "kim@laptop", via: "command" }, told: false },
    {
      who: "the console",
      actor: { by: "oid-7", via: "console", decider: { names: ["kim_contoso.com#EXT#@x.onmicrosoft.com"] } },
      told: true,
    },
  ] as const)("is told to $who: $told", async ({ actor, told }) => {
    const judge = new EditJudge(actor, new Date());
    judge.add({ after: { entry: "contoso.com", effect: "deny" } } as never);
    const { findings } = await judge.finish(world);
    expect([...findings.keys()].includes("deniesOwn")).toBe(told);
  });
});
