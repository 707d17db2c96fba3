import { toShortName } from "../../../../engine/protocols/attributes";
import type { CustomExtension } from "../../client/authentication-extensions";
import { buildInput, type EventsFlow, type FlowInput, flowEvents, listInputs } from "../../client/events-flows";
import { describeOtherProviders, isSameText } from "../../client/user-flows";
import { comparedAttributes, DECLARED, type DeclaredAttribute, isNamed } from "../attributes";
import { type ApplyOptions, mergedPlan, type Plan, type RemovalOptions } from "../changes";
import { describeClosing, describeUnlinked, listUnlinked, planRivals, planWithoutGate, splitLinked } from "../sign-up-applications";
import { actions, type ExternalChange, type PartOfPlan } from "./actions";
import { type ActualExternal, findListeners, findNamesakes, getTargetUrl } from "./actual";
import { claimsPlan, claimsRemoval } from "./claims";
import { extensionPlans, flowLinks, listenerPlan, strangersAt } from "./extensions";
import { registrationPlan, registrationRemoval, twinPlan } from "./registration";
import { anyAttributeNotes, getDeployedHost, namedIn, type WantedExtension, type WantedExternal } from "./wanted";

/**
 * An object that somebody else set up is an obstacle, unless `takeOver` is set. The flow is linked once Entra may call and the deployment
 * accepts Entra's tokens. A flow linked earlier would reject everyone.
 */
export function externalChangesFor(wantedState: WantedExternal, actual: ActualExternal, options: ApplyOptions = {}): Plan<ExternalChange> {
  const flow = flowIn(wantedState, actual);
  if (typeof flow === "string") return planMissingFlow(flow, wantedState, actual, options);
  const registration = registrationPlan(wantedState, actual, options);
  const declarationPlan = declaredPlan(wantedState, actual, flow);
  const providersPlan = { notes: describeOtherProviders(wantedState.flow, wantedState.providers, actual.providers) };
  if (!registration.isTakenByDeployment) return mergedPlan([registration, declarationPlan, providersPlan], actions);
  const links: readonly PartOfPlan[] = [...flowLinks(wantedState, actual, flow, options), listenerPlan(wantedState, actual, options)];
  const isHeldBack = !registration.isCallable && links.some(({ changes = [] }) => changes.length > 0);
  const unservedExtensions = wantedState.extensions.filter(({ url }) => url === undefined);
  const parts: readonly PartOfPlan[] = [
    registration,
    twinPlan(wantedState, actual),
    ...extensionPlans(wantedState, actual, options),
    departure({ extensions: unservedExtensions, why: "the policy has no such step" }, wantedState, actual, flow),
    attributePlan(wantedState, flow),
    declarationPlan,
    claimsPlan(wantedState, actual, options),
    ...(isHeldBack ? [{ notes: ["The flow is linked once consent is given: apply again then."] }] : links),
    isHeldBack ? {} : applicationsPlan(wantedState, actual, flow),
    providersPlan,
    strangersAt(wantedState, actual),
  ];
  return mergedPlan(parts, actions);
}

/** Plans a missing flow. Its calls and attributes are planned once it exists. */
function planMissingFlow(why: string, wantedState: WantedExternal, actual: ActualExternal, options: ApplyOptions): Plan<ExternalChange> {
  const { flow: name, providers, signUpAt = [] } = wantedState;
  const isThere = actual.flows.some(({ displayName }) => displayName === name);
  if (providers === undefined || isThere || isConnectorFlowId(name)) return mergedPlan<ExternalChange>([{ obstacles: [why] }], actions);
  const next = signUpAt.length === 0 ? "its calls and fields" : "its calls and fields, and last its applications";
  const parts: readonly PartOfPlan[] = [
    registrationPlan(wantedState, actual, options),
    {
      changes: [{ action: "create user flow", name, providers, why: "the tenant has none of that name" }],
      notes: [`Once the flow exists, entra apply goes on with ${next}.`],
    },
    planRivals(signUpAt, actual),
  ];
  return mergedPlan(parts, actions);
}

