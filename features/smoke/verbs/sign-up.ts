import type { Fault } from "../../../cli/failure";
import { failProbe, type ProbeResult, timedProbe } from "../../../cli/probe";
import { TokenError } from "../../../simulator/client/authorization";
import type { Attempt } from "../../../simulator/client/call";
import { referenceOn } from "../../../simulator/client/page";
import { readPersonFile } from "../../../simulator/client/person";
import { newJourney } from "../../../simulator/client/sign-up";
import { type StepVisit, visit } from "../../../simulator/client/visit";
import { flowAt, type Target } from "../../simulator/verbs/target";
import type { SmokeTarget } from "./endpoint";

/** The request id in the page that the gateway shows if our function does not answer. */
const requestId = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
/** The fault code if somebody may have been let in. */
export const LET_IN = "sign-up.let-in";

/** `reference` is on the page that refused the person. */
interface SignedUp {
  readonly result: ProbeResult;
  readonly target?: Target;
  readonly reference?: string | undefined;
}

/** Acts as a person whom the engine refuses. */
export async function signUpAt({ step, name, reach }: SmokeTarget, email: string): Promise<SignedUp> {
  const person = readPersonFile({ issuer: "google.com", email, locales: "en-US" });
  const names = { displayName: "Gatehouse drill", givenName: "Gatehouse", surname: "Drill" };
  let signUpFacts: Omit<SignedUp, "result"> = {};
  const result = await timedProbe("sign-up", name, async () => {
    const { target, told: reachText } = await reach();
    await assertToken(target);
    const stepVisit = await visit(step, newJourney(person, flowAt(target)), names);
    signUpFacts = { target, reference: referenceOn(stepVisit.page) };
    const visitText = stepVisit.attempts.length > 1 ? "on the second try: the first came too late" : reachText;
    const durationMs = stepVisit.attempts.reduce((sum, attempt) => sum + attempt.durationMs, 0);
    return { durationMs, faults: findVisitFaults(stepVisit, name), told: visitText };
  });
  return { result, ...signUpFacts };
}

async function assertToken(target: Target): Promise<void> {
  if (target.tenant !== "external-tenant") return;
  try {
    await target.authorization();
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    const fix = "Check the test caller's client id and secret, and that its tenant is the external one; a client secret may have expired.";
    failProbe("sign-up.no-token", error.message, fix);
  }
}

function findVisitFaults({ page, step, breaches, attempts }: StepVisit, name: string): readonly Fault[] {
  const last = attempts.at(-1);
  const answerFault = last?.answer === undefined ? unansweredFault(last) : statusFault(last.answer.status, last.answer.body, name);
  if (answerFault !== undefined) return [answerFault];
  // A breach of the rule "time" is not a fault: a late first answer only costs the person time.
  const broken = breaches.filter(({ tolerated, rule }) => !tolerated && rule !== "time");
  if (broken.length > 0) {
    const fix =
      "Look for what changes answers on their way: a proxy, a firewall, a stage that was edited by hand. docs/conform.md has the rules.";
    return broken.map(({ rule, found, says }) => ({
      id: "sign-up.contract",
      what: `The answer breaks Entra's contract: ${rule}: ${found}; ${says}.`,
      fix,
    }));
  }
  if (step === "before-sending-token") return [];
  if (page.kind === "block") return referenceOn(page) === undefined ? [gatewayFault(page.message)] : [];
  const fix =
    "What answers is not a Gatehouse of this version. Deploy again, and look whether the call left an account or a request behind.";
  return [{ id: LET_IN, what: `${name} lets a test person pass that every Gatehouse refuses. No further call is made.`, fix }];
}

function unansweredFault(last: Attempt | undefined): Fault {
  if (last?.failure === "timeout") {
    const fix = "Look for slow calls in the step's log, and at the alarms throttles and slow-answers: docs/runbook.md.";
    return { id: "sign-up.late", what: "No answer came in time, twice: Entra shows its own error page.", fix };
  }
  const fix = "Check the address's DNS record and certificate, and that this machine may reach it; npm run gate -- doctor looks at both.";
  return { id: "sign-up.unreachable", what: `The address cannot be reached: ${last?.failure ?? "nothing was asked"}.`, fix };
}

function statusFault(status: number, body: string, name: string): Fault | undefined {
  if (status === 401) {
    const fix = name.endsWith("external-tenant")
      ? "Check issuer and audience in settings.ts, and that the token is of the test caller: docs/external-tenant.md, Who may call."
      : "Wait a minute if the secret has just been changed, and repeat. Then look in the authorizer's log: it may not be able to read the secret.";
    return { id: "sign-up.credentials", what: "The gate refuses its own credentials: Entra gets 401, and shows its own error page.", fix };
  }
  if (status === 403) {
    const fix =
      'Look at the web application firewall and the API\'s resource policy; a wrong path or stage answers 403 too, and with `api: "http"` wrong credentials do.';
    return { id: "sign-up.forbidden", what: "Something in front of the gate answers 403.", fix };
  }
  if (status === 429) {
    const fix = "Repeat in a minute. Then raise rateLimit, or the account's quota: npm run gate -- doctor says which.";
    return { id: "sign-up.throttled", what: "The gateway throttles the call.", fix };
  }
  return status >= 500 ? gatewayFault(body, status) : undefined;
}

function gatewayFault(text: string, status?: number): Fault {
  const id = requestId.exec(text)?.[0];
  const what = `${status === undefined ? "The gateway answers in the function's place" : `The gateway answers ${status}`}${id === undefined ? "" : ` (request ${id})`}: everybody is stopped.`;
  const fix = "Look in the API's access log for the cause, then in the function's log: docs/runbook.md, static-block-pages.";
  return { id: "sign-up.no-function", what, fix };
}
