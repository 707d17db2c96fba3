import { CERTIFICATE_WARNING_DAYS, countDaysLeft } from "../../../adapters/graph/certificates";
import { type GraphClient, GraphError, isElsewhere } from "../../../adapters/graph/graph";
import { readCredentials } from "../../../cli/aws/gate-credentials";
import type { Deployment } from "../../../cli/deployment";
import { namedGate } from "../../../cli/gates";
import { type Finding, type GraphNeeds, lookedAt } from "../../../cli/graph/access";
import type { Output } from "../../../cli/output";
import { toShortName } from "../../../engine/protocols/attributes";
import { type Step, steps } from "../../../engine/sign-up/sign-up";
import { type ApiConnector, type BasicCredential, calls, connectorCertificateEnd, isBasic } from "../client/api-connectors";
import { type SignUpListener, type SignUpListeners, signUpListeners } from "../client/sign-up-listeners";
import { allowSignUp, tenantPolicies } from "../client/tenant-policies";
import {
  type CollectedAttribute,
  type ConnectorTenant,
  callingFlows,
  describeOtherProviders,
  type FlowLinks,
  type FlowStep,
  flowSteps,
  isSameText,
  type KnownLinks,
  listProviderIds,
  type NewAttribute,
  readFlowProviders,
  signUpFlows,
  type UserFlowAttribute,
  type UserFlowSetup,
  userFlowSetup,
  WORKFORCE_PREFIX,
} from "../client/user-flows";
import type { ConnectorFlow } from "../setup";
import { comparedAttributes, DECLARED, type DeclaredAttribute, declaredAttributes, isNamed, refusalsOfAttributes } from "./attributes";
import {
  type Action,
  type ApplyOptions,
  type ChangeOf,
  changeKinds,
  describeOccupied,
  type EntraTenant,
  isSameOrigin,
  meanwhileWords,
  mergedPlan,
  onlyOne,
  type Plan,
} from "./changes";
import { anyAttributeNotes, namedIn, namePrefix, setByRules } from "./external/wanted";
import { requireConnectorTenant, type UserFlowOptions } from "./options";
import { passwordFindings } from "./password-use";
import {
  chooseListenerNeeds,
  describeClosing,
  describeLinkByHand,
  describeUnlinked,
  listUnlinked,
  planRivals,
  planWithoutGate,
  readListeners,
  sortListeners,
  splitLinked,
} from "./sign-up-applications";
import { callTenant, chooseFlowNeeds, policyNeeds, setupNeeds, signUpNeeds, tenantGraph } from "./tenant-graph";

export interface WantedConnector {
  readonly step: FlowStep;
  readonly name: string;
  /** The connector's address. Undefined if the gate does not serve the step. The connector is then deleted. */
  readonly url: string | undefined;
}

export interface WantedUserFlow {
  /** The flow's id. */
  readonly flow: string;
  readonly connectors: readonly WantedConnector[];
  readonly username: string;
  /** Attributes that rules set, by short name; `ANY_ATTRIBUTE` if a rule may set any. */
  readonly attributes: readonly string[];
  readonly declared: readonly DeclaredAttribute[];
  /** Client ids of the applications at which people sign up through the flow. @default none */
  readonly signUpAt?: readonly string[];
  /** Ids of the providers of the flow, if entra.ts declares the flow: `apply` then creates a missing flow. */
  readonly providers?: readonly string[] | undefined;
  /** True if the declaration names the providers. */
  readonly namesProviders?: boolean;
}

