import type { GraphClient } from "../../../../adapters/graph/graph";
import type { CommandContext } from "../../../../cli/command";
import type { Deployment } from "../../../../cli/deployment";
import { CommandError } from "../../../../cli/failure";
import { type Finding, type GraphNeeds, lookedAt } from "../../../../cli/graph/access";
import { formatCount, type Output, warnOfUnreadable } from "../../../../cli/output";
import { localTime, momentFrom } from "../../../../cli/typed";
import { isDrill } from "../../../../engine/sign-up/drill";
import { DEFAULT_GATE } from "../../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../../engine/sign-up/record";
import type { Step } from "../../../../engine/sign-up/sign-up";
import { decisionStore } from "../../../decisions/store/decisions";
import { type LoggedStage, signInLog, signUpLog, signUpLogPermissions } from "../../client/audit-logs";
import { eventsFlows } from "../../client/events-flows";
import { judgedFlows } from "../flows";
import type { EntraOptions } from "../options";
import { callTenant, lookNeeds, tenantGraph } from "../tenant-graph";
import { type AttemptOutcome, attemptsIn, type JudgedAttempt, judgedAttempt, type SeenCase, tokensWithoutClaims } from "./attempts";

/** Sign-ups newer than this are not compared, because Entra's log lags by minutes and these sign-ups may not have ended. */
const SETTLED_MS = 30 * 60_000;
/** A sign-up may begin this long before its first line in the log. */
const MARGIN_MS = 60 * 60_000;

const needs: GraphNeeds = { permissions: signUpLogPermissions, roles: ["Reports Reader"] };

interface SeenOptions extends EntraOptions {
  /** The time as typed, such as "7d". */
  readonly since: string;
}

interface SeenTenant {
  readonly tenant?: string;
  readonly flows: readonly [SeenFlow, ...SeenFlow[]];
}

interface SeenFlow {
  /** The flow's display name. */
  readonly name: string;
  readonly gate: string;
  /** The gate's deployment. */
  readonly deployment: Deployment;
  /** Client ids that entra.ts names beside the flow. The applications that Entra has for the flow are read separately. */
  readonly applications: readonly string[];
}

/** Compares Entra's log of sign-ups with the gate's records, by their common id. @returns the number of findings */
export async function checkSeen(options: SeenOptions, { output }: CommandContext): Promise<number> {
  const now = new Date();
  const from = momentFrom(options.since, now);
  const tenants = await seenTenants(options);
  let count = 0;
  for (const tenant of tenants) {
    // The log of the local stand-in does not lag.
    const isStandIn = options.endpoint === undefined && tenant.flows[0].deployment.endpoints?.graph?.startsWith("http:");
    const to = new Date(now.getTime() - (isStandIn ? 0 : SETTLED_MS));
    if (from >= to) throw new CommandError("--since must be more than half an hour ago: Entra's log lags.");
    count += (await checkTenantsLog(tenant, { from, to }, options, output)).length;
  }
  return count;
}

async function seenTenants(options: EntraOptions): Promise<readonly SeenTenant[]> {
  const tenantsById = new Map<string | undefined, SeenTenant>();
  for (const { flow, deployment } of await judgedFlows(options)) {
    if (!("externalFlow" in flow)) continue;
    const { tenant, externalFlow: name, gate = DEFAULT_GATE, applications = [] } = flow;
    const { flows = [] } = tenantsById.get(tenant) ?? {};
    tenantsById.set(tenant, {
      tenant,
      flows: [...flows, { name, gate, deployment, applications }] as never,
    });
  }
  if (tenantsById.size > 0) return [...tenantsById.values()];
  throw new CommandError(
    "--since is for external tenants: calls of API connectors carry no id that Entra's log has, so they cannot be matched with the log.",
  );
}

interface Stretch {
  readonly from: Date;
  readonly to: Date;
}

