import type { Decider } from "../../../engine/audited-change";
import { predictDecision } from "../../../features/approvals/deciding";
import { isAskerUnknown, isOwnRequest } from "../../../features/approvals/own-request";
import type { ApprovalRequest } from "../../../features/approvals/request";
import { asks, beginFirstStage, reassign } from "../../../features/approvals/stages";
import { eraseAsker, expire, reopen, strip } from "../../../features/approvals/transitions";
import { askId, submitAsk, type Wish } from "../../../features/asks/ask";
import { hashOf, NOW } from "../../engine/sign-up/people";
import { alice, DAY, later, rowOf } from "../approvals/requests";

const hana = { by: "oid-hana", name: "Hana", addresses: ["hana@contoso.com", "h.lee@contoso.com"] } as const;
const GUEST = "kim@partner.com";
const id = askId(GUEST, undefined, hana.by, hashOf);
const wish: Wish = { email: GUEST, why: "an audit", answerWithinDays: 14, days: 14, invites: "invitation" };
const asked = (more: Partial<Wish> = {}): ApprovalRequest => rowOf(submitAsk(undefined, id, hana, { ...wish, ...more }, hashOf, NOW));
const ARN = "arn:aws:sts::111111111111:assumed-role/Operator";

describe("an ask's row", () => {
  it.each([
    {
      what: "another spelling of the guest's mailbox",
      other: askId("Kim@Partner.com".toLowerCase(), undefined, hana.by, hashOf),
      isSame: true,
    },
    { what: "the default gate by name", other: askId(GUEST, "default", hana.by, hashOf), isSame: true },
    { what: "another gate", other: askId(GUEST, "partners", hana.by, hashOf), isSame: false },
    { what: "another asker", other: askId(GUEST, undefined, "oid-lee", hashOf), isSame: false },
    { what: "another guest", other: askId("lee@partner.com", undefined, hana.by, hashOf), isSame: false },
  ])("is the same for $what: $isSame", ({ other, isSame }) => expect(other === id).toBe(isSame));

  it("waits for one answer at a time, and can be asked again with another code", () => {
    const first = asked();
    expect(submitAsk(first, id, hana, wish, hashOf, NOW)).toMatchObject({ ok: false, why: "pending" });
    const ended = rowOf(expire(first, later(15 * DAY)));
    const again = rowOf(submitAsk(ended, id, hana, wish, hashOf, later(16 * DAY)));
    expect(again).toMatchObject({ state: "pending", turn: ended.turn + 1 });
    expect(again.reference).not.toBe(first.reference);
  });

  it("keeps who asked, but not why, 30 days after its end", () => {
    const ended = rowOf(expire(asked({ concerns: ["has-access"] }), later(15 * DAY)));
    expect(rowOf(strip(ended, later(46 * DAY))).ask).toEqual({ ...ended.ask, why: undefined, concerns: undefined });
  });
});