export interface ActualUserFlow {
  readonly readAt: Date;
  /** True if the tenant has no such flow. @default false */
  readonly isMissing?: boolean;
  /** The links of applications to flows. Read only if the declaration names applications; undefined if Graph has no such call. */
  readonly listeners?: readonly SignUpListener[] | undefined;
  readonly connectors: readonly ApiConnector[];
  readonly links: FlowLinks;
  /** Steps whose connector the tenant does not show. */
  readonly unknownSteps?: readonly FlowStep[];
  readonly attributes: readonly UserFlowAttribute[];
  /** Ids of the attributes that the flow collects. */
  readonly collected: readonly string[];
  /** True if self-service sign-up is off: Entra then offers the flows to nobody. False if the setting cannot be read. */
  readonly isSignUpOff?: boolean;
  /** Ids of the flow's providers. Read only if the declaration names providers; undefined if Graph does not tell them. */
  readonly providers?: readonly string[] | undefined;
  /** The tenant's other sign-up flows that call no connector. Read only if sign-up is off. */
  readonly openFlows?: readonly string[];
  /** The tenant's other flows that call a connector, by its id. Read only if connectors are deleted, or if several have one name. */
  readonly otherCallers?: ReadonlyMap<string, readonly string[]>;
}

interface UserFlowCalls {
  readonly setup: UserFlowSetup;
  readonly credential: BasicCredential;
  readonly turnOnSignUp: () => Promise<void>;
  /** Signs in with the permission to link applications. */
  readonly openListeners: () => Promise<SignUpListeners>;
}

interface Link {
  step: FlowStep;
  name: string;
  /** Absent if the same run creates the connector. */
  id?: string;
}

type UserFlowAction<Fields> = Action<UserFlowCalls, Readonly<Fields>>;

const actions = {
  "create connector": {
    make: async ({ setup, credential }, { name, url }, madeIds) => madeIds.set(name, await setup.createConnector(name, url, credential)),
    object: ({ name, url }) => `${name}, ${url}`,
    finding: ({ name }) => `There is no connector ${name}`,
  } satisfies UserFlowAction<{ name: string; url: string }>,
  // If `credentials` is true, the user name and password are sent.
  "update connector": {
    make: ({ setup, credential }, { id, url, credentials }) =>
      setup.updateConnector(id, { targetUrl: url, credential: credentials ? credential : undefined }),
    object: ({ name, url, credentials }) => [name, ...(url ? [url] : []), ...(credentials ? ["user name and password"] : [])].join(", "),
  } satisfies UserFlowAction<{ name: string; id: string; url?: string; credentials: boolean }>,
  // Comes after the connectors, which the new flow calls from the start.
  "create user flow": {
    make: ({ setup }, { providers, links }, madeIds) => {
      const ids = links.map(({ step, name, id }) => [step, id ?? (madeIds.get(name) as string)] as const);
      return setup.createFlow({ providers, links: Object.fromEntries(ids) });
    },
    object: ({ name, providers, links }) => [name, ...providers, ...links.map(({ step, name }) => `${step}: ${name}`)].join(", "),
    finding: ({ name }) => `The tenant has no user flow ${name}`,
    isOfFlow: true,
  } satisfies UserFlowAction<{ name: string; providers: readonly string[]; links: readonly Link[] }>,
  "create attribute": {
    make: ({ setup }, { attribute }) => setup.createAttribute(attribute),
    object: ({ name, attribute }) => `${name}, ${attribute.dataType}`,
    finding: ({ name }) => `The tenant has no attribute ${name}`,
  } satisfies UserFlowAction<{ name: string; attribute: NewAttribute }>,
  "collect attribute": {
    make: ({ setup }, { attribute, choices }) => setup.collect(attribute, choices),
    object: ({ attribute }) => attribute.id,
    finding: ({ attribute, why }) => `The flow does not collect ${attribute.id}: ${why}`,
    isOfFlow: true,
  } satisfies UserFlowAction<{ attribute: CollectedAttribute; choices?: Readonly<Record<string, string>> }>,
  link: {
    make: ({ setup }, { step, name, id }, madeIds) => setup.link(step, id ?? (madeIds.get(name) as string)),
    object: ({ step, name }) => `${step}: ${name}`,
    finding: ({ step, name, why }) => `${step} should call ${name}; ${why}`,
    isOfFlow: true,
  } satisfies UserFlowAction<Link>,
  // People can sign up from here on.
  "link application": {
    make: async ({ openListeners }, { flow, name }) => (await openListeners()).link(flow, name),
    finding: ({ name, why }) => `The application ${name} is not linked: ${why}`,
    isOfFlow: true,
    isAfterReadBack: true,
  } satisfies UserFlowAction<{ flow: string; name: string }>,
  // Comes last in the run, because every flow must call its gate first.
  "allow sign-up": {
    make: ({ turnOnSignUp }, _change: { readonly name: string }) => turnOnSignUp(),
    finding: ({ why }) => `Self-service sign-up is off in the tenant: ${why}`,
    isAfterAll: true,
  } satisfies UserFlowAction<{ name: string }>,
  // Comes before `unlink`: a flow with an application always calls its gate.
  "unlink application": {
    make: async ({ openListeners }, { flow, name }) => (await openListeners()).unlink(flow, name),
    isOfFlow: true,
  } satisfies UserFlowAction<{ flow: string; name: string }>,
  unlink: {
    make: ({ setup }, { step }) => setup.unlink(step),
    object: ({ step }) => step,
    isOfFlow: true,
  } satisfies UserFlowAction<{ step: FlowStep; name: string }>,
  "delete connector": {
    make: ({ setup }, { id }) => setup.deleteConnector(id),
  } satisfies UserFlowAction<{ name: string; id: string }>,
  "stop collecting": {
    make: ({ setup }, { attribute }) => setup.stopCollecting(attribute.id),
    object: ({ attribute }) => attribute.id,
    isOfFlow: true,
  } satisfies UserFlowAction<{ attribute: UserFlowAttribute }>,
};