async function checkTenantsLog(
  { tenant, flows }: SeenTenant,
  stretch: Stretch,
  options: EntraOptions,
  output: Output,
): Promise<readonly Finding[]> {
  const [{ deployment }] = flows;
  const tenantOptions = { ...options, tenant };
  const setup = await tenantGraph(tenantOptions, "external-tenant", deployment, output);
  const named = await callTenant(() => readApplications(flows, setup), lookNeeds["external-tenant"]);
  const hasStep = (step: Step) => (flow: SeenFlow) => flow.deployment.steps.includes(step);
  const isOf =
    (some: readonly SeenFlow[]) =>
    ({ appId }: { readonly appId: string }) =>
      some.some(({ applications }) => applications.some((each) => each.toLowerCase() === appId.toLowerCase()));
  const graph = await tenantGraph(tenantOptions, "external-tenant", deployment, output, { needs, version: "beta" });
  const checkLog = (log: string, work: () => Promise<readonly Finding[]>) =>
    callTenant(() => lookedAt(`Entra's log of ${log}`, needs, work), needs);
  let unknown = 0;
  const ofSignUps = await checkLog("sign-ups", async () => {
    const all = await signUpLog(graph, stretch.from, new Date());
    const records = await readSignUpRecords(deployment, stretch, output);
    const attempts = judgedAttempts(
      all.filter(isOf(named)),
      records,
      // A record tells the gate: flows of gates with other steps may have the same application.
      ({ gate = DEFAULT_GATE }) =>
        flows.filter((flow) => flow.gate === gate).every(hasStep("before-create-user")) ? "before-create-user" : "after-sign-in",
      stretch.to,
    );
    const knownIds = new Set(all.map(({ correlationId }) => correlationId));
    const isUnknown = (id: string, each: readonly DecisionRecord[]) =>
      !knownIds.has(id) && each.every(({ at }) => at < stretch.to.toISOString());
    unknown = [...records].filter(([id, each]) => isUnknown(id, each)).length;
    if (options.json) printJson(attempts, unknown, stretch, output);
    else
      output.print(
        `Entra saw, from ${localTime(stretch.from.toISOString())} to ${localTime(stretch.to.toISOString())}, ${formatSummary(attempts)}.`,
      );
    return seenFindings(attempts);
  });
  const withTokens = named.filter(hasStep("before-sending-token"));
  const ofTokens =
    withTokens.length > 0
      ? await checkLog("sign-ins", async () => {
          const lacking = tokensWithoutClaims((await signInLog(graph, stretch.from, stretch.to)).filter(isOf(withTokens)));
          if (options.json) for (const each of lacking) output.json(each);
          return seenFindings(lacking);
        })
      : [];
  const findings = [...ofSignUps, ...ofTokens];
  // With --json, prints only findings about missing permissions. The sign-ups and sign-ins of the other findings are already printed.
  for (const each of findings) {
    if (!options.json) output.print(`${each.finding}: ${each.fix}`);
    else if (each.needs !== undefined) output.json(each);
  }
  if (unknown > 0 && !options.json) {
    const which = `${formatCount(unknown, "sign-up")} in the records ${unknown === 1 ? "is" : "are"}`;
    output.print(`Note: ${which} not in Entra's log, which lags and goes back a week or a month.`);
  }
  return findings;
}

/** Adds the applications that Entra has for each flow. The gate does not judge the tenant's other applications. */
async function readApplications(seenFlows: readonly SeenFlow[], setup: GraphClient): Promise<readonly SeenFlow[]> {
  const flows = eventsFlows(setup);
  const all = await flows.flows();
  const addApplications = async (flow: SeenFlow) => {
    const ours = all.filter(({ displayName }) => displayName === flow.name);
    const applications = await Promise.all(ours.map(async ({ id }) => await flows.applications(id)));
    return { ...flow, applications: [...flow.applications, ...applications.flat()] };
  };
  return await Promise.all(seenFlows.map(addApplications));
}

/** Reads the records of sign-ups by correlation id. Leaves out drills, and records of the step before a token is sent. */
async function readSignUpRecords(
  deployment: Deployment,
  { from }: Stretch,
  output: Output,
): Promise<ReadonlyMap<string, readonly DecisionRecord[]>> {
  const recordsByCall = new Map<string, DecisionRecord[]>();
  const unreadable: string[] = [];
  const store = decisionStore(deployment.dynamodb, deployment.decisionsTable, ({ id }) => unreadable.push(id));
  for await (const page of store.between(new Date(from.getTime() - MARGIN_MS), new Date())) {
    // Only decisions of external tenants have a correlation id of Entra's log. Drills are left out, because a drill is not a person's
    // sign-up.
    const calls = page.filter(({ source, step }) => source === "external-tenant" && step !== "before-sending-token");
    const unmatchedDecisions = calls.filter(({ email }) => email === undefined || !isDrill({ email }));
    for (const record of await store.whole(unmatchedDecisions)) {
      if (record.correlationId === undefined) continue;
      recordsByCall.set(record.correlationId, [...(recordsByCall.get(record.correlationId) ?? []), record]);
    }
  }
  warnOfUnreadable(output, unreadable);
  return recordsByCall;
}

function judgedAttempts(
  stages: readonly LoggedStage[],
  records: ReadonlyMap<string, readonly DecisionRecord[]>,
  findLastStep: (record: DecisionRecord) => Step,
  to: Date,
): readonly JudgedAttempt[] {
  return attemptsIn(stages)
    .filter(({ at }) => at <= to.toISOString())
    .map((attempt) => judgedAttempt(attempt, records.get(attempt.correlationId) ?? [], findLastStep));
}

