import { decide } from "../../../engine/sign-up/engine";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import { recordId, rowsUnder } from "../../../engine/sign-up/records";
import type { RecordKey } from "../../../engine/sign-up/rule";
import type { Identity } from "../../../engine/sign-up/sign-up";
import { explainListResults } from "../../../features/access-list/explain-list";
import { accessList } from "../../../features/access-list/rule";
import { requestApproval } from "../../../features/approvals/request-approval";
import { person, world } from "../../engine/sign-up/people";

type Effects = Readonly<Record<string, "allow" | "deny">>;

const email = "kim@contoso.com";
const google: Identity = { issuer: "google.com", issuerAssignedId: "1184" };
const facebook: Identity = { issuer: "facebook.com", issuerAssignedId: "77" };
const passcode = (issuerAssignedId?: string): Identity => ({ issuer: "mail", ...(issuerAssignedId !== undefined && { issuerAssignedId }) });

function readerOf(rows: Effects) {
  const table = new Map(
    Object.entries(rows).map(([entry, effect]) => [recordId({ table: "accessList", key: { entry } }), { entry, effect }] as const),
  );
  return async (keys: readonly RecordKey[]) => rowsUnder(keys, table);
}

async function listed(rows: Effects, identities: readonly Identity[], trust: readonly string[] | undefined) {
  const policy = beforeCreateUser([accessList({ classes: ["relay"], ...(trust !== undefined && { trust }) })], { trust: "any" });
  const signUp = person({ email, identities });
  const { answer } = await decide(policy, signUp, { ...world(), read: readerOf(rows) });
  const [checked] = await explainListResults(policy, signUp, readerOf(rows), new Date());
  expect(checked?.verdict).toBe(answer.kind);
  expect(checked?.matches[0]?.effect === "allow").toBe(answer.kind === "continue");
  return answer.kind === "block" ? answer.reason : answer.kind;
}

it.each<{ rows: Effects; identities: readonly Identity[]; evidence: object | undefined }>([
  { rows: { [email]: "allow", "*.com": "allow" }, identities: [facebook], evidence: { unproven: email } },
  { rows: { "*.com": "allow" }, identities: [], evidence: { unproven: "*.com" } },
  { rows: { "else.example": "allow" }, identities: [facebook], evidence: undefined },
  { rows: { [email]: "allow", "contoso.com": "deny" }, identities: [facebook], evidence: { entry: "contoso.com", level: "domain" } },
])(
  "the record of a person with an untrusted address has the evidence $evidence if the list has the rows $rows",
  async ({ rows, identities, evidence }) => {
    for (const otherwise of ["block", "continue"] as const) {
      const policy = beforeCreateUser([accessList({ otherwise }), requestApproval()], { trust: ["google.com"] });
      const { trace } = await decide(policy, person({ email, identities }), { ...world(), read: readerOf(rows) });
      expect(trace[0]?.evidence).toEqual(evidence);
    }
  },
);

describe("a list that trusts some providers for addresses", () => {
  const trust = ["mail", "google.com"];

  it.each<{ who: string; identities: readonly Identity[]; proven: boolean }>([
    { who: "Google", identities: [google], proven: true },
    { who: "a passcode to the address", identities: [passcode("Kim@Contoso.com")], proven: true },
    { who: "both", identities: [google, passcode(email)], proven: true },
    { who: "Facebook", identities: [facebook], proven: false },
    { who: "Google and Facebook", identities: [google, facebook], proven: false },
    { who: "Entra", identities: [], proven: false },
    { who: "a passcode to another address", identities: [passcode("lee@contoso.com")], proven: false },
    { who: "a passcode to nobody knows where", identities: [passcode()], proven: false },
    { who: "Google, and a passcode to another address", identities: [google, passcode("lee@contoso.com")], proven: false },
  ])("admits people of $who by their address: $proven", async ({ identities, proven }) => {
    for (const entry of [email, "contoso.com", "*.com"]) {
      expect(await listed({ [entry]: "allow" }, identities, trust)).toBe(proven ? "continue" : "access-list.unlisted");
    }
  });

  it("denies people of other providers by their address all the same", async () => {
    for (const entry of [email, "contoso.com", "*.com"]) {
      expect(await listed({ [entry]: "deny", "*": "allow" }, [facebook], trust)).toBe("access-list.denied");
    }
    expect(await listed({ [email]: "allow", "contoso.com": "deny", "*": "allow" }, [facebook], trust)).toBe("access-list.denied");
  });

  it("admits people of other providers by their account, their provider or the entry for everyone", async () => {
    for (const entry of ["issuer:facebook.com/77", "issuer:facebook.com", "*"]) {
      expect(await listed({ [entry]: "allow", [email]: "allow" }, [facebook], trust)).toBe("continue");
    }
  });

  it("trusts every provider without `trust`, and none if `trust` is empty", async () => {
    expect(await listed({ [email]: "allow" }, [facebook], undefined)).toBe("continue");
    expect(await listed({ [email]: "allow" }, [google], [])).toBe("access-list.unlisted");
  });

  it.each([["issuer:google.com"], ["google.com/1184"], [5], "mail"])("is refused with %p", (trusted) =>
    expect(() => accessList({ trust: trusted as never })).toThrow(/^accessList: /),
  );
});
