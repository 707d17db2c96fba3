import type { EventsFlow } from "../../../adapters/graph/events-flows";
import { mergedPlan, type Plan, type RemovalOptions } from "../plan-of-changes";
import { attributePlan, attributeRemoval } from "./attributes";
import { departure } from "./departures";
import { extensionPlans } from "./extensions";
import type { ExternalApplyOptions, ExternalChange, PartOfPlan } from "./external-change";
import { flowLinks, listenerPlan, strangersAt } from "./links";
import { registrationPlan, registrationRemoval } from "./registration";
import type { ExternalStanding } from "./standing";
import type { WantedExternal } from "./wanted";

const order: readonly ExternalChange["action"][] = [
  "create application",
  "create service principal",
  "configure application",
  "grant consent",
  "create extension",
  "update extension",
  "collect attributes",
  "listen",
  "link",
  "unlink",
  "stop listening",
  "delete extension",
  "stop collecting",
  "delete application",
];

/**
 * What makes the tenant as a gate wants it. What somebody else set up is an obstacle, unless it may be taken over. The flow
 * calls the gate only once Entra may and the deployment takes its tokens: until then it would turn everybody away.
 */
export function externalChangesFor(
  wanted: WantedExternal,
  standing: ExternalStanding,
  options: ExternalApplyOptions = {},
): Plan<ExternalChange> {
  const flow = flowIn(wanted, standing);
  if (typeof flow === "string") return mergedPlan<ExternalChange>([{ obstacles: [flow] }], order);
  const registration = registrationPlan(wanted, standing, options);
  if (!registration.isTakenByDeployment) return mergedPlan([registration], order);
  const extensions = extensionPlans(wanted, standing, options);
  const links: readonly PartOfPlan[] = [...flowLinks(wanted, standing, flow, options), listenerPlan(wanted, standing)];
  const isHeldBack = !registration.isCallable && links.some(({ changes = [] }) => changes.length > 0);
  const parts: readonly PartOfPlan[] = [
    registration,
    ...extensions,
    departure(
      { extensions: wanted.extensions.filter(({ url }) => url === undefined), why: "the policy has no such step" },
      wanted,
      standing,
      flow,
    ),
    attributePlan(wanted, flow),
    ...(isHeldBack ? [{ notes: ["The flow is linked once consent is given: apply again then."] }] : links),
    { byHand: strangersAt(wanted, standing) },
  ];
  return mergedPlan(parts, order);
}

/** What takes a gate out of the tenant again. */
export function externalRemovalOf(
  wanted: WantedExternal,
  standing: ExternalStanding,
  { attributes = false, alongside = [] }: RemovalOptions,
): Plan<ExternalChange> {
  const flow = flowIn(wanted, standing);
  const extensions = departure(
    { extensions: wanted.extensions, why: "it is to be removed", alongside },
    wanted,
    standing,
    typeof flow === "string" ? undefined : flow,
  );
  return mergedPlan(
    [
      extensions,
      attributes && typeof flow !== "string" ? attributeRemoval(wanted, flow) : {},
      registrationRemoval(wanted, standing, extensions.deleted),
      typeof flow === "string" ? { notes: [flow] } : {},
    ],
    order,
  );
}

/** The flow of that name, or why there is none. */
function flowIn({ flow: name }: WantedExternal, { flows }: ExternalStanding): EventsFlow | string {
  if (/^b2[xc]_1_/i.test(name)) return `${name} is no flow of an external tenant: name it by --user-flow.`;
  const [first, ...others] = flows.filter(({ displayName }) => displayName === name);
  if (first === undefined) {
    const there = flows.length === 0 ? "it has none" : `it has ${flows.map(({ displayName }) => displayName).join(", ")}`;
    return `The tenant has no user flow ${name} of an external tenant: ${there}. See --external-flow and --tenant.`;
  }
  if (others.length === 0) return first;
  return `${others.length + 1} user flows go by the name ${name}: ${[first, ...others].map(({ id }) => id).join(" and ")}. Rename all but one.`;
}
