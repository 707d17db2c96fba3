import { outgoing } from "../../adapters/vendors/http/service-request";
import { afterSignIn, beforeCreateUser, beforeSendingToken } from "../../engine/sign-up/policy";
import * as policy from "../../index";

// Each row: what a policy calls, an earlier word, and the line that its error says to write.

const crm = { url: "https://crm.contoso.com", schema: policy, attributes: () => ({}), onFailure: "block" } as const;
const calls: Readonly<Record<string, (options: never) => unknown>> = {
  accessList: policy.accessList,
  'permittedValue("extension_Code")': (options) => policy.permittedValue("extension_Code" as never, options),
  requestApproval: policy.requestApproval,
  invited: policy.invited,
  expiry: policy.expiry,
  oneAccount: policy.oneAccount,
  "after-sign-in": (options) => afterSignIn([policy.accessList()], options),
  "before-create-user": (options) => beforeCreateUser([policy.accessList()], options),
  "before-sending-token": (options) => beforeSendingToken([policy.prefill(policy.profiles({ trust: ["mail"] }))], options),
  'http "http"': (options) => policy.http({ ...crm, ...(options as object) } as never),
  'service "crm"': (options) => policy.service("crm", { url: crm.url, ...(options as object) }),
  idology: policy.idology,
  experian: policy.experian,
  entraDirectory: (options) => policy.entraDirectory({ tenantId: "contoso.com", ...(options as object) }),
};

const times = ['http "http"', 'service "crm"', "idology", "experian", "entraDirectory"].flatMap((call) => [
  { call, old: { timeoutMs: 2_000 }, line: 'timeout: "2s"' },
  { call, old: { timeoutMs: 1_500 }, line: 'timeout: "1.5s"' },
  { call, old: { timeoutMs: 1_234 }, line: 'timeout: "1234ms"' },
  { call, old: { timeoutMs: "x" }, line: 'timeout: "2s"' },
  { call, old: { timeout: 2_000 }, line: 'timeout: "2s"' },
  { call, old: { timeout: 2 }, line: 'timeout: "2s"' },
]);
const deadlines = ["after-sign-in", "before-create-user", "before-sending-token"].flatMap((call) => [
  { call, old: { deadlineMs: 4_000 }, line: 'deadline: "4s"' },
  { call, old: { deadline: 500 }, line: 'deadline: "500ms"' },
]);
const days = ["invited", "expiry", "oneAccount"].flatMap((call) => [
  { call, old: { days: 180 }, line: 'lasts: "180d"' },
  { call, old: { lasts: 180 }, line: 'lasts: "180d"' },
]);

it.each([
  { call: "accessList", old: { otherwise: "deny" }, line: 'otherwise: "block"' },
  { call: "accessList", old: { only: "deny" }, line: "allows: false" },
  { call: 'permittedValue("extension_Code")', old: { uses: 1 }, line: "maxUses: 1" },
  {
    call: 'permittedValue("extension_Code")',
    old: { sets: { companyName: "company" } },
    line: 'fill: {"companyName":"company"}',
  },
  { call: "requestApproval", old: { when: "referred" }, line: 'when: "approval"' },
  { call: "requestApproval", old: { answerWithinDays: 14 }, line: 'answerWithin: "14d"' },
  { call: "requestApproval", old: { answerWithin: 14 }, line: 'answerWithin: "14d"' },
  { call: "requestApproval", old: { askAgainAfterDays: 7 }, line: 'askAgainAfter: "7d"' },
  { call: "requestApproval", old: { askAgainAfterDays: "never" }, line: 'askAgainAfter: "never"' },
  { call: "requestApproval", old: { askAgainAfter: 0 }, line: 'askAgainAfter: "0d"' },
  { call: "requestApproval", old: { passDays: 30 }, line: 'passFor: "30d"' },
  { call: "requestApproval", old: { passFor: 30 }, line: 'passFor: "30d"' },
  { call: "requestApproval", old: { provenBy: ["mail"] }, line: `trust: ["mail"] in the step's options` },
  { call: "before-create-user", old: { provenBy: ["mail"] }, line: 'trust: ["mail"]' },
  { call: "after-sign-in", old: { provenBy: ["mail"] }, line: 'trust: ["mail"]' },
  ...days,
  ...deadlines,
  ...times,
])("$call rejects the old form $old, and the error names the new form $line", ({ call, old, line }) => {
  const [[name, given] = []] = Object.entries(old);
  const shown = typeof given === "number" ? String(given) : JSON.stringify(given);
  const says = `${call}: write ${line} in place of ${name}: ${shown}.`;
  expect(() => calls[call]?.(old as never)).toThrow(new TypeError(says));
});

it("one error names all old words of a call", () => {
  const old = { when: "referred", passDays: 30, then: "continue" } as never;
  const says = 'requestApproval: write when: "approval" in place of when: "referred", passFor: "30d" in place of passDays: 30.';
  expect(() => policy.requestApproval(old)).toThrow(new TypeError(says));
});

it("the error for a call of a service names the new word for an old one", () => {
  const made = () => outgoing({ path: "/", timeoutMs: 500 } as never, new URL(crm.url), 'service "crm"');
  expect(made).toThrow(new TypeError('service "crm": write timeout: "500ms" in place of timeoutMs: 500.'));
});

it("the error for a custom client names the new word for an old one", () => {
  const uses = [{ service: "crm", timeLimitMs: 800 }] as never;
  const rule = policy.defineRule("own", () => policy.block("own.no"), { uses });
  expect(() => beforeCreateUser([rule])).toThrow(
    new TypeError('The rule "own": crm: write timeout: "800ms" in place of timeLimitMs: 800.'),
  );
});
