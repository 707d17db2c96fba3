import { accessEndedKey, accessEndedRow } from "../../../engine/access/ended";
import { accessTexts } from "../../../engine/messages/access";
import { type AccessOptions, access } from "../../../engine/rules/access";
import { requestApproval } from "../../../engine/rules/request-approval";
import { decide } from "../../../engine/sign-up/engine";
import { personIdOf } from "../../../engine/sign-up/person";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import type { Step } from "../../../engine/sign-up/sign-up";
import { accessTermsOf } from "../../../lib/policy-folder/access-terms";
import { arrived } from "../access/accounts";
import { hashOf, NOW, person } from "../sign-up/people";
import { memory } from "./memory-world";

const kim = person({ email: "kim@gmail.com", identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "1" }] });
const personId = personIdOf("kim@gmail.com", hashOf);
const over = (gate?: string) => accessEndedRow(arrived({ personId, ...(gate !== undefined && { gate }) }), "ended", NOW);

async function said(options: Partial<AccessOptions>, ended: boolean, { gate, signUp = kim }: { gate?: string; signUp?: typeof kim } = {}) {
  const rows = ended ? [[accessEndedKey(personId, gate), over(gate)] as const] : [];
  const rule = access({ days: 180, ...options });
  const rules = options.otherwise === "approval" ? ([rule, requestApproval({ when: "referred" })] as const) : ([rule] as const);
  const { answer, failure } = await decide(beforeCreateUser(rules), signUp, { ...memory(rows).world, now: NOW });
  expect(failure).toBeUndefined();
  return answer.kind === "block" ? answer.reason : answer.kind;
}

describe("access()", () => {
  it.each([
    ["lets everybody pass", said({}, false), "continue"],
    ["refuses a person whose access ended", said({}, true), "access.ended"],
    [
      "knows them by every spelling of their mailbox",
      said({}, true, { signUp: { ...kim, email: "k.i.m+x@googlemail.com" } }),
      "access.ended",
    ],
    ["lets them ask for renewal", said({ otherwise: "approval" }, true), "approval.requested"],
    ["asks nobody else for approval", said({ otherwise: "approval" }, false), "continue"],
    ["does not count the end of another gate", said({}, true, { gate: "partners" }), "continue"],
    ["counts its own gate's", said({}, true, { gate: "partners", signUp: { ...kim, gate: "partners" } }), "access.ended"],
  ])("%s", async (_, answer, expected) => expect(await answer).toBe(expected));

  it("says what to do in every language", () => {
    expect(Object.keys(accessTexts["access.ended"])).toHaveLength(8);
  });

  it.each<[Partial<AccessOptions>, string]>([
    [{ days: 0 }, "days"],
    [{ days: 1.5 }, "days"],
    [{ days: 4_000 }, "days"],
    [{ renew: "nobody" as never }, "renew"],
    [{ remind: [7, 7] }, "remind"],
    [{ remind: [180] }, "remind"],
    [{ remind: [0] }, "remind"],
    [{ remind: [6, 5, 4, 3, 2, 1] }, "remind"],
    [{ then: { disable: -1 } }, "disable"],
    [{ then: { delete: 0 } }, "delete"],
    [{ then: "delete" as never }, "then"],
    [{ then: { disabled: 0 } as never }, "disabled"],
    [{ otherwise: "waitlist" as never }, "otherwise"],
    [{ day: 180 } as never, "day"],
  ])("refuses %j by name", (options, name) => {
    expect(() => access({ days: 180, ...options })).toThrow(name);
  });

  it.each<[AccessOptions, object]>([
    [{ days: 180 }, { days: 180, renew: "sponsor", remind: [30, 7], disable: 0 }],
    [{ days: 20 }, { days: 20, renew: "sponsor", remind: [7], disable: 0 }],
    [
      { days: 90, remind: [7, 30], then: { disable: 2, delete: 30 } },
      { days: 90, renew: "sponsor", remind: [30, 7], disable: 2, delete: 30 },
    ],
    [
      { days: 90, renew: "approvers", remind: [], then: { delete: "never" } },
      { days: 90, renew: "approvers", remind: [], disable: 0 },
    ],
  ])("hands %j to the worker, by gate", (options, terms) => {
    const step = { step: "before-create-user" as Step, file: "p/before-create-user.ts", policy: beforeCreateUser([access(options)]) };
    expect(
      accessTermsOf([
        { name: "default", policy: [] },
        { name: "partners", policy: [step] },
      ]),
    ).toEqual({ partners: terms });
    const twice = { ...step, policy: beforeCreateUser([access(options), access({ days: 3 })]) };
    expect(() => accessTermsOf([{ name: "default", policy: [twice] }])).toThrow("access is there twice");
  });
});
