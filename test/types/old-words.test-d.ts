// Checked by the compiler alone: no earlier word compiles, and no time without its unit.
import {
  accessList,
  admit,
  afterSignIn,
  entraDirectory,
  experian,
  expiry,
  http,
  idology,
  invited,
  oneAccount,
  permittedValue,
  requestApproval,
  service,
} from "entra-gatehouse";

const url = "https://crm.contoso.com";
const crm = { url, schema: {} as never, attributes: () => undefined, onFailure: "block" } as const;
const who = { everyoneElse: "approval", trust: ["mail"] } as const;

// @ts-expect-error otherwise: "block"
accessList({ otherwise: "deny" });
// @ts-expect-error allows: false
accessList({ only: "deny" });
// @ts-expect-error maxUses
permittedValue("extension_Code", { uses: 1 });
// @ts-expect-error fill
permittedValue("extension_Code", { sets: { city: "city" } });
// @ts-expect-error when: "approval"
requestApproval({ when: "referred" });
// @ts-expect-error answerWithin
requestApproval({ answerWithinDays: 14 });
// @ts-expect-error "14d"
requestApproval({ answerWithin: 14 });
// @ts-expect-error askAgainAfter
requestApproval({ askAgainAfterDays: 7 });
// @ts-expect-error "7d"
requestApproval({ askAgainAfter: 7 });
// @ts-expect-error passFor
requestApproval({ passDays: 30 });
// @ts-expect-error "30d"
requestApproval({ passFor: "30" });
// @ts-expect-error lasts
invited({ days: 14 });
// @ts-expect-error "14d"
invited({ lasts: 14 });
// @ts-expect-error lasts
admit({ ...who, invited: { days: 14 } });
// @ts-expect-error answerWithin
admit({ ...who, approval: { answerWithinDays: 14 } });
// @ts-expect-error lasts
expiry({ days: 180 });
// @ts-expect-error "180d"
expiry({ lasts: 180 });
// @ts-expect-error lasts
oneAccount({ days: 365 });
// @ts-expect-error "365d"
oneAccount({ lasts: "1y" });
// @ts-expect-error deadline
afterSignIn([accessList()], { deadlineMs: 4_000 });
// @ts-expect-error "4s"
afterSignIn([accessList()], { deadline: 4_000 });
// @ts-expect-error a unit of days
afterSignIn([accessList()], { deadline: "1d" });
// @ts-expect-error timeout
http({ ...crm, timeoutMs: 2_000 });
// @ts-expect-error "2s"
http({ ...crm, timeout: 2_000 });
// @ts-expect-error timeout
service("crm", { url, timeoutMs: 2_000 });
// @ts-expect-error "2s"
service("crm", { url, timeout: "2" });
// @ts-expect-error timeout
idology({ timeoutMs: 2_000 });
// @ts-expect-error timeout
experian({ timeoutMs: 2_000 });
// @ts-expect-error timeout
entraDirectory({ tenantId: "contoso.com", timeoutMs: 2_000 });