function applicationsPlan(wantedState: WantedExternal, actual: ActualExternal, flow: EventsFlow): PartOfPlan {
  const { flow: name, signUpAt = [], extensions } = wantedState;
  if (signUpAt.length === 0) return {};
  const hasGate = extensions.some(({ event, url }) => url !== undefined && flowEvents.some((each) => each === event));
  if (!hasGate) return planWithoutGate(name);
  const why = describeUnlinked(name);
  return {
    changes: listUnlinked(signUpAt, actual).map((appId) => ({ action: "link application", flowId: flow.id, name: appId, why }) as const),
    ...planRivals(signUpAt, actual),
  };
}

export function planExternalRemoval(
  wantedState: WantedExternal,
  actual: ActualExternal,
  { attributes = false, alongside = [] }: RemovalOptions,
): Plan<ExternalChange> {
  const foundFlow = flowIn(wantedState, actual);
  const flow = typeof foundFlow === "string" ? undefined : foundFlow;
  const extensions = departure({ extensions: wantedState.extensions, why: "it is to be removed", alongside }, wantedState, actual, flow);
  return mergedPlan(
    [
      flow === undefined ? {} : applicationsRemoval(wantedState, actual, flow),
      extensions,
      attributes && flow !== undefined ? attributeRemoval(wantedState, flow) : {},
      registrationRemoval(wantedState, actual, extensions.deleted),
      typeof foundFlow === "string" ? { notes: [foundFlow] } : {},
    ],
    actions,
  );
}

/** The flow stays: without an application, nobody signs up by it. */
function applicationsRemoval({ flow: name, signUpAt = [] }: WantedExternal, actual: ActualExternal, flow: EventsFlow): PartOfPlan {
  if (signUpAt.length === 0) return {};
  const { linked, others } = splitLinked(signUpAt, actual);
  return {
    changes: linked.map((appId) => ({ action: "unlink application", flowId: flow.id, name: appId, why: "it is to be removed" }) as const),
    ...describeClosing(name, others),
  };
}

function flowIn({ flow: name }: WantedExternal, { flows }: ActualExternal): EventsFlow | string {
  if (isConnectorFlowId(name)) return `${name} is not a flow of an external tenant: name it by --user-flow.`;
  const [first, ...others] = flows.filter(({ displayName }) => displayName === name);
  if (first === undefined) {
    const there = flows.length === 0 ? "it has none" : `it has ${flows.map(({ displayName }) => displayName).join(", ")}`;
    return `The tenant has no user flow ${name} of an external tenant: ${there}. See --external-flow and --tenant.`;
  }
  if (others.length === 0) return first;
  return `${others.length + 1} user flows have the name ${name}: ${[first, ...others].map(({ id }) => id).join(" and ")}. Rename all but one.`;
}

function isConnectorFlowId(name: string): boolean {
  return /^b2[xc]_1_/i.test(name);
}

/**
 * Text attributes that every tenant has. If the policy sets one, `apply` lets the flow collect it. A custom attribute has to be declared in
 * entra.ts: otherwise, commands have no permission to read its id and type.
 */
const builtIn = ["city", "country", "displayName", "givenName", "jobTitle", "postalCode", "state", "streetAddress", "surname"];

/** Entra rejects an answer that sets an attribute which the flow does not collect. */
function attributePlan({ attributes, declared }: WantedExternal, flow: EventsFlow): PartOfPlan {
  const collectedNames = listInputs(flow).map(({ attribute }) => toShortName(attribute).toLowerCase());
  const isDeclared = (name: string) => declared.some((each) => isSameText(each.name, name));
  const missing = namedIn(attributes).filter((name) => !collectedNames.includes(name.toLowerCase()) && !isDeclared(name));
  const hasForm = flow.onAttributeCollection != null;
  const addable = hasForm ? missing.filter((name) => builtIn.includes(name)) : [];
  const others = missing.filter((name) => !addable.includes(name));
  const why = "the policy sets what the flow does not collect";
  const hiddenNote =
    "Attributes are added hidden. If a decision says that the flow does not collect one, show it: Microsoft does not document whether flows collect hidden ones.";
  const open = namedIn(attributes).filter((name) => !isDeclared(name) && listInputs(flow).some((input) => isAsAdded(input, name)));
  return {
    changes: addable.length === 0 ? [] : [{ action: "collect attributes", flowId: flow.id, attributes: addable, why }],
    byHand: others.map(
      (name) =>
        `The policy sets ${name}, which the flow does not collect: declare it under attributes in entra.ts, or choose it under User attributes.`,
    ),
    notes: [
      ...(addable.length === 0 ? [] : [hiddenNote]),
      ...open.map(
        (name) =>
          `People can fill in ${name}, which the policy sets: hide it in the user flow, unless people should fill it in. An apply that was cut off leaves it visible.`,
      ),
      ...anyAttributeNotes(attributes, "choose"),
    ],
  };
}

