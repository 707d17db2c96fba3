import type { Session } from "../../../console/session/session";
import type { TableChange } from "../../../engine/audited-change";
import { beforeCreateUser, type Policy } from "../../../engine/sign-up/policy";
import type { Row } from "../../../engine/sign-up/rule";
import { accessList } from "../../../features/access-list/rule";
import { invitationId } from "../../../features/approvals/invite-person";
import type { ApprovalRequest } from "../../../features/approvals/request";
import { requestApproval } from "../../../features/approvals/request-approval";
import { beginFirstStage } from "../../../features/approvals/stages";
import { askId } from "../../../features/asks/ask";
import { changeAuditor } from "../../../features/audit/store/change-auditor";
import { invited } from "../../../features/invitations/rule";
import { asked, startConsole, type TestConsole } from "../../console/support";
import { hashOf } from "../../engine/sign-up/people";
import { startClock } from "../../support/fake-timers";

let pages: TestConsole;
let audit: ReturnType<typeof changeAuditor>;
let rows: ReadonlyMap<string, ApprovalRequest>;
let events = 0;
beforeEach(async () => {
  startClock();
  pages = await startConsole();
  audit = changeAuditor({ trail: pages.world.audit, hashes: async () => ({ hashOf }) });
  rows = new Map();
  const rules = [accessList({ otherwise: "continue" }), invited({ lasts: "5d", otherwise: "continue" }), requestApproval({})];
  vi.spyOn(pages.world, "policiesAt").mockReturnValue([beforeCreateUser(rules, { trust: ["mail"] }) as Policy]);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await pages.close();
});

const HANA = { subject: "oid-hana", name: "Hana", userNames: ["hana@contoso.com"], isRequester: true } satisfies Partial<Session>;
const GUEST = "kim@partner.com";
const ASK = askId(GUEST, undefined, HANA.subject, hashOf);
const KIM = invitationId(GUEST, undefined, hashOf);
const LEE = invitationId("lee@partner.com", undefined, hashOf);

/** Delivers what the stream tells of the requests, as rows that changed since the last delivery. */
async function deliver(ids: readonly string[]): Promise<void> {
  const stored = new Map((await pages.world.approvals.getAll(ids)).map((request) => [request.id, request]));
  const changes = ids.flatMap((id): readonly TableChange[] => {
    const [before, after] = [rows, stored].map((each) => each.get(id) as unknown as Row | undefined);
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    const images = { ...(before && { before }), ...(after && { after }) };
    return [{ table: "approvals", event: `e${events++}`, at: new Date(), subject: id, ...images }];
  });
  rows = new Map([...rows, ...stored]);
  await audit(changes, new Date());
}

const get = async (id: string) => (await pages.world.approvals.get(id)) as ApprovalRequest;
const decide = async (verb: string, id: string) => {
  const { reference, decision, stages } = await get(id);
  const request = `${id}/${reference}/${decision?.at ?? ""}${stages === undefined ? "" : `/${stages.running}`}`;
  await pages.post("/approvals/decide", "Approver", { verb, request, sure: "yes" });
};
const ask = async () =>
  await pages.post(
    "/ask",
    undefined,
    { email: GUEST, why: "An audit", name: "", language: "en" },
    { Cookie: await pages.cookie(undefined, HANA) },
  );
const invite = async () =>
  await pages.post("/people/invite", "Approver", { addresses: GUEST, days: "14", sponsor: "", language: "en", note: "" });
const change = async (verb: string, fields: Record<string, string> = {}) =>
  await pages.post("/people/change", "Approver", {
    ...{ verb, sure: "yes", back: "/people?life=invited", days: "30", note: "The contract changed", ...fields },
    person: `request/${KIM}/${(await get(KIM)).turn}`,
  });

const signUp = async (stages: object = {}) => (await asked(pages, GUEST, stages)).id;
const staged = () => beginFirstStage([{ by: ["role:Approver"], need: 2 }], false, new Date());

describe("the trail names who changed each request at the console, and no change counts as made outside", () => {
  it.each<{ readonly act: string; readonly before: () => Promise<unknown>; readonly does: (id: string) => Promise<unknown> }>([
    { act: "approve", before: signUp, does: (id) => decide("approve", id) },
    { act: "deny", before: signUp, does: (id) => decide("deny", id) },
    {
      act: "reopen",
      before: async () => {
        const id = await signUp();
        await decide("deny", id);
        return id;
      },
      does: (id) => decide("reopen", id),
    },
    { act: "vote", before: () => signUp(staged()), does: (id) => decide("approve", id) },
    { act: "ask for a guest", before: async () => undefined, does: ask },
    { act: "approve what a colleague asked for", before: ask, does: () => decide("approve", ASK) },
    { act: "deny what a colleague asked for", before: ask, does: () => decide("deny", ASK) },
    {
      act: "take back the approval of what a colleague asked for",
      before: async () => {
        await ask();
        await decide("approve", ASK);
      },
      does: () => decide("reopen", ASK),
    },
    { act: "invite", before: async () => undefined, does: invite },
    { act: "invite again", before: invite, does: () => change("resend") },
    { act: "extend an invitation", before: invite, does: () => change("extend") },
    { act: "revoke an invitation", before: invite, does: () => change("revoke") },
    {
      act: "correct an invitation's address",
      before: invite,
      does: () => change("correct", { to: "lee@partner.com", told: "lee@partner.com" }),
    },
  ])("$act", async ({ before, does }) => {
    const id = (await before()) as string | undefined;
    const ids = [ASK, KIM, LEE, ...(typeof id === "string" ? [id] : [])];
    await deliver(ids);
    const known = new Set((await pages.world.audit.page({})).entries.map(({ number }) => number));
    const earlier = rows;
    await does(id ?? "");
    await deliver(ids);
    const changed = [...rows.values()].filter((row) => JSON.stringify(row) !== JSON.stringify(earlier.get(row.id)));
    expect(changed).not.toEqual([]);
    const { entries } = await pages.world.audit.page({});
    expect(entries.filter(({ via }) => via === "outside")).toEqual([]);
    const fresh = entries.filter(({ number }) => !known.has(number));
    expect(fresh.map(({ subject }) => subject).sort()).toEqual(changed.map(({ reference }) => reference).sort());
    expect(new Set(fresh.map(({ via, by, act }) => `${via} ${by} ${act}`)).size).toBe(1);
  });
});

it("explains only one invitation by the approval of what a colleague asked for", async () => {
  await ask();
  await deliver([ASK]);
  await decide("approve", ASK);
  await deliver([ASK, KIM]);
  const real = await get(KIM);
  const forged = { ...real, id: LEE, reference: "AAAA-AAAA", email: "lee@partner.com" } as unknown as Row;
  await audit([{ table: "approvals", event: "forged", at: new Date(), subject: LEE, after: forged }], new Date());
  const { entries } = await pages.world.audit.page({});
  expect(entries.filter(({ via }) => via === "outside").map(({ subject }) => subject)).toEqual(["AAAA-AAAA"]);
});
