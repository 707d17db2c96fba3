import type { Attempt } from "../../simulator/client/call";
import type { Person } from "../../simulator/client/person";
import type { SignUpResult } from "../../simulator/client/sign-up";
import { type StepVisit, splitClaims } from "../../simulator/client/visit";

/** One step, as lines. */
export function visitWords(visit: StepVisit, person: Person): readonly string[] {
  const { step, url, claims, attempts, breaches } = visit;
  return [
    `${step}  POST ${url}`,
    `  request   ${JSON.stringify(claims)}`,
    ...attempts.map(attemptWords),
    ...breaches.map(
      ({ rule, found, says, defect }) => `  BROKEN    ${rule}: ${found}; ${says}${defect === undefined ? "" : ` (as in the ${defect})`}`,
    ),
    `  Entra     ${pageWords(visit, person)}`,
    "",
  ];
}

function attemptWords({ durationMs, answer, failure, lost }: Attempt): string {
  if (answer === undefined) return `  no answer ${failure} after ${durationMs} ms`;
  return `  ${lost ? "lost     " : "answer   "} ${answer.status} in ${durationMs} ms  ${answer.body}`;
}

function pageWords({ step, page }: StepVisit, { attributes }: Person): string {
  switch (page.kind) {
    case "continue": {
      const { kept, dropped } = splitClaims(page.claims, attributes);
      const does = step === "after-sign-in" ? "shows the form" : "creates the account";
      const claims = `${listed(kept, step === "after-sign-in" ? "prefilled: " : "changed: ")}${listed(dropped, "dropped, not in the flow: ")}`;
      return `${does}${claims}`;
    }
    case "block":
      return `shows a page: ${page.message}`;
    case "invalid":
      return `shows above the form: ${page.message}`;
    case "error":
      return "shows its own error page";
  }
}

function listed(claims: object, title: string): string {
  const names = Object.keys(claims);
  return names.length === 0 ? "" : `; ${title}${names.join(", ")}`;
}

export function outcomeWords({ outcome, account }: SignUpResult): string {
  switch (outcome) {
    case "created":
      return `The account is made: ${JSON.stringify(account)}`;
    case "blocked":
      return "There is no account: the person is turned away.";
    case "invalid":
      return "There is no account yet: the person is asked to correct the form.";
    case "error":
      return "There is no account: the answer is outside the contract.";
  }
}