type UserFlowChange = ChangeOf<typeof actions>;
type UserFlowPlan = Plan<UserFlowChange>;

/** Signs in to Graph. */
export async function userFlowTenant(
  options: UserFlowOptions & Pick<ConnectorFlow, "attributes" | "signUpAt" | "providers"> & { readonly isDeclared?: boolean },
  deployment: Deployment,
  output: Output,
): Promise<Omit<EntraTenant, "flow" | "gate" | "tenant">> {
  const kind = requireConnectorTenant(options);
  const { username, password } = await readCredentials(deployment, new Date());
  const attributes = setByRules(deployment, options)("after-sign-in", "before-create-user");
  const declarations = declaredAttributes(options);
  const wantedState = {
    flow: options.userFlow,
    connectors: wantedConnectors(deployment, kind, options),
    username,
    attributes,
    declared: declarations,
    signUpAt: options.signUpAt ?? [],
    providers: options.isDeclared && kind === "workforce" ? listProviderIds(options) : undefined,
    namesProviders: options.providers !== undefined,
  };
  const graph = await tenantGraph(options, kind, deployment, output);
  const needs = chooseFlowNeeds(options, kind);
  const setup = userFlowSetup(graph, kind, options.userFlow);
  const others = (alongside: readonly string[] = []) =>
    callTenant(() => otherCallers(graph, kind, [options.userFlow, ...alongside]), needs);
  // Called only if sign-up is off, because it needs another sign-in to Graph with other permissions.
  const turnOnSignUp = async () => await allowSignUp(await tenantGraph(options, kind, deployment, output, { needs: signUpNeeds }));
  const openListeners = async () =>
    signUpListeners(await tenantGraph(options, kind, deployment, output, { needs: chooseListenerNeeds(options), version: "beta" }));
  const kinds = changeKinds(actions, { setup, credential: { username, password }, turnOnSignUp, openListeners });
  const readActual = async (): Promise<ActualUserFlow> => {
    const actual = await actualIn(setup, wantedState, needs);
    if (wantedState.signUpAt.length === 0) return actual;
    return { ...actual, listeners: await callTenant(async () => readListeners(await openListeners()), chooseListenerNeeds(options)) };
  };
  return {
    ...kinds,
    async plan(applyOptions) {
      const isSignUpOff = kind === "workforce" && (await callTenant(() => signUpIsOff(graph), needs));
      const openFlows = isSignUpOff
        ? await callTenant(() => flowsWithoutGate(graph, [options.userFlow, ...(applyOptions.alongside ?? [])]), needs)
        : [];
      const providers = wantedState.namesProviders ? await readFlowProviders(graph, { workforce: options.userFlow }) : undefined;
      const actual = { ...(await readActual()), providers, isSignUpOff, openFlows };
      const needsCallers = wantedState.connectors.some(
        ({ name, url }) => findNamedConnectors(name, actual).length > (url === undefined ? 0 : 1),
      );
      return changesFor(wantedState, needsCallers ? { ...actual, otherCallers: await others() } : actual, applyOptions);
    },
    removal: async ({ attributes = false, alongside }) =>
      planRemoval(wantedState, { ...(await readActual()), otherCallers: await others(alongside) }, attributes),
    make: (change, madeIds) => {
      const needsByAction: Readonly<Record<string, GraphNeeds>> = {
        "allow sign-up": signUpNeeds,
        "link application": chooseListenerNeeds(options),
        "unlink application": chooseListenerNeeds(options),
      };
      const changeNeeds = needsByAction[change.action] ?? setupNeeds[kind];
      return callTenant(() => kinds.make(change, madeIds), changeNeeds, { ...meanwhileWords, ...refusalsOfAttributes(change) });
    },
    findings: async () => [
      ...(await passwordFindings(deployment, await passwordSteps(setup, wantedState, needs), namedGate(options))),
      ...(kind === "workforce" ? await callTenant(() => signUpFindings(graph), needs) : []),
    ],
  };
}

