import type { Row } from "../../../engine/sign-up/rule";
import { MS_PER_MINUTE } from "../../../engine/sign-up/time";
import { rulesAt } from "../../proof/admit";
import type { PolicySpec, RuleSpec, StepName } from "../../proof/scenario";
import type { Recorded } from "./beside-the-gate";

// The inputs that a record lacks, of those that rules read: by docs/policy.md, not by what a report makes of it.

interface Known extends Recorded {
  /** All requests for approval. */
  readonly requests: readonly Row[];
  readonly now: Date;
}

/** Rules that judge what people type. */
const ofForm: ReadonlySet<string> = new Set(["validate", "permittedValue", "terms", "minimumAge"]);
/** Rules that may leave "allowed" or "referred" of people, which the others read. */
const ofWay: ReadonlySet<string> = new Set(["accessList", "onlyDomains", "partners", "invited", "expiry", "permittedValue"]);
const reading: ReadonlySet<string> = new Set(["onlyDomains", "partners", "invited", "approvalStatus", "requestApproval"]);

/** The rules of these names that read nothing which the record lacks. */
export function rulesWithoutExcuse(names: readonly string[], policy: PolicySpec, known: Known): readonly string[] {
  const rules = rulesAt(policy, known.record.step as StepName);
  const open = rules.filter((spec) => names.includes(nameOf(spec)));
  const excused = open.filter((spec, index) => {
    const isAfterOpenWay = reading.has(spec.rule) && open.slice(0, index).some(({ rule }) => ofWay.has(rule));
    return missingInput(spec, known) !== undefined || isAfterOpenWay;
  });
  return names.filter((name) => !excused.some((spec) => nameOf(spec) === name));
}

/** The input that a rule reads and the record lacks; undefined if there is none. */
function missingInput(spec: RuleSpec, known: Known): "attributes" | "account" | undefined {
  if (ofForm.has(spec.rule)) return "attributes";
  switch (spec.rule) {
    case "invited":
      return (spec.options.by ?? ["code"]).includes("code") ? "attributes" : undefined;
    case "lookup":
    case "prefill":
      return lacksAccount(known) ? "account" : undefined;
    case "requestApproval":
      // A pass lets in only what was approved.
      return known.requests.some((request) => isTheirs(request, known) && hasPass(request, known.now)) ? "attributes" : undefined;
    default:
      return undefined;
  }
}

function nameOf({ rule }: RuleSpec): string {
  return rule.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** An account is a hash in the record, except of a passcode to the address. The request of the same account names it. */
function lacksAccount(known: Known): boolean {
  const { call, record, requests } = known;
  const isNamed = call.issuer === "entra" || record.signedInAs !== undefined || (call.issuer === "mail" && record.emailProven === true);
  return !isNamed && !requests.some((request) => isTheirs(request, known));
}

function isTheirs({ email, gate, invitation, identities }: Row, { call, record }: Recorded): boolean {
  if (email !== record.email || gate !== call.gate || invitation !== undefined) return false;
  const accounts = identities as readonly { readonly issuer: string; readonly signInType?: string }[];
  const issuers = accounts.map(({ issuer, signInType }) => (signInType === "emailAddress" ? "mail" : issuer));
  return call.issuer === "entra" ? issuers.length === 0 : issuers.includes(call.issuer);
}

function hasPass({ state, onApproval, passUntil, changedAt }: Row, now: Date): boolean {
  if (state === "admitted") return now.getTime() - Date.parse(String(changedAt)) <= 10 * MS_PER_MINUTE;
  return state === "approved" && onApproval === "continue" && Date.parse(String(passUntil)) > now.getTime();
}
