import * as v from "valibot";
import { steps, tenantKinds } from "../../engine/sign-up/sign-up";
import { describePerson, readPersonFile } from "../../simulator/client/person";
import { evaluateExchange, type Journey, type StepVisit, type UserFlow } from "../../simulator/client/visit";
import { writeAttribute } from "../../simulator/contract/attributes";

/** The state that forms carry from page to page. */
export interface FlowState extends Journey {
  readonly visits: readonly StepVisit[];
}

const text = v.string();
const attempt = v.strictObject({
  durationMs: v.number(),
  answer: v.exactOptional(
    v.strictObject({
      status: v.number(),
      contentType: v.exactOptional(text),
      challenge: v.exactOptional(text),
      requestId: v.exactOptional(text),
      body: text,
      unreadable: v.exactOptional(v.picklist(["not UTF-8", "too large"])),
    }),
  ),
  failure: v.exactOptional(text),
  lost: v.exactOptional(v.boolean()),
});
const visit = v.strictObject({ step: v.picklist(steps), url: text, request: v.record(text, v.unknown()), attempts: v.array(attempt) });
const carriedSchema = v.strictObject({
  person: v.unknown(),
  tenant: v.picklist(tenantKinds),
  gate: v.exactOptional(text),
  id: v.pipe(text, v.uuid()),
  visits: v.array(visit),
});

/** Maximum number of visits: enough even for a person whose form is never accepted. */
const MAX_VISITS = 8;

export function carriedState({ person, flow: { tenant, gate }, id, visits }: FlowState) {
  const keptVisits = visits.slice(-MAX_VISITS).map(({ step, url, request, attempts }) => ({ step, url, request, attempts }));
  const carried = { person: describePerson(person, writeAttribute), tenant: tenant.kind, gate, id, visits: keptVisits };
  return { state: JSON.stringify(carried) } as const;
}

/** Reads the state in a form, and evaluates the answers in its visits again. Throws for input that none of our pages wrote. */
export function readState(json: string, flows: readonly UserFlow[]): FlowState {
  const { person, tenant, gate, id, visits } = v.parse(carriedSchema, JSON.parse(json));
  const flow = flowFor(flows, tenant, gate);
  if (flow === undefined) throw new RangeError("There is no such user flow.");
  return { person: readPersonFile(person), flow, id, visits: visits.map((each) => evaluateExchange({ tenant, ...each })) };
}

/** @param gate undefined for the default one */
export function flowFor(flows: readonly UserFlow[], tenant: string, gate: string | undefined): UserFlow | undefined {
  return flows.find((flow) => flow.tenant.kind === tenant && flow.gate === gate);
}

/** An empty string is the default gate. */
export function gateNames(flows: readonly UserFlow[]): readonly string[] {
  return [...new Set(flows.map(({ gate = "" }) => gate))];
}
