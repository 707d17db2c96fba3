import fc from "fast-check";
import { decide } from "../../../engine/sign-up/engine";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import { recordId } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import type { Attributes } from "../../../engine/sign-up/sign-up";
import type { Put } from "../../../engine/sign-up/verdict";
import type { TransitionResult } from "../../../features/approvals/change";
import { invitationId, invitePerson } from "../../../features/approvals/invite-person";
import { type ApprovalRequest, requestKey, type Stored } from "../../../features/approvals/request";
import { expire, strip } from "../../../features/approvals/transitions";
import { extend, resend, restoreInvitation, revokeInvitation } from "../../../features/invitations/invitation";
import { invited } from "../../../features/invitations/rule";
import { hashOf, NOW, person, world } from "../../engine/sign-up/people";
import { runs } from "../../support/runs";
import { alice, DAY, HOUR } from "../approvals/requests";

const ADDRESS = "kim@contoso.com";
const OTHER = "lee@contoso.com";
const identities = (issuer: string, issuerAssignedId: string) => [{ signInType: "federated", issuer, issuerAssignedId }];

/** Who may come: the person by two accounts, the address unproven, somebody else. */
const comers = [
  { email: ADDRESS, identities: identities("google.com", "1") },
  { email: ADDRESS, identities: identities("google.com", "2") },
  { email: ADDRESS, identities: identities("facebook.com", "3") },
  { email: OTHER, identities: identities("google.com", "4") },
] as const;

type Act =
  | { readonly kind: "invite" | "resend"; readonly days: number }
  | { readonly kind: "extend" | "restore"; readonly days: number }
  | { readonly kind: "revoke" | "sweep" | "strip" }
  | { readonly kind: "wait"; readonly hours: number }
  | { readonly kind: "come"; readonly who: number; readonly code: "none" | "newest" | "older" };

const days = fc.integer({ min: 1, max: 20 });
const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constantFrom("invite" as const, "resend" as const, "extend" as const), days }),
  fc.record({ kind: fc.constant("restore" as const), days: fc.integer({ min: -5, max: 20 }) }),
  fc.record({ kind: fc.constantFrom("revoke" as const, "sweep" as const, "strip" as const) }),
  fc.record({ kind: fc.constant("wait" as const), hours: fc.integer({ min: -2, max: 400 }) }),
  fc.record({
    kind: fc.constant("come" as const),
    who: fc.nat({ max: comers.length - 1 }),
    code: fc.constantFrom("none" as const, "newest" as const, "older" as const),
  }),
);

/** What an operator would say of the invitation, without the code of the product. */
interface Model {
  until?: number;
  isRevoked: boolean;
  usedBy?: number;
  codes: readonly string[];
}

const policy = beforeCreateUser([invited()], { trust: ["mail", "google.com"] });

it("admits only the invited person, with one account, until the end, in any order of events", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(acts, { maxLength: 25 }), async (all) => {
      let row: Stored;
      let now = NOW.getTime();
      let count = 0;
      const model: Model = { isRevoked: false, codes: [] };
      const id = invitationId(ADDRESS, undefined, hashOf);
      const at = () => new Date(now);
      const keep = (outcome: TransitionResult): boolean => {
        if (outcome.ok) row = JSON.parse(JSON.stringify(outcome.request)) as ApprovalRequest;
        return outcome.ok;
      };
      const sending = (length: number) => ({ by: alice, code: `CODE-${count++}`, days: length });
      const sent = (code: string, length: number) => {
        model.until = now + length * DAY;
        model.isRevoked = false;
        delete model.usedBy;
        model.codes = [...model.codes, code];
      };
      const isOpen = () => model.until !== undefined && now < model.until && !model.isRevoked && model.usedBy === undefined;

      for (const act of all) {
        switch (act.kind) {
          case "invite": {
            const expected = !isOpen();
            const say = sending(act.days);
            expect(keep(invitePerson(row, { email: ADDRESS }, say, hashOf, at()))).toBe(expected);
            if (expected) sent(say.code, act.days);
            break;
          }
          case "resend": {
            const expected = model.until !== undefined && (model.usedBy === undefined || model.isRevoked);
            const say = sending(act.days);
            expect(keep(resend(row, say, at()))).toBe(expected);
            if (expected) sent(say.code, act.days);
            break;
          }
          case "extend": {
            const expected = model.until !== undefined && model.usedBy === undefined && !model.isRevoked;
            expect(keep(extend(row, { by: alice }, new Date(now + act.days * DAY), at()))).toBe(expected);
            if (expected) model.until = now + act.days * DAY;
            break;
          }
          case "restore": {
            const [expected, until] = [model.until !== undefined && (model.usedBy === undefined || model.isRevoked), now + act.days * DAY];
            expect(keep(restoreInvitation(row, { by: alice }, new Date(until), at()))).toBe(expected);
            if (expected) Object.assign(model, { until, isRevoked: false });
            break;
          }
          case "revoke":
            expect(keep(revokeInvitation(row, { by: alice }, at()))).toBe(
              model.until !== undefined && now < model.until && !model.isRevoked,
            );
            if (row?.state === "denied") model.isRevoked = true;
            break;
          case "sweep":
            keep(expire(row, at()));
            break;
          case "strip":
            keep(strip(row, at()));
            break;
          case "wait":
            now += act.hours * HOUR;
            break;
          case "come": {
            const who = comers[act.who] as (typeof comers)[number];
            const code = act.code === "none" ? undefined : act.code === "newest" ? model.codes.at(-1) : model.codes.at(-2);
            const attributes: Attributes = code === undefined ? {} : { extension_InvitationCode: code };
            const outside = world({
              now: at(),
              read: async (keys) =>
                new Map(
                  row !== undefined && keys.some(({ key }) => key.id === id) ? [[recordId(requestKey(id)), row as unknown as Row]] : [],
                ),
              write: async (write) => {
                if (write.table === "approvals") row = JSON.parse(JSON.stringify((write as Put).item)) as ApprovalRequest;
                return true;
              },
            });
            const { answer } = await decide(policy, person({ ...who, attributes }), outside);
            const isMeant = who.email === ADDRESS && (act.who < 2 || (act.code === "newest" && code !== undefined));
            const mayComeAgain = model.usedBy === act.who && model.until !== undefined && now < model.until && !model.isRevoked;
            const isLetIn = isMeant && (isOpen() || mayComeAgain);
            expect(answer.kind === "continue").toBe(isLetIn);
            if (isLetIn) model.usedBy = act.who;
            break;
          }
        }
        // There is always a way on: it can be sent again, is open, or was used.
        if (row !== undefined) expect(["approved", "admitted", "denied", "expired"]).toContain(row.state);
      }
    }),
    { numRuns: runs(300, 3_000) },
  );
});
