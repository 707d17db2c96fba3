import { ACCOUNT_CREATED, ACCOUNT_FAILED, APPROVAL_DECIDED, APPROVAL_EXPIRED, approvalEvent } from "../../engine/approvals/event";
import { type OcsfSubject, ocsfOf } from "../../engine/ocsf";
import { SIGN_UP_DECIDED, signUpDecided } from "../../engine/sign-up/event";
import { decision } from "../events/records";
import { approved, at, pending } from "./approvals/requests";

/** Of OCSF 1.1.0, what the two classes and their objects have that is used here: required names end in "!". */
const base =
  "activity_id! activity_name category_name category_uid! class_name class_uid! message metadata! observables severity severity_id! status status_code status_detail status_id time! type_name type_uid! unmapped user! actor src_endpoint";
const attributes: Readonly<Record<string, string>> = {
  "3002": `${base} service`,
  "3001": base,
  metadata: "correlation_uid event_code original_time product! uid version!",
  product: "name vendor_name! version",
  user: "email_addr full_name name type type_id uid uid_alt",
  actor: "user idp",
  idp: "name uid",
  service: "name uid",
  src_endpoint: "ip",
  observables: "name! type type_id! value",
};
/** Of user and service one of these is needed; of an actor the user. */
const oneOf: Readonly<Record<string, readonly string[]>> = { user: ["name", "uid"], service: ["name", "uid"], actor: ["user"] };
const enums: Readonly<Record<string, readonly unknown[]>> = {
  "3002.activity_id": [1, 99],
  "3001.activity_id": [1, 99],
  severity_id: [1, 2, 3],
  status_id: [1, 2, 99],
  "user.type_id": [0, 1, 2, 3],
  "observables.type_id": [2, 5],
};

function flaws(name: string, value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => flaws(name, each));
  if (name === "unmapped" || typeof value !== "object" || value === null) return [];
  const given = value as Readonly<Record<string, unknown>>;
  const known = (attributes[name] ?? "").split(" ");
  const missing = known.filter((each) => each.endsWith("!") && given[each.slice(0, -1)] === undefined);
  const ofChoice = oneOf[name]?.some((each) => given[each] !== undefined) === false ? [`${name}: none of ${oneOf[name]}`] : [];
  const odd = Object.entries(given).flatMap(([each, its]) => {
    if (!known.includes(each) && !known.includes(`${each}!`)) return [`${name}.${each} is unknown`];
    const values = enums[`${name}.${each}`] ?? enums[each];
    return values === undefined || values.includes(its) ? flaws(each, its) : [`${name}.${each} is ${its}`];
  });
  return [...missing.map((each) => `${name} lacks ${each}`), ...ofChoice, ...odd];
}

const decided = (change: Partial<typeof decision> = {}, ipAddress?: string): OcsfSubject => ({
  type: SIGN_UP_DECIDED,
  detail: signUpDecided({ ...decision, personId: "p", ...change }),
  ipAddress,
});
const { email: _, issuers: __, ...unread } = decision;
const letIn = { verdict: "continue" as const, reasons: [], rule: undefined } as unknown as Partial<typeof decision>;
const happened = (before: Parameters<typeof approvalEvent>[0], after: Parameters<typeof approvalEvent>[1]) =>
  approvalEvent(before, after) as OcsfSubject;

it.each<{ given: string; happening: OcsfSubject; type: string; detail: object }>([
  {
    given: "a refusal",
    happening: decided({}, "192.0.2.7"),
    type: "ocsf.authentication",
    detail: {
      class_uid: 3002,
      category_uid: 3,
      type_uid: 300_299,
      activity_name: "Sign-up",
      time: Date.parse(decision.at),
      status_id: 2,
      severity_id: 2,
      status_code: "access-list.denied",
      metadata: { uid: `${decision.id}.0`, version: "1.1.0", event_code: SIGN_UP_DECIDED },
      user: { email_addr: "kim@contoso.com", uid: "p" },
      actor: { idp: { name: "google.com" } },
      src_endpoint: { ip: "192.0.2.7" },
      observables: [{ value: "kim@contoso.com" }, { value: "192.0.2.7" }],
    },
  },
  {
    given: "somebody let in",
    happening: decided(letIn),
    type: "ocsf.authentication",
    detail: { status_id: 1, severity_id: 1, observables: [{ type_id: 5 }] },
  },
  {
    given: "a form sent back",
    happening: decided({ verdict: "invalid" }),
    type: "ocsf.authentication",
    detail: { status_id: 99, status: "Correction asked" },
  },
  {
    given: "a token",
    happening: decided({ ...letIn, step: "before-sending-token" }),
    type: "ocsf.authentication",
    detail: { type_uid: 300_201 },
  },
  {
    given: "a call that could not be read",
    happening: { type: SIGN_UP_DECIDED, detail: signUpDecided(unread) },
    type: "ocsf.authentication",
    detail: { user: { name: "unknown", type_id: 0 } },
  },
  {
    given: "a request",
    happening: happened(undefined, pending()),
    type: "ocsf.account_change",
    detail: { type_uid: 300_199, status: "Pending", user: { full_name: "Kim" } },
  },
  {
    given: APPROVAL_DECIDED,
    happening: happened(pending(), approved),
    type: "ocsf.account_change",
    detail: { activity_name: "Approved", status_id: 1, actor: { user: { type_id: 2 } } },
  },
  { given: APPROVAL_EXPIRED, happening: happened(at.pending, at.expired), type: "ocsf.account_change", detail: { status_id: 2 } },
  {
    given: ACCOUNT_CREATED,
    happening: happened(at.provisioning, at.provisioned),
    type: "ocsf.account_change",
    detail: { type_uid: 300_101, status_id: 1 },
  },
  {
    given: ACCOUNT_FAILED,
    happening: happened(at.provisioning, at.failed),
    type: "ocsf.account_change",
    detail: { type_uid: 300_101, status_id: 2, severity_id: 3 },
  },
])("$given is an event of OCSF 1.1.0", ({ happening, type, detail }) => {
  const told = ocsfOf(happening);
  expect(told).toMatchObject({ type, detail });
  const sent = JSON.parse(JSON.stringify(told.detail)) as Record<string, unknown>;
  expect(flaws(String(sent.class_uid), sent)).toEqual([]);
});

it("no event holds the link with which anybody could accept an invitation", () => {
  const redeemUrl = "https://login.microsoftonline.com/redeem?rd=x";
  const { account } = at.provisioned;
  const invited = { ...at.provisioned, ...(account && { account: { ...account, redeemUrl } }) };
  const happening = happened(at.provisioning, invited);
  expect(JSON.stringify(happening)).toContain(redeemUrl);
  expect(JSON.stringify(ocsfOf(happening))).not.toContain(redeemUrl);
});
