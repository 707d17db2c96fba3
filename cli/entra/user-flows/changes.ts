import { type ApiConnector, calls, isAt, isBasic } from "../../../adapters/graph/api-connectors";
import { CERTIFICATE_WARNING_DAYS, connectorCertificateEnd, daysLeft } from "../../../adapters/graph/certificate-ends";
import type { FlowLinks, FlowStep, UserFlowAttribute } from "../../../adapters/graph/user-flows";
import { shortNameOf } from "../../../engine/protocols/attribute-names";
import { ANY_ATTRIBUTE } from "../../../engine/sign-up/rule";
import { type ApplyOptions, mergedPlan, type Plan } from "../plan-of-changes";
import type { WantedConnector, WantedSetup } from "./wanted";

/** What stands in the tenant. */
export interface Standing {
  readonly readAt: Date;
  readonly connectors: readonly ApiConnector[];
  readonly links: FlowLinks;
  readonly attributes: readonly UserFlowAttribute[];
  /** Ids of the attributes that the flow collects. */
  readonly collected: readonly string[];
  /** The tenant's other flows that call a connector, by its id; read where connectors are to go. */
  readonly otherCallers?: ReadonlyMap<string, readonly string[]>;
}

/** One call that writes. */
export type UserFlowChange = { readonly why: string } & (
  | { readonly action: "create connector"; readonly name: string; readonly url: string }
  | {
      readonly action: "update connector";
      readonly name: string;
      readonly id: string;
      readonly url?: string;
      /** Whether user name and password are sent. */
      readonly credentials: boolean;
    }
  | { readonly action: "delete connector"; readonly name: string; readonly id: string }
  | { readonly action: "collect attribute"; readonly attribute: UserFlowAttribute }
  | { readonly action: "stop collecting"; readonly attribute: UserFlowAttribute }
  | {
      readonly action: "link";
      readonly step: FlowStep;
      readonly name: string;
      /** Absent where the connector is yet to be made. */
      readonly id?: string;
    }
  | { readonly action: "unlink"; readonly step: FlowStep; readonly name: string }
);

const order: readonly UserFlowChange["action"][] = [
  "create connector",
  "update connector",
  "collect attribute",
  "link",
  "unlink",
  "delete connector",
  "stop collecting",
];

/** What makes the tenant as a gate wants it. What somebody else set up is an obstacle, unless it may be taken over. */
export function changesFor(wanted: WantedSetup, standing: Standing, options: ApplyOptions = {}): Plan<UserFlowChange> {
  return mergedPlan(
    [...wanted.connectors.map((each) => connectorPlan(each, wanted, standing, options)), attributePlan(wanted, standing)],
    order,
  );
}

/** What takes a gate out of the tenant again. @param attributes whether what the policy sets is to be collected no more */
export function removalOf(wanted: WantedSetup, standing: Standing, attributes: boolean): Plan<UserFlowChange> {
  const collected = attributes ? wantedAttributesIn(wanted, standing).filter((each) => isCollected(each, standing)) : [];
  const uncollected = collected.map((attribute) => ({ action: "stop collecting", attribute, why: "the policy sets it" }) as const);
  return mergedPlan(
    [...wanted.connectors.map((each) => connectorRemoval(each, wanted, standing, "it is to be removed")), { changes: uncollected }],
    order,
  );
}

function connectorPlan(
  connector: WantedConnector,
  wanted: WantedSetup,
  standing: Standing,
  options: ApplyOptions,
): Partial<Plan<UserFlowChange>> {
  const { name, url, flowStep: step } = connector;
  const named = standing.connectors.filter(({ displayName }) => displayName === name);
  if (named.length > 1) return { obstacles: [twins(name, named)] };
  if (url === undefined) return connectorRemoval(connector, wanted, standing, "the policy has no such step");
  const [found] = named;
  if (found !== undefined && !isAt(found, url) && !options.takeOver) return { obstacles: [elsewhere(found, url)] };
  const linked = standing.links[step];
  if (linked !== undefined && linked.id !== found?.id && !options.takeOver) return { obstacles: [occupied(step, linked)] };
  const changes: UserFlowChange[] =
    found === undefined
      ? [{ action: "create connector", name, url, why: "none goes by that name" }]
      : updates(found, url, wanted.username, options);
  if (found === undefined || linked?.id !== found.id) {
    const why = linked === undefined ? "the step calls nothing" : `the step calls ${linked.displayName}`;
    changes.push({ action: "link", step, name, ...(found && { id: found.id }), why });
  }
  return { changes, ...(found !== undefined && !isBasic(found) && certificatePlan(found, standing)) };
}