async function passwordSteps(setup: UserFlowSetup, wantedState: WantedUserFlow, needs: GraphNeeds): Promise<readonly Step[]> {
  const { connectors } = wantedState;
  const { links } = await readLinks(setup, wantedState, needs);
  const shows = (step: Step) => {
    const linkedConnector = links[flowStepOf[step]];
    const url = connectors.find((each) => each.step === flowStepOf[step])?.url;
    return linkedConnector !== undefined && url !== undefined && calls(linkedConnector, url) && isBasic(linkedConnector);
  };
  return steps.filter(shows);
}

/**
 * Returns a finding only if a permission is missing to read whether sign-up is on. If sign-up is off, as by default, the plan turns sign-up
 * on, so nothing is reported.
 */
async function signUpFindings(graph: GraphClient): Promise<readonly Finding[]> {
  return await lookedAt("Whether the tenant allows self-service sign-up", policyNeeds, async () => {
    await tenantPolicies(graph).allowsSignUp();
    return [];
  });
}

/** False if it is on, or if Graph does not permit reading the setting: `entra check` then reports the missing permission. */
async function signUpIsOff(graph: GraphClient): Promise<boolean> {
  try {
    return !(await tenantPolicies(graph).allowsSignUp());
  } catch (error) {
    if (error instanceof GraphError && [403, 404].includes(error.status) && !isElsewhere(error)) return false;
    throw error;
  }
}

const flowStepOf: Readonly<Record<Step, FlowStep>> = {
  "after-sign-in": "postFederationSignup",
  "before-create-user": "postAttributeCollection",
  "before-sending-token": "preTokenIssuance",
};

const stepWords: Readonly<Record<Step, string>> = {
  "after-sign-in": "after sign-in",
  "before-create-user": "before creating the user",
  "before-sending-token": "before sending the token",
};

export function wantedConnectors(
  deployment: Deployment,
  kind: ConnectorTenant,
  options: Pick<UserFlowOptions, "stack" | "gate">,
): readonly WantedConnector[] {
  return steps
    .filter((step) => flowSteps[kind].includes(flowStepOf[step]))
    .map((step) => ({
      step: flowStepOf[step],
      name: `${namePrefix(options)} ${stepWords[step]}`,
      url: deployment.steps.includes(step) ? deployment.urlOf(step) : undefined,
    }));
}

async function otherCallers(
  graph: GraphClient,
  kind: ConnectorTenant,
  but: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const except = but.map((flow) => flow.toLowerCase());
  const callers = new Map<string, readonly string[]>();
  for (const flow of await callingFlows(graph, kind)) {
    if (except.includes(flow.toLowerCase())) continue;
    for (const { id } of Object.values((await userFlowSetup(graph, kind, flow).links()).links))
      callers.set(id, [...(callers.get(id) ?? []), flow]);
  }
  return callers;
}

