import { calls, isAt } from "../../../adapters/graph/api-connectors";
import type { ConnectorTenant, FlowLinks, FlowStep } from "../../../adapters/graph/user-flows";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { connectorTenantOf } from "../../../lib/entra-file";
import type { ConnectorFlow } from "../../../lib/entra-setup";

/** What a gate's steps are called by. */
export type GateUrls = Partial<Readonly<Record<FlowStep, string>>>;

/** What a tenant's flows show of a deployment. */
export interface FlowsHere {
  readonly flows: readonly ConnectorFlow[];
  /** What of it cannot be declared, a sentence each. */
  readonly notes: readonly string[];
}

/** The flows that ask a deployment, each with its gate. @param links by the flows' ids @param gates by name */
export function flowsHere(links: ReadonlyMap<string, FlowLinks>, gates: ReadonlyMap<string, GateUrls>, kind: ConnectorTenant): FlowsHere {
  const each = [...links].map(([userFlow, of]) => flowHere(userFlow, of, gates, kind));
  return { flows: each.flatMap(({ flows }) => flows), notes: each.flatMap(({ notes }) => notes) };
}

function flowHere(userFlow: string, links: FlowLinks, gates: ReadonlyMap<string, GateUrls>, kind: ConnectorTenant): FlowsHere {
  const linked = Object.entries(links).flatMap(([step, connector]) =>
    connector === undefined ? [] : [{ step: step as FlowStep, connector }],
  );
  const gatesOf = linked.map(
    ({ step, connector }) => [...gates].find(([, urls]) => urls[step] !== undefined && calls(connector, urls[step]))?.[0],
  );
  const urls = [...gates.values()].flatMap((each) => Object.values(each));
  const strays = linked.filter(({ connector }, index) => gatesOf[index] === undefined && urls.some((url) => isAt(connector, url)));
  const notes = strays.map(
    ({ step, connector }) => `${userFlow} calls ${connector.targetUrl} at ${step}, where no gate of this deployment answers.`,
  );
  const found = [...new Set(gatesOf.filter((gate) => gate !== undefined))];
  // The last step to decide counts: not everybody passes the first.
  const gate = gatesOf.findLast((name, index) => name !== undefined && linked[index]?.step !== "preTokenIssuance") ?? found[0];
  if (gate === undefined) return { flows: [], notes };
  if (found.length > 1) notes.push(`${userFlow} asks several gates, ${found.join(" and ")}: declared is ${gate}.`);
  const isTold = connectorTenantOf({ userFlow }) === kind;
  return { flows: [{ userFlow, ...(gate !== DEFAULT_GATE && { gate }), ...(!isTold && { kind }) }], notes };
}