/**
 * Returns true if a field is as Graph adds it. Either an interrupted `entra apply` left the field unchanged, or somebody wants the field
 * that way.
 */
function isAsAdded(
  { attribute, hidden, label = attribute, inputType, required }: FlowInput & { readonly required?: boolean },
  name: string,
): boolean {
  const isUntouched = hidden !== true && required !== true && isSameText(inputType ?? "text", "text");
  return builtIn.includes(name) && isSameText(attribute, name) && isUntouched && isSameText(label.replaceAll(" ", ""), name);
}

function declaredPlan({ declared }: WantedExternal, { attributes }: ActualExternal, flow: EventsFlow): PartOfPlan {
  const { creations, present, obstacles } = comparedAttributes(declared, attributes);
  const inputs = listInputs(flow);
  return {
    obstacles,
    changes: [
      ...creations,
      ...present.flatMap(({ declared: each, attribute: { id } }): readonly ExternalChange[] => {
        const input = inputs.find(({ attribute }) => isSameText(attribute, id));
        const about = { flowId: flow.id, name: each.name };
        if (input === undefined) return [{ action: "collect attribute", ...about, input: buildField(each, id), why: DECLARED }];
        const difference = fieldDifference(input, each);
        return difference === undefined ? [] : [{ action: "change field", ...about, attribute: input.attribute, ...difference }];
      }),
    ],
  };
}

interface FieldDifference {
  readonly changed: Partial<FlowInput>;
  readonly why: string;
}

/** Graph adds every attribute as a visible text field, and an interrupted apply may leave it so. Properties that entra.ts omits stay. */
function fieldDifference(input: FlowInput, declaration: DeclaredAttribute): FieldDifference | undefined {
  const { label, inputType, options = [] } = buildField(declaration, input.attribute);
  const isOtherKind = inputType !== "text" && !isSameText(input.inputType ?? "", inputType ?? "");
  const differences: readonly (false | FieldDifference)[] = [
    declaration.hidden === true && input.hidden !== true && { changed: { hidden: true }, why: "people can fill it in" },
    input.writeToDirectory === false && { changed: { writeToDirectory: true }, why: "Entra does not store it" },
    declaration.label !== undefined && input.label !== label && { changed: { label }, why: `its label is ${input.label}` },
    isOtherKind && { changed: { inputType }, why: `its kind is ${input.inputType}` },
    declaration.choices !== undefined && !isSameChoice(input.options, options) && { changed: { options }, why: "its choices are others" },
  ];
  const all = differences.filter((each) => each !== false);
  if (all.length === 0) return undefined;
  return { changed: Object.assign({}, ...all.map(({ changed }) => changed)), why: all.map(({ why }) => why).join("; ") };
}

function isSameChoice(currentOptions: FlowInput["options"] = [], wantedOptions: NonNullable<FlowInput["options"]>): boolean {
  const isAmong = (choice: { readonly label: string; readonly value: string }) =>
    currentOptions.some(({ label, value }) => label === choice.label && value === choice.value);
  return currentOptions.length === wantedOptions.length && wantedOptions.every(isAmong);
}

function buildField({ type, label, choices, hidden = false, name }: DeclaredAttribute, attribute: string): FlowInput {
  const options = Object.entries(choices ?? {}).map(([value, text]) => ({ label: text, value }));
  const chosen = type === "stringCollection" ? "checkboxMultiSelect" : "radioSingleSelect";
  const inputType = options.length > 0 ? chosen : type === "boolean" ? "boolean" : "text";
  return buildInput({ attribute, hidden, label: label ?? name.replace(/^extension_/, ""), inputType, options });
}