/** @param but flows to leave out, because the same run connects them */
async function flowsWithoutGate(graph: GraphClient, but: readonly string[]): Promise<readonly string[]> {
  const others = (await signUpFlows(graph, "workforce")).filter((flow) => !but.some((each) => isSameText(each, flow)));
  const open: string[] = [];
  for (const flow of others) {
    const { links } = await userFlowSetup(graph, "workforce", flow).links();
    if (Object.keys(links).length === 0) open.push(flow);
  }
  return open;
}

async function actualIn(setup: UserFlowSetup, wantedState: WantedUserFlow, needs: GraphNeeds): Promise<ActualUserFlow> {
  const knownLinks = await readLinks(setup, wantedState, needs);
  const read = async () => ({
    readAt: new Date(),
    ...knownLinks,
    connectors: await setup.connectors(),
    attributes: await setup.attributes(),
    collected: knownLinks.isMissing ? [] : await setup.collected(),
  });
  return await callTenant(read, needs);
}

/** A flow that does not exist calls nothing. Throws CommandError for such a flow, unless entra.ts declares it. */
async function readLinks(
  setup: UserFlowSetup,
  { flow, providers }: WantedUserFlow,
  needs: GraphNeeds,
): Promise<KnownLinks & Pick<ActualUserFlow, "isMissing">> {
  const read = async () => {
    try {
      return await setup.links();
    } catch (error) {
      if (providers === undefined || !(error instanceof GraphError && error.status === 404) || isElsewhere(error)) throw error;
      return { links: {}, unknownSteps: [], isMissing: true };
    }
  };
  const noFlow = `The tenant has no user flow ${flow}: see --user-flow and --tenant. It may be a tenant of another kind. To have it created, declare it in entra.ts.`;
  return await callTenant(read, needs, { 404: noFlow });
}

/** An object that somebody else set up is an obstacle, unless `takeOver` is set. */
export function changesFor(wantedState: WantedUserFlow, actual: ActualUserFlow, options: ApplyOptions = {}): UserFlowPlan {
  return mergedPlan(
    [
      ...wantedState.connectors.map((each) => connectorPlan(each, wantedState, actual, options)),
      attributePlan(wantedState, actual),
      declaredPlan(wantedState, actual),
      creationPlan(wantedState, actual),
      ...(actual.isMissing ? [] : [{ notes: describeOtherProviders(wantedState.flow, wantedState.providers, actual.providers) }]),
      applicationsPlan(wantedState, actual),
      signUpPlan(actual),
    ],
    actions,
  );
}

function creationPlan({ flow, connectors, providers = [] }: WantedUserFlow, actual: ActualUserFlow): Partial<UserFlowPlan> {
  if (!actual.isMissing) return {};
  if (!isSameText(flow.slice(0, WORKFORCE_PREFIX.length), WORKFORCE_PREFIX)) {
    return { obstacles: [`The tenant has no user flow ${flow}, and Entra creates only ids that begin with ${WORKFORCE_PREFIX}.`] };
  }
  const links = connectors
    .filter(({ url }) => url !== undefined)
    .map(({ step, name }) => {
      const [connector] = findNamedConnectors(name, actual);
      return { step, name, id: connector?.id };
    });
  return { changes: [{ action: "create user flow", name: flow, providers, links, why: "the tenant has none of that name" }] };
}

function applicationsPlan({ flow, connectors, signUpAt = [] }: WantedUserFlow, { listeners }: ActualUserFlow): Partial<UserFlowPlan> {
  if (signUpAt.length === 0) return {};
  if (connectors.every(({ url }) => url === undefined)) return planWithoutGate(flow);
  if (listeners === undefined) return { byHand: [describeLinkByHand(flow, signUpAt)] };
  const linked = sortListeners(flow, listeners);
  const free = listUnlinked(signUpAt, linked).filter((appId) => !linked.otherFlows.has(appId.toLowerCase()));
  return {
    changes: free.map((name) => ({ action: "link application", flow, name, why: describeUnlinked(flow) }) as const),
    ...planRivals(signUpAt, linked),
  };
}