function printJson(attempts: readonly JudgedAttempt[], notInLog: number, { from, to }: Stretch, { json }: Output): void {
  for (const { correlationId, application, appId, at, outcome, errorCode, reference, heldBy } of attempts) {
    if (outcome === "finished" || outcome === "refused") continue;
    json({
      correlationId,
      application,
      appId,
      at,
      outcome,
      errorCode,
      reference,
      heldBy: outcome === "held as fraud" ? heldBy : undefined,
    });
  }
  const outcomes = countOutcomes(attempts).map(([outcome, count]) => ({ outcome, count }));
  json({ since: from.toISOString(), until: to.toISOString(), signUps: attempts.length, outcomes, notInLog });
}

/** Limit of the sign-ups that a finding names. */
const NAMED = 3;

/** Meanings of Entra's error codes. Source: "Troubleshoot your custom authentication extension". */
const errorWords: Readonly<Record<number, string>> = {
  1003000: "an unexpected error",
  1003001: "an unexpected error calling the API",
  1003002: "an HTTP status that is not accepted",
  1003003: "a body that is no JSON",
  1003004: "too many requests",
  1003005: "no answer in time, or a refused access token",
  1003006: "a content type other than JSON",
  1003007: "claims that are null",
  1003008: "another version of the API's schema",
  1003009: "an empty body",
  1003010: "a wrong number of actions",
  1003011: "the listener's extension was not found",
  1003012: "a wrong type of action",
  1003014: "an identifier URI of another form",
  1003015: "another host in the identifier URI than in the target URL",
  1003016: "no service principal of the API",
  1003017: "no service principal of the client",
  1003018: "a disabled service principal",
  1003019: "a disabled service principal",
  1003020: "a target URL that is not https",
  1003021: "no consent to CustomAuthenticationExtension.Receive.Payload",
  1003022: "no service principal of Microsoft Graph, or a disabled one",
  1003023: "an endpoint that the service blocks",
  1003024: "an answer that is too large",
  1003025: "claims that are too large",
  1003026: "a claim without a name",
  1003027: "no connection",
};

/** Outcomes that need a fix. The gate, the person or the tenant's fraud protection caused the other outcomes. */
const problems: Partial<Readonly<Record<SeenCase["outcome"], { readonly what: string; readonly fix: string }>>> = {
  "past the gate": {
    what: "got an account though the gate had not let them in",
    fix: "see that the flow calls OnAttributeCollectionSubmit for this application: entra check, entra apply",
  },
  "never called": {
    what: "came to where Entra calls the gate, but Entra did not call it",
    fix: "see that the flow calls the gate for this application: entra check, entra apply",
  },
  "timed out": {
    what: "ended because Entra had no answer in time",
    fix: "look at the alarms and at durationMs in the records; a refused access token looks the same to Entra: docs/external-tenant.md",
  },
  "call failed": {
    what: "ended because Entra's call to the gate failed",
    fix: "entra check, then npm run gate -- entra conform",
  },
  swapped: {
    what: "were refused because Entra calls one event's address at the other",
    fix: "swap the extensions' addresses: entra check, entra apply",
  },
  "no record": {
    what: "had an answer that is not in this deployment's records",
    fix: "see that the extension calls this deployment, and the alarm on records that were not kept",
  },
  "no claims": {
    what: "got a token without the gate's claims",
    fix: "entra check, then npm run gate -- entra conform",
  },
};

function seenFindings(cases: readonly SeenCase[]): readonly Finding[] {
  const groups = new Map<string, SeenCase[]>();
  for (const each of cases) {
    if (problems[each.outcome] === undefined) continue;
    const key = JSON.stringify([each.outcome, each.appId, each.errorCode]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].map(buildFinding);
}

function buildFinding(group: readonly SeenCase[]): Finding {
  const [{ outcome, application, errorCode }] = group as [SeenCase];
  const { what, fix } = problems[outcome] as { what: string; fix: string };
  const code = errorCode === undefined ? "" : ` (${errorCode}: ${errorWords[errorCode] ?? "see Entra's sign-in log"})`;
  const namedCases = [...group].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, NAMED);
  const which = namedCases.map(({ at, correlationId }) => `${correlationId} at ${localTime(at)}`).join(", ");
  return {
    finding: `${formatCount(group.length, outcome === "no claims" ? "sign-in" : "sign-up")} to ${application} ${what}${code}. Correlation ids: ${which}`,
    fix,
  };
}

/** Returns "41 sign-ups: 35 finished, 3 refused, 3 abandoned". */
function formatSummary(attempts: readonly JudgedAttempt[]): string {
  const parts = countOutcomes(attempts).map(([outcome, count]) => `${count} ${outcome}`);
  return `${formatCount(attempts.length, "sign-up")}${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`;
}

/** The most frequent first. */
function countOutcomes(attempts: readonly JudgedAttempt[]): readonly (readonly [AttemptOutcome, number])[] {
  const counts = new Map<AttemptOutcome, number>();
  for (const { outcome } of attempts) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
