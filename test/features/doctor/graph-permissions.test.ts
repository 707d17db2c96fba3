import { tokenListenerPermissions } from "../../../adapters/graph/token-listeners";
import { type AccountsUse, accountsActs, judgePermissions } from "../../../features/doctor/verbs/graph-permissions";

const nothing: AccountsUse = {
  provisions: false,
  invitesAll: false,
  hasSponsors: false,
  expires: false,
  deletes: false,
  readsSignIns: false,
  countsTokens: false,
  handlesIncidents: false,
};
const provisioning = ["User.Create", "User.Invite.All", "User.Read.All", "User.ReadUpdate.All"];
const cases: readonly { given: string; use: Partial<AccountsUse>; least: readonly string[] }[] = [
  { given: "accounts are made", use: { provisions: true }, least: provisioning },
  { given: "everybody is invited", use: { provisions: true, invitesAll: true }, least: provisioning.slice(1) },
  { given: "accounts get sponsors", use: { provisions: true, hasSponsors: true }, least: ["User.ReadWrite.All"] },
  {
    given: "access ends without sign-ins that Entra shows",
    use: { expires: true, readsSignIns: true },
    least: ["AuditLog.Read.All", "Directory.Read.All", "User.EnableDisableAccount.All", "User.Read.All"],
  },
  {
    given: "access ends without sign-ins, and tokens tell of them",
    use: { expires: true, countsTokens: true },
    least: [
      "CustomAuthenticationExtension.Read.All",
      "Directory.Read.All",
      "EventListener.Read.All",
      "User.EnableDisableAccount.All",
      "User.Read.All",
    ],
  },
  { given: "access ends", use: { expires: true }, least: ["Directory.Read.All", "User.EnableDisableAccount.All", "User.Read.All"] },
  {
    given: "accounts are made and access ends",
    use: { provisions: true, expires: true },
    least: [
      "Directory.Read.All",
      "User.Create",
      "User.EnableDisableAccount.All",
      "User.Invite.All",
      "User.Read.All",
      "User.ReadUpdate.All",
    ],
  },
  {
    given: "ended accounts are deleted",
    use: { provisions: true, expires: true, deletes: true },
    least: ["Directory.Read.All", "User.ReadWrite.All"],
  },
  { given: "incidents disable accounts", use: { handlesIncidents: true }, least: ["User.EnableDisableAccount.All", "User.Read.All"] },
];

describe.each(cases)("if $given", ({ use, least }) => {
  const acts = accountsActs({ ...nothing, ...use });
  it("the least permissions are enough, and each one is needed", () => {
    expect(judgePermissions(acts, least)).toEqual({ least, missing: [], surplus: [] });
    for (const one of least) {
      const { missing } = judgePermissions(
        acts,
        least.filter((each) => each !== one),
      );
      expect(missing).toContain(one);
    }
  });

  it("wide permissions are accepted, and unneeded ones are named", () => {
    const held = [
      "User.ReadWrite.All",
      "Directory.Read.All",
      ...(use.readsSignIns ? ["AuditLog.Read.All"] : []),
      ...(use.countsTokens ? tokenListenerPermissions : []),
    ];
    expect(judgePermissions(acts, held)).toEqual({ least, missing: [], surplus: held.filter((each) => !least.includes(each)) });
  });

  it("an application without permissions is reported to lack the least ones", () => {
    expect(judgePermissions(acts, []).missing).toEqual(least);
  });
});

it("permissions to read the tenant's policies are not reported as unneeded", () => {
  const acts = accountsActs({ ...nothing, provisions: true });
  const held = [...provisioning, "Policy.Read.All", "LifecyclePolicies-Guests.Read.All", "Mail.Send"];
  expect(judgePermissions(acts, held)).toMatchObject({ missing: [], surplus: ["Mail.Send"] });
});