/** Takes out hidden built-in fields that the policy sets, and attributes of entra.ts. The tenant keeps the attributes. */
function attributeRemoval({ attributes, declared }: WantedExternal, flow: EventsFlow): PartOfPlan {
  const inputs = listInputs(flow);
  const isAdded = ({ attribute, hidden }: FlowInput) => hidden === true && builtIn.includes(attribute) && attributes.includes(attribute);
  const isDeclared = ({ attribute }: FlowInput) => declared.some(({ name }) => isNamed(attribute, name));
  const ours = inputs.filter((input) => isAdded(input) || isDeclared(input)).map(({ attribute }) => attribute);
  if (ours.length === 0) return {};
  return { changes: [{ action: "stop collecting", flowId: flow.id, attributes: ours, why: "apply added it" }] };
}

interface Departure extends PartOfPlan {
  /** Ids of the extensions that the plan deletes. */
  readonly deleted: readonly string[];
}

interface Leaving {
  readonly extensions: readonly WantedExtension[];
  readonly why: string;
  /** Other flows that the same run disconnects from the extensions. */
  readonly alongside?: readonly string[];
}

/**
 * Plans that the flow and the listeners stop calling the extensions, and that the extensions are then deleted. If another flow calls one of
 * the extensions, all extensions stay, and so do listeners of other applications. Extensions that call another host stay.
 */
function departure(
  { extensions, why, alongside = [] }: Leaving,
  wantedState: WantedExternal,
  actual: ActualExternal,
  flow: EventsFlow | undefined,
): Departure {
  const host = getDeployedHost(wantedState);
  const namesakes = extensions.flatMap((extension) => findNamesakes(actual, extension));
  const ours = namesakes.filter(
    (each) => host !== undefined && URL.canParse(getTargetUrl(each)) && new URL(getTargetUrl(each)).host === host,
  );
  const calls = (each: EventsFlow) => flowEvents.some((event) => ours.some(({ id }) => id === each[event]?.customExtension?.id));
  const others = actual.flows.filter((each) => each.id !== flow?.id && !alongside.includes(each.displayName) && calls(each));
  const isShared = others.length > 0;
  const hasTokens = extensions.some(({ event }) => event === "onTokenIssuanceStart");
  const mapping = hasTokens ? claimsRemoval(wantedState, actual, why, isShared) : {};
  const deletedExtensions = isShared ? [] : ours;
  return {
    changes: [
      ...(mapping.changes ?? []),
      ...ours.flatMap((each) => planExtensionRemoval(each, why, actual, { flow, isShared, apis: wantedState.apis })),
      ...deletedExtensions.map(({ id, displayName: name }) => ({ action: "delete extension", id, name, why }) as const),
    ],
    notes: [
      ...namesakes.filter((each) => !ours.includes(each)).map((each) => `${each.displayName} calls ${getTargetUrl(each)}, so it stays.`),
      ...others.map(({ displayName }) => `The flow ${displayName} calls the gate, too, so the extensions stay.`),
      ...(mapping.notes ?? []),
    ],
    deleted: deletedExtensions.map(({ id }) => id),
  };
}

function planExtensionRemoval(
  { id, displayName: name }: CustomExtension,
  why: string,
  actual: ActualExternal,
  { flow, isShared, apis }: { readonly flow: EventsFlow | undefined; readonly isShared: boolean; readonly apis: readonly string[] },
): readonly ExternalChange[] {
  const apps = actual.applications.map((appId) => appId.toLowerCase()).filter((appId) => !apis.includes(appId));
  const linkedEvents = flowEvents.filter((event) => flow?.[event]?.customExtension?.id === id);
  // If another flow calls the gate (`isShared`), only listeners that serve no other applications are removed.
  const listeners = findListeners(actual, id).filter(
    ({ appIds }) => !isShared || (appIds.length > 0 && appIds.every((appId) => apps.includes(appId))),
  );
  return [
    ...linkedEvents.map((event) => ({ action: "unlink", event, flowId: (flow as EventsFlow).id, name, why }) as const),
    ...listeners.map((each) => ({ action: "stop listening", ...each, name, why }) as const),
  ];
}
