import { quoted } from "../../local/terminal/quoted";
import type { Attempt } from "../../simulator/client/call";
import type { Person } from "../../simulator/client/person";
import type { SignUpResult } from "../../simulator/client/sign-up";
import { claimsOf, type StepVisit } from "../../simulator/client/visit";
import type { TargetOptions } from "./target-options";

/** One step, as lines: what Entra does, and what is wrong with the answer. @param verbose with each request and answer */
export function visitWords(visit: StepVisit, person: Person, verbose: boolean): readonly string[] {
  const { step, url, attempts, breaches } = visit;
  const broken = breaches.map(
    ({ rule, found, says, defect }) => `  BROKEN    ${rule}: ${found}; ${says}${defect === undefined ? "" : ` (as in the ${defect})`}`,
  );
  const page = pageWords(visit, person);
  if (verbose) return [`${step}  POST ${url}`, ...requestWords(visit), ...attempts.map(attemptWords), ...broken, `  Entra     ${page}`, ""];
  const unanswered = attempts.filter(({ answer, lost }) => answer === undefined || lost).map(attemptWords);
  return [`${step}: Entra ${page}`, ...unanswered, ...broken];
}

/** An external tenant's is nested too deep for one line. */
function requestWords({ tenant, request }: StepVisit): readonly string[] {
  const [first = "", ...others] = JSON.stringify(request, null, tenant === "external-tenant" ? 2 : 0).split("\n");
  return [`  request   ${first}`, ...others.map((line) => `            ${line}`)];
}

function attemptWords({ durationMs, answer, failure, lost }: Attempt): string {
  if (answer === undefined) return `  no answer ${failure} after ${durationMs} ms`;
  return `  ${lost ? "lost     " : "answer   "} ${answer.status} in ${durationMs} ms  ${answer.body}`;
}

function pageWords(visit: StepVisit, { collects }: Person): string {
  const { step, page } = visit;
  switch (page.kind) {
    case "continue": {
      const { kept, dropped } = claimsOf(visit, collects);
      if (step === "before-sending-token") {
        return `sends the token${listed(kept, "with the claims: ")}${listed(dropped, "dropped, no attributes: ")}`;
      }
      const does = step === "after-sign-in" ? "shows the form" : "creates the account";
      const claims = `${listed(kept, step === "after-sign-in" ? "prefilled: " : "changed: ")}${listed(dropped, "dropped, not in the flow: ")}`;
      return `${does}${claims}`;
    }
    case "block":
      return `shows a page: ${page.title === undefined ? "" : `${page.title}: `}${page.message}`;
    case "invalid":
      return [`shows above the form: ${page.message}`, ...Object.entries(page.errors).map(([name, error]) => `at ${name}: ${error}`)].join(
        "; ",
      );
    case "error":
      return "shows its own error page";
  }
}

function listed(claims: object, title: string): string {
  const names = Object.keys(claims);
  return names.length === 0 ? "" : `; ${title}${names.join(", ")}`;
}

/** What a token gets beyond its usual claims; undefined where nobody was asked. */
export function tokenWords({ tokenClaims }: SignUpResult): string | undefined {
  return tokenClaims && `Added to the token: ${JSON.stringify(tokenClaims)}`;
}

/** How to learn why the person was stopped. */
export function reasonWords(reference: string, { data }: TargetOptions): string {
  return `Why: npx --no-install entra-gatehouse decisions show ${reference} --local${data === undefined ? "" : ` --data ${quoted(data)}`}`;
}

export function outcomeWords({ outcome, account }: SignUpResult): string {
  switch (outcome) {
    case "created":
      return `The account is made: ${JSON.stringify(account)}`;
    case "no-token":
      return `The account is made, but there is no token: ${JSON.stringify(account)}`;
    case "blocked":
      return "There is no account: the person is turned away.";
    case "invalid":
      return "There is no account yet: the person is asked to correct the form.";
    case "error":
      return "There is no account: the answer is outside the contract.";
  }
}