/**
 * Self-service sign-up opens all flows of the tenant. So if another flow calls no gate, a person has to decide whether to turn sign-up on.
 */
function signUpPlan({ isSignUpOff = false, openFlows = [] }: ActualUserFlow): Partial<UserFlowPlan> {
  if (!isSignUpOff) return {};
  if (openFlows.length > 0) {
    const them = openFlows.join(" and ");
    const what = `Self-service sign-up is off in the tenant. Turned on, it also opens ${them}, which ${openFlows.length === 1 ? "calls" : "call"} no gate`;
    return { byHand: [`${what}: connect each to a gate or delete it, and repeat the command.`] };
  }
  return { changes: [{ action: "allow sign-up", name: "self-service sign-up", why: "nobody gets to the flow" }] };
}

/** @param attributes true to stop collecting the attributes that the policy sets */
export function planRemoval(wantedState: WantedUserFlow, actual: ActualUserFlow, attributes: boolean): UserFlowPlan {
  const { present } = comparedAttributes(wantedState.declared, actual.attributes);
  const all = [...new Set([...wantedAttributes(wantedState, actual), ...present.map(({ attribute }) => attribute)])];
  const collectedAttributes = attributes ? all.filter((each) => isCollected(each, actual)) : [];
  const removals = collectedAttributes.map((attribute) => ({ action: "stop collecting", attribute, why: "the policy sets it" }) as const);
  const why = "it is to be removed";
  return mergedPlan(
    [
      applicationsRemoval(wantedState, actual, why),
      ...wantedState.connectors.map((each) => connectorRemoval(each, wantedState, actual, why)),
      { changes: removals },
    ],
    actions,
  );
}

/** The flow stays: without an application, nobody signs up by it. */
function applicationsRemoval({ flow, signUpAt = [] }: WantedUserFlow, { listeners }: ActualUserFlow, why: string): Partial<UserFlowPlan> {
  if (signUpAt.length === 0) return {};
  if (listeners === undefined) return { byHand: [`Take ${signUpAt.join(" and ")} off ${flow} in the admin center, under Applications.`] };
  const { linked, others } = splitLinked(signUpAt, sortListeners(flow, listeners));
  const changes = linked.map((name) => ({ action: "unlink application", flow, name, why }) as const);
  return { changes, ...describeClosing(flow, others) };
}

function connectorPlan(
  connector: WantedConnector,
  wantedState: WantedUserFlow,
  actual: ActualUserFlow,
  options: ApplyOptions,
): Partial<UserFlowPlan> {
  const { name, url, step } = connector;
  const namesakes = {
    found: findNamedConnectors(name, actual),
    addressOf: ({ targetUrl }: ApiConnector) => targetUrl,
    users: connectorCallers(wantedState, actual),
  };
  const comparison = { kind: "API connectors", use: "user flow calls", path: "/identity/apiConnectors", name, url, ...namesakes };
  const foundConnector = onlyOne(comparison, options);
  if (typeof foundConnector === "string") return { obstacles: [foundConnector] };
  if (url === undefined) return connectorRemoval(connector, wantedState, actual, "the policy has no such step");
  const linkedConnector = actual.links[step];
  const other = linkedConnector && findOtherStep(linkedConnector, connector, wantedState);
  if (linkedConnector !== undefined && linkedConnector.id !== foundConnector?.id && other === undefined && !options.takeOver) {
    return { obstacles: [describeOccupied(step, `${linkedConnector.displayName} (${linkedConnector.targetUrl})`)] };
  }
  const changes: UserFlowChange[] =
    foundConnector === undefined
      ? [{ action: "create connector", name, url, why: "there is none of that name" }]
      : updates(foundConnector, { ...connector, url }, wantedState, options);
  if (actual.unknownSteps?.includes(step)) {
    return { changes, notes: [`Graph does not show what the flow calls at ${step}: choose ${name} there, under API connectors.`] };
  }
  if (!actual.isMissing && (foundConnector === undefined || linkedConnector?.id !== foundConnector.id)) {
    const calls = linkedConnector === undefined ? "the step calls nothing" : `the step calls ${linkedConnector.displayName}`;
    const why = other === undefined ? calls : `the connectors are swapped: ${calls}, which is for ${other.step}`;
    changes.push({ action: "link", step, name, id: foundConnector?.id, why });
  }
  return { changes, ...(foundConnector !== undefined && !isBasic(foundConnector) && certificatePlan(foundConnector, actual)) };
}