describe("who asked", () => {
  const deciders: readonly { readonly what: string; readonly decider: Decider; readonly why: string | undefined }[] = [
    { what: "by account", decider: { objectId: "OID-HANA", names: [] }, why: "own-ask" },
    { what: "by the first address", decider: { names: ["Hana@Contoso.com"] }, why: "own-ask" },
    { what: "by another address", decider: { names: ["h.lee@contoso.com"] }, why: "own-ask" },
    { what: "by a tag", decider: { names: [], addresses: ["hana+x@contoso.com"] }, why: "own-ask" },
    { what: "by a mail's link", decider: { names: ["hana@contoso.com"], addresses: ["hana@contoso.com"] }, why: "own-ask" },
    {
      what: "by the session's name",
      decider: { names: ["hana", `${ARN}/hana@contoso.com`], arn: `${ARN}/hana@contoso.com` },
      why: "own-ask",
    },
    { what: "perhaps: a session without an address", decider: { names: ["ops", `${ARN}/ops`], arn: `${ARN}/ops` }, why: "asker-unknown" },
    {
      what: "perhaps: the same, where the name of the machine looks like an address",
      decider: { names: ["ops@desk.contoso.com", `${ARN}/ops`], arn: `${ARN}/ops` },
      why: "asker-unknown",
    },
    { what: "perhaps: a user of IAM", decider: { names: ["arn:aws:iam::111111111111:user/ops"] }, why: "asker-unknown" },
    { what: "perhaps: nobody is known", decider: { names: [] }, why: "asker-unknown" },
    { what: "not: another account", decider: { objectId: "oid-lee", names: ["lee@contoso.com"] }, why: undefined },
    { what: "not: another session's name", decider: { names: [`${ARN}/lee@contoso.com`], arn: `${ARN}/lee@contoso.com` }, why: undefined },
    { what: "not: the guest's namesake", decider: { names: ["kim@contoso.com"] }, why: undefined },
    { what: "but the guest", decider: { names: ["KIM@partner.com"] }, why: "own-ask" },
  ];

  it.each(deciders)("decides nothing, without stages: $what", ({ decider, why }) => {
    for (const verb of ["approve", "deny"] as const) {
      const outcome = predictDecision(verb, asked(), { by: alice, decider }, NOW);
      expect(outcome.ok ? undefined : outcome.why).toBe(why);
    }
    expect(asks(asked(), decider, NOW)).toBe(why === undefined);
  });

  it.each(deciders)("does not vote by a role or a group: $what", ({ decider, why }) => {
    const list = [{ by: ["role:Security", "group:7c9e6679-7425-40de-944b-e07fc1f90ae7"], need: 1 }];
    const request = asked(beginFirstStage(list, false, NOW));
    for (const more of [{ roles: ["Security"] }, { groups: ["7c9e6679-7425-40de-944b-e07fc1f90ae7"] }]) {
      const voter = { ...decider, ...more };
      const outcome = predictDecision("approve", request, { by: alice, decider: voter }, NOW);
      if (why === undefined && decider.names.every((each) => !each.includes("@"))) continue;
      expect(outcome.ok ? undefined : outcome.why).toBe(why);
      expect(asks(request, voter, NOW)).toBe(why === undefined);
    }
  });

  it("neither stands in for an approver nor is stood in for", () => {
    const request = asked(beginFirstStage([{ by: ["lee@contoso.com", "hana@contoso.com"], need: 1 }], false, NOW));
    const mina = { objectId: "oid-mina", names: ["mina@contoso.com"], addresses: ["mina@contoso.com"] };
    expect(asks(request, { objectId: hana.by, names: [], addresses: ["hana@contoso.com"], standsInFor: ["lee@contoso.com"] }, NOW)).toBe(
      false,
    );
    expect(asks(request, { ...mina, standsInFor: ["hana+x@contoso.com"] }, NOW)).toBe(false);
    expect(asks(request, { ...mina, standsInFor: ["lee@contoso.com"] }, NOW)).toBe(true);
  });

  it("is not asked by a reassignment either", () => {
    const request = asked(beginFirstStage([{ by: ["lee@contoso.com"], need: 1 }], false, NOW));
    expect(reassign(request, { by: alice }, ["Hana+x@contoso.com"], NOW)).toMatchObject({ ok: false, why: "too-few" });
    expect(rowOf(reassign(request, { by: alice }, ["h.lee@contoso.com", "mina@contoso.com"], NOW)).asked).toEqual(["mina@contoso.com"]);
  });

  it("is told apart in a request of their own as before", () => {
    const own = { email: "hana@contoso.com", identities: [] };
    expect([isOwnRequest(own, { names: ["ops"] }), isAskerUnknown(own as unknown as ApprovalRequest, { names: ["ops"] })]).toEqual([
      false,
      false,
    ]);
  });
});

describe("the erasure of who asked", () => {
  it("ends what waits, which nobody can decide any more", () => {
    const erased = rowOf(eraseAsker(asked(), NOW));
    expect(erased).toMatchObject({ state: "expired", ask: { by: "erased", addresses: [] } });
    expect(JSON.stringify(erased)).not.toMatch(/hana|an audit/i);
    const open = rowOf(reopen(erased, { by: alice }, NOW));
    const outcome = predictDecision("approve", open, { by: alice, decider: { objectId: "oid-lee", names: ["lee@contoso.com"] } }, NOW);
    expect(outcome).toMatchObject({ ok: false, why: "asker-unknown" });
    expect(eraseAsker(erased, NOW)).toMatchObject({ ok: false });
  });
});
