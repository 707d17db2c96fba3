import { randomBytes } from "node:crypto";
import { AwsError } from "../../adapters/aws/client";
import { type GraphClient, GraphError } from "../../adapters/graph/graph";
import type { TenantKind } from "../../simulator/contract/rule";
import { type Stack, stackFor } from "../aws/stack";
import type { Deployment } from "../deployment";
import { explained } from "../failure";
import { graphFor } from "../graph/sign-in";
import type { Output } from "../output";
import { accountProbes } from "./account-probes";
import { type Assumption, assumptions, type ProbedId } from "./assumptions";
import { type AssumptionProbe, type FirstContactOptions, NotTriedError, type ProbeContext } from "./probe";
import { tableProbes } from "./table-probes";
import { tenantProbes } from "./tenant-probes";

const probes: Readonly<Record<ProbedId, AssumptionProbe>> = { ...tableProbes, ...accountProbes, ...tenantProbes };

export type ProbeOutcome = "holds" | "does not hold" | "not tried" | "by hand";

/** What became of an assumption. */
export interface Judged extends Pick<Assumption, "id" | "relied" | "otherwise"> {
  readonly outcome: ProbeOutcome;
  /** What was found, why it was not tried, or what to look at. */
  readonly why?: string;
  readonly durationMs?: number;
  /** What could not be removed again. */
  readonly left?: readonly string[];
}

/** Tries these one after the other, and removes what each made before the next begins. Ends early once the signal is aborted. */
export async function* judgedAssumptions(chosen: readonly Assumption[], base: Omit<ProbeContext, "removeAtEnd">): AsyncGenerator<Judged> {
  for (const assumption of chosen) {
    if (base.signal.aborted) return;
    yield await judged(assumption, base);
  }
}

async function judged({ id, relied, otherwise, tried }: Assumption, base: Omit<ProbeContext, "removeAtEnd">): Promise<Judged> {
  const about = { id, relied, otherwise };
  if (tried === "recording") return { ...about, outcome: "not tried", why: "only Entra can show it: probe --record FILE" };
  if (typeof tried === "object") {
    if ("hand" in tried) return { ...about, outcome: "by hand", why: tried.hand };
    return { ...about, outcome: "not tried", why: `npx --no-install entra-gatehouse ${tried.command} tries it` };
  }
  const removals: { readonly what: string; readonly remove: () => Promise<unknown> }[] = [];
  const context: ProbeContext = { ...base, removeAtEnd: (what, remove) => removals.push({ what, remove }) };
  const started = performance.now();
  const outcome = await outcomeOf(() => probes[id as ProbedId](context), base.isLocal);
  const left: string[] = [];
  // What was made last goes first, interrupted or not.
  for (const { what, remove } of removals.reverse()) await remove().catch((error: unknown) => left.push(`${what} (${explained(error)})`));
  const durationMs = Math.round(performance.now() - started);
  return { ...about, ...outcome, durationMs, ...(left.length > 0 && { left }) };
}

async function outcomeOf(probe: () => Promise<string | undefined>, isLocal: boolean): Promise<Pick<Judged, "outcome" | "why">> {
  try {
    const found = await probe();
    return found === undefined ? { outcome: "holds" } : { outcome: "does not hold", why: found };
  } catch (error) {
    if (error instanceof NotTriedError) return { outcome: "not tried", why: error.message };
    const isRefusal = (error instanceof AwsError || error instanceof GraphError) && !passes(error);
    if (isRefusal && !(isLocal && isUnknownHere(error))) return { outcome: "does not hold", why: refusalIn(error) };
    const why = isRefusal ? "npm start does not play this" : error instanceof GraphError ? refusalIn(error) : explained(error);
    return { outcome: "not tried", why };
  }
}

/** A refusal of the caller, or one that ends by itself: it says nothing of the assumption. */
function passes(error: AwsError | GraphError): boolean {
  const code = error instanceof AwsError ? error.name : error.code;
  const isPassing = error.status === 0 || error.status === 401 || error.status === 403 || error.status === 429 || error.status >= 500;
  return (
    isPassing || /AccessDenied|NotAuthorized|Unauthorized|UnrecognizedClient|Expired|Throttl|LimitExceeded|Signature|Token/i.test(code)
  );
}

/** How npm start's stand-ins refuse what they do not play. */
function isUnknownHere(error: AwsError | GraphError): boolean {
  return error instanceof GraphError
    ? error.status === 404 || error.status === 405
    : /UnknownOperation|InvalidAction|NotImplemented/.test(error.name);
}

function refusalIn(error: AwsError | GraphError): string {
  if (error instanceof GraphError) return `Graph answers ${error.status} ${error.code}`;
  return `AWS answers ${error.name}${error.message === "" ? "" : `: ${error.message}`}`;
}

/** What probes ask about, found once and when first asked for. */
export function probeContext(
  deployment: Deployment,
  options: FirstContactOptions,
  { output, signal }: { readonly output: Output; readonly signal: AbortSignal },
): Omit<ProbeContext, "removeAtEnd"> {
  const isLocal = options.local === true;
  let stack: Promise<Stack | undefined> | undefined;
  const clients = new Map<string, Promise<GraphClient>>();
  const standIn = isLocal && deployment.endpoints?.graph?.startsWith("http:") === true;
  return {
    deployment,
    isLocal,
    options,
    run: randomBytes(5).toString("hex"),
    signal,
    async stack() {
      if (isLocal) throw new NotTriedError("npm start is not AWS");
      stack ??= stackFor(options);
      const found = await stack;
      if (found === undefined) throw new NotTriedError("the stack cannot be read");
      return found;
    },
    async graph(kinds, version = "v1.0") {
      const [kind] = kinds as readonly [TenantKind, ...TenantKind[]];
      if (!standIn) {
        if (!options.tenant && !process.env.AZURE_TENANT_ID) throw new NotTriedError("name the tenant: --tenant, or AZURE_TENANT_ID");
        const ours = options.kind ?? (deployment.extension === undefined ? "workforce" : "external-tenant");
        if (!kinds.includes(ours)) throw new NotTriedError(`the tenant's kind is ${ours}: --kind names another`);
      }
      const key = `${kind} ${version}`;
      const client = clients.get(key) ?? graphFor(options, kind, deployment, output, { version });
      clients.set(key, client);
      return await client;
    },
  };
}

/** By id, or all. Throws for an id that there is not. */
export function assumptionsNamed(ids: readonly string[] = []): readonly Assumption[] {
  return ids.length === 0 ? assumptions : assumptions.filter(({ id }) => ids.some((asked) => id === asked || id.startsWith(`${asked}.`)));
}