/** Whoever plans has time until it ends; nothing here replaces it. */
function certificatePlan(found: ApiConnector, { readAt }: Standing): Partial<Plan<UserFlowChange>> {
  const { displayName: name } = found;
  const end = connectorCertificateEnd(found);
  const left = end && daysLeft(end, readAt);
  if (end === undefined || left === undefined || left > CERTIFICATE_WARNING_DAYS) {
    return { notes: [`${name} shows a certificate, which is left as it is.`] };
  }
  const when = end <= readAt ? "ended" : "ends";
  return { byHand: [`The certificate of ${name} ${when} on ${end.toISOString().slice(0, 10)}: entra rotate --certificate FILE.pfx.`] };
}

function updates(found: ApiConnector, url: string, username: string, options: ApplyOptions): UserFlowChange[] {
  const shown = found.authenticationConfiguration?.username;
  const isMoved = !calls(found, url);
  const isOther = isBasic(found) && shown !== username;
  const reasons = [
    ...(isMoved ? [`it calls ${found.targetUrl}`] : []),
    ...(isOther ? [`it shows the user name ${shown}`] : []),
    ...(options.credentials && !isOther ? ["--credentials"] : []),
  ];
  if (reasons.length === 0) return [];
  const credentials = isOther || options.credentials === true || (isMoved && !isAt(found, url) && isBasic(found));
  const { id, displayName: name } = found;
  return [{ action: "update connector", id, name, ...(isMoved && { url }), credentials, why: reasons.join("; ") }];
}

/** Only what calls this deployment: another one may have its connectors under the same names. */
function connectorRemoval(
  { name, flowStep: step }: WantedConnector,
  { connectors }: WantedSetup,
  standing: Standing,
  why: string,
): Partial<Plan<UserFlowChange>> {
  const here = connectors.flatMap(({ url }) => url ?? []);
  const named = standing.connectors.filter(({ displayName }) => displayName === name);
  const ours = named.filter((each) => here.some((url) => isAt(each, url)));
  const linked = standing.links[step];
  const callersOf = ({ id }: ApiConnector) => standing.otherCallers?.get(id);
  const isLinked = linked !== undefined && ours.some(({ id }) => id === linked.id);
  return {
    changes: [
      ...(isLinked ? [{ action: "unlink", step, name, why } as const] : []),
      ...ours.filter((each) => callersOf(each) === undefined).map(({ id }) => ({ action: "delete connector", name, id, why }) as const),
    ],
    notes: [
      ...named.filter((each) => !ours.includes(each)).map(({ targetUrl }) => `${name} calls ${targetUrl}, so it stays.`),
      ...ours.flatMap((each) => callersOf(each)?.join(" and ") ?? []).map((flows) => `${name} stays: it is asked by ${flows}, too.`),
    ],
  };
}

function attributePlan(wanted: WantedSetup, standing: Standing): Partial<Plan<UserFlowChange>> {
  const known = wantedAttributesIn(wanted, standing);
  const missing = known.filter((each) => !isCollected(each, standing));
  const unknown = wanted.attributes.filter((name) => name !== ANY_ATTRIBUTE && !known.some(({ id }) => sameText(shortNameOf(id), name)));
  const [tickable, others] = [missing.filter(isTyped), missing.filter((each) => !isTyped(each))];
  return {
    changes: tickable.map((attribute) => ({ action: "collect attribute", attribute, why: "the policy sets it; Entra drops it silently" })),
    byHand: [
      ...unknown.map((name) => `The policy sets ${name}, which the tenant does not have: make it under Custom user attributes.`),
      ...others.map(
        ({ id }) => `The policy sets ${shortNameOf(id)}, which the flow does not collect: tick it, with the choices it is shown by.`,
      ),
    ],
    notes: wanted.attributes.includes(ANY_ATTRIBUTE)
      ? ["A rule may set any attribute: tick those that it returns under User attributes, or name them in the rule's only."]
      : [],
  };
}

/** Graph's own pages differ in capital letters. */
function isCollected({ id }: UserFlowAttribute, { collected }: Standing): boolean {
  return collected.some((each) => sameText(each, id));
}

function wantedAttributesIn({ attributes }: WantedSetup, standing: Standing): readonly UserFlowAttribute[] {
  return standing.attributes.filter(({ id }) => attributes.some((name) => sameText(shortNameOf(id), name)));
}

/** A text or a number is typed; a yes or no has choices, which nobody has documented. */
function isTyped({ dataType }: UserFlowAttribute): boolean {
  return /^(string|int64)$/i.test(dataType);
}

function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function twins(name: string, named: readonly ApiConnector[]): string {
  const each = named.map(({ id, targetUrl }) => `${id} (${targetUrl})`).join(" and ");
  return `${named.length} API connectors go by the name ${name}: ${each}. Delete those that no user flow calls, and repeat the command.`;
}

function elsewhere({ displayName, targetUrl }: ApiConnector, url: string): string {
  return `${displayName} calls ${targetUrl}, which is not this deployment: another one may have made it. --take-over makes it call ${url}.`;
}

function occupied(step: FlowStep, { displayName, targetUrl }: ApiConnector): string {
  return `The flow calls ${displayName} (${targetUrl}) at ${step}, which this gate did not set up. --take-over puts this gate in its place.`;
}