function findNamedConnectors(name: string, { connectors }: ActualUserFlow): readonly ApiConnector[] {
  return connectors.filter(({ displayName }) => displayName === name);
}

function connectorCallers(
  { flow }: WantedUserFlow,
  { links, unknownSteps = [], otherCallers }: ActualUserFlow,
): ReadonlyMap<string, readonly string[]> | undefined {
  if (otherCallers === undefined || unknownSteps.length > 0) return undefined;
  const callers = new Map(otherCallers);
  const ids = new Set(Object.values(links).map(({ id }) => id));
  for (const id of ids) callers.set(id, [flow, ...(callers.get(id) ?? [])]);
  return callers;
}

/** Warns of a certificate that ends soon. Does not replace it. */
function certificatePlan(foundConnector: ApiConnector, { readAt }: ActualUserFlow): Partial<UserFlowPlan> {
  const { displayName: name } = foundConnector;
  const end = connectorCertificateEnd(foundConnector);
  const daysUntilEnd = end && countDaysLeft(end, readAt);
  if (end === undefined || daysUntilEnd === undefined || daysUntilEnd > CERTIFICATE_WARNING_DAYS) {
    return { notes: [`${name} shows a certificate, which is left as it is.`] };
  }
  const when = end <= readAt ? "ended" : "ends";
  return { byHand: [`The certificate of ${name} ${when} on ${end.toISOString().slice(0, 10)}: entra rotate --certificate FILE.pfx.`] };
}

function findOtherStep(
  foundConnector: ApiConnector,
  { step }: WantedConnector,
  { connectors }: WantedUserFlow,
): WantedConnector | undefined {
  return connectors.find((each) => each.step !== step && each.url !== undefined && calls(foundConnector, each.url));
}

function updates(
  foundConnector: ApiConnector,
  connector: WantedConnector & { readonly url: string },
  wantedState: WantedUserFlow,
  options: ApplyOptions,
): UserFlowChange[] {
  const { url } = connector;
  const { username } = wantedState;
  const shownUsername = foundConnector.authenticationConfiguration?.username;
  const isMoved = !calls(foundConnector, url);
  const other = findOtherStep(foundConnector, connector, wantedState);
  const isOther = isBasic(foundConnector) && shownUsername !== username;
  const reasons = [
    ...(isMoved ? [`${other === undefined ? "" : "the addresses are swapped: "}it calls ${foundConnector.targetUrl}`] : []),
    ...(isOther ? [`it shows the user name ${shownUsername}`] : []),
    ...(options.credentials && !isOther ? ["--credentials"] : []),
  ];
  if (reasons.length === 0) return [];
  const credentials =
    isOther || options.credentials === true || (isMoved && !isSameOrigin(foundConnector.targetUrl, url) && isBasic(foundConnector));
  const { id, displayName: name } = foundConnector;
  return [{ action: "update connector", id, name, url: isMoved ? url : undefined, credentials, why: reasons.join("; ") }];
}

/** Deletes only connectors that call this deployment. Another deployment may have connectors of the same names. */
function connectorRemoval(
  { name, step }: WantedConnector,
  { connectors }: WantedUserFlow,
  actual: ActualUserFlow,
  why: string,
): Partial<UserFlowPlan> {
  const here = connectors.flatMap(({ url }) => url ?? []);
  const all = findNamedConnectors(name, actual);
  const isOurs = ({ targetUrl }: ApiConnector) => here.some((url) => isSameOrigin(targetUrl, url));
  const ours = all.filter(isOurs);
  const linkedConnector = actual.links[step];
  const getOtherCallers = ({ id }: ApiConnector) => actual.otherCallers?.get(id);
  if (actual.unknownSteps?.includes(step) && ours.length > 0) {
    const byHand = "remove it from the flow, under API connectors, and delete it there";
    return { notes: [`${name} stays, because Graph does not show whether the flow calls it at ${step}: ${byHand}.`] };
  }
  // If connectors are swapped, the step calls another step's connector. Then that link is removed too.
  const isLinked =
    linkedConnector !== undefined && connectors.some((each) => each.name === linkedConnector.displayName) && isOurs(linkedConnector);
  return {
    changes: [
      ...(isLinked ? [{ action: "unlink", step, name, why } as const] : []),
      ...ours
        .filter((each) => getOtherCallers(each) === undefined)
        .map(({ id }) => ({ action: "delete connector", name, id, why }) as const),
    ],
    notes: [
      ...all.filter((each) => !ours.includes(each)).map(({ targetUrl }) => `${name} calls ${targetUrl}, so it stays.`),
      ...ours
        .map(getOtherCallers)
        .filter((flows) => flows !== undefined)
        .map((flows) => `${name} stays: ${flows.join(" and ")} ${flows.length === 1 ? "calls" : "call"} it, too.`),
    ],
  };
}

function attributePlan(wantedState: WantedUserFlow, actual: ActualUserFlow): Partial<UserFlowPlan> {
  const knownAttributes = wantedAttributes(wantedState, actual);
  const isDeclared = (name: string) => wantedState.declared.some((each) => isSameText(each.name, name));
  const missing = knownAttributes.filter((each) => !isCollected(each, actual) && !isDeclared(toShortName(each.id)));
  const unknown = namedIn(wantedState.attributes).filter(
    (name) => !isDeclared(name) && !knownAttributes.some(({ id }) => isNamed(id, name)),
  );
  // The plan adds only attributes whose values people type, which are texts and numbers. Attributes of other types have choices, which
  // Graph does not document.
  const isTyped = ({ dataType }: UserFlowAttribute) => /^(string|int64)$/i.test(dataType);
  return {
    changes: missing
      .filter(isTyped)
      .map((attribute) => ({ action: "collect attribute", attribute, why: "the policy sets it, and Entra drops it silently" })),
    byHand: [
      ...unknown.map((name) => `The policy sets ${name}, which the tenant does not have: declare it under attributes in entra.ts.`),
      ...missing
        .filter((each) => !isTyped(each))
        .map(
          ({ id }) =>
            `The policy sets ${toShortName(id)}, which the flow does not collect: declare it under attributes in entra.ts, with its choices.`,
        ),
    ],
    notes: anyAttributeNotes(wantedState.attributes, "tick"),
  };
}

function declaredPlan({ declared }: WantedUserFlow, actual: ActualUserFlow): Partial<UserFlowPlan> {
  const { creations, present, obstacles } = comparedAttributes(declared, actual.attributes);
  return {
    obstacles,
    changes: [
      ...creations,
      ...present
        .filter(({ attribute }) => !isCollected(attribute, actual))
        .map(({ declared: { label, type, choices }, attribute: { id, displayName, dataType } }) => {
          const choicesByValue = choices ?? (type === "boolean" ? YES_OR_NO : undefined);
          const attribute = { id, displayName: label ?? displayName, dataType };
          return { action: "collect attribute", attribute, choices: choicesByValue, why: DECLARED } as const;
        }),
    ],
  };
}

const YES_OR_NO = { true: "Yes", false: "No" };

function isCollected({ id }: UserFlowAttribute, { collected }: ActualUserFlow): boolean {
  return collected.some((each) => isSameText(each, id));
}

function wantedAttributes({ attributes }: WantedUserFlow, actual: ActualUserFlow): readonly UserFlowAttribute[] {
  return actual.attributes.filter(({ id }) => attributes.some((name) => isNamed(id, name)));
}
