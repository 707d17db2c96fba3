import { CommandError } from "../../../../cli/failure";
import type { ApplicationChange } from "../../client/app-registrations";
import type { ExtensionEvent, ExtensionSettings } from "../../client/authentication-extensions";
import type { ClaimsPolicySettings } from "../../client/claims-policies";
import { CHANGED_MEANWHILE, type FlowEvent, type FlowInput, FlowNotChangedError, FormNotChangedError } from "../../client/events-flows";
import type { NewAttribute } from "../../client/user-flows";
import type { Action, ChangeOf, Plan } from "../changes";
import type { ExternalSetup } from "./actual";

type ExternalAction<Fields> = Action<ExternalSetup, Readonly<Fields>>;

interface Link {
  event: FlowEvent;
  flowId: string;
  name: string;
}

interface WantedSettings {
  name: string;
  event: ExtensionEvent;
  settings: ExtensionSettings;
}

/** Keys of `madeIds` for a new application's ids. The other keys are names of objects and client ids of service principals. */
const [APPLICATION, APP_ID] = ["application", "appId"] as const;

export const actions = {
  "create application": {
    async make({ registrations }, { name }, madeIds) {
      const { id, appId } = await registrations.create(name);
      madeIds.set(APPLICATION, id).set(APP_ID, appId);
    },
    finding: ({ name }) => `There is no application ${name}`,
  } satisfies ExternalAction<{ name: string }>,
  "create service principal": {
    async make({ registrations }, change, madeIds) {
      const appId = change.appId ?? (madeIds.get(APP_ID) as string);
      const { id } = await registrations.createPrincipal(appId);
      madeIds.set(appId, id);
    },
    finding: ({ name }) => `There is no service principal of ${name}`,
  } satisfies ExternalAction<{ name: string; appId?: string }>,
  "configure application": {
    make: ({ registrations }, { id, changed }, madeIds) => registrations.update(id ?? (madeIds.get(APPLICATION) as string), changed),
    object: ({ name, changed }) => `${name}, ${Object.keys(changed).join(", ")}`,
  } satisfies ExternalAction<{ name: string; id?: string; changed: ApplicationChange }>,
  "grant consent": {
    make: ({ registrations }, { principalId, appId }, madeIds) =>
      registrations.consent(principalId ?? (madeIds.get(appId ?? (madeIds.get(APP_ID) as string)) as string)),
  } satisfies ExternalAction<{ name: string; principalId?: string; appId?: string }>,
  // The new flow has no application yet, so that nobody gets to it before it calls the gate.
  "create user flow": {
    make: ({ flows }, { name, providers }) => flows.create(name, providers),
    object: ({ name, providers }) => [name, ...providers].join(", "),
    finding: ({ name }) => `The tenant has no user flow ${name}`,
    isOfFlow: true,
  } satisfies ExternalAction<{ name: string; providers: readonly string[] }>,
  "create extension": {
    async make(setup, { name, event, settings }, madeIds) {
      const { errors } = await setup.extensions.validate(settings);
      if (errors.length > 0) throw new CommandError(errors.map((error) => errorWords(name, error)).join(" "));
      madeIds.set(name, await setup.extensions.create(event, name, settings));
    },
    object: ({ name, settings }) => `${name}, ${settings.url}`,
    finding: ({ name }) => `There is no custom authentication extension ${name}`,
  } satisfies ExternalAction<WantedSettings>,
  "update extension": {
    make: ({ extensions }, { id, event, settings }) => extensions.update(id, event, settings),
    object: ({ name, settings }) => `${name}, ${settings.url}`,
  } satisfies ExternalAction<WantedSettings & { id: string }>,
  "create attribute": {
    make: ({ createAttribute }, { attribute }) => createAttribute(attribute),
    object: ({ name, attribute }) => `${name}, ${attribute.dataType}`,
    finding: ({ name }) => `The tenant has no attribute ${name}`,
  } satisfies ExternalAction<{ name: string; attribute: NewAttribute }>,
  "collect attribute": {
    make: ({ flows }, { flowId, input }) => changeForm(flows.collectCustom(flowId, input)),
    finding: ({ name, why }) => `The flow does not collect ${name}: ${why}`,
    isOfFlow: true,
  } satisfies ExternalAction<{ flowId: string; name: string; input: FlowInput }>,
  "change field": {
    make: ({ flows }, { flowId, attribute, changed }) => changeForm(flows.changeField(flowId, attribute, changed)),
    finding: ({ name, why }) => `The flow's field of ${name} is not as entra.ts declares it: ${why}`,
    isOfFlow: true,
  } satisfies ExternalAction<{ flowId: string; name: string; attribute: string; changed: Partial<FlowInput> }>,
  "collect attributes": {
    make: ({ flows }, { flowId, attributes }) => changeForm(flows.collect(flowId, attributes)),
    object: ({ attributes }) => attributes.join(", "),
    finding: ({ attributes }) => `The flow does not collect ${attributes.join(", ")}, though the policy sets it`,
    isOfFlow: true,
  } satisfies ExternalAction<{ flowId: string; attributes: readonly string[] }>,
  "accept claims": {
    make: ({ registrations }, { id, changed }) => registrations.update(id, changed),
    finding: ({ name, why }) => `${name} does not take the policy's claims: ${why}`,
  } satisfies ExternalAction<{ name: string; id: string; changed: ApplicationChange }>,
  "create claims policy": {
    make: async ({ claims }, { name, settings }, madeIds) => madeIds.set(name, await claims.create(settings)),
    finding: ({ name }) => `There is no claims mapping policy ${name}`,
  } satisfies ExternalAction<{ name: string; settings: ClaimsPolicySettings }>,
  "update claims policy": {
    make: ({ claims }, { id, changed }) => claims.update(id, changed),
  } satisfies ExternalAction<{ name: string; id: string; changed: Partial<ClaimsPolicySettings> }>,
  // Comes after "accept claims": an application that has a policy, but does not accept mapped claims, gets no tokens.
  "assign claims policy": {
    make: ({ claims }, { principalId, appId, id, name }, madeIds) =>
      claims.assign(principalId ?? (madeIds.get(appId) as string), id ?? (madeIds.get(name) as string)),
    object: ({ name, application }) => `${name} to ${application}`,
    finding: ({ application, why }) => `${application} has no claims mapping policy: ${why}`,
  } satisfies ExternalAction<{ name: string; application: string; appId: string; principalId?: string; id?: string }>,
  listen: {
    make: ({ extensions }, { event, appId, id, name }, madeIds) =>
      extensions.listen(event, appId, id ?? (madeIds.get(name) as string), name),
    object: ({ name, event, appId }) => `${name} at ${event} of ${appId}`,
    finding: ({ name, appId }) => `Nothing asks ${name} for claims of ${appId}`,
  } satisfies ExternalAction<{ event: ExtensionEvent; appId: string; name: string; id?: string }>,
  "set priority": {
    make: ({ extensions }, { id, event, priority }) => extensions.setPriority(id, event, priority),
    object: ({ name, appId, priority }) => `${name} for ${appId}, ${priority}`,
  } satisfies ExternalAction<{ id: string; event: ExtensionEvent; appId: string; name: string; priority: number }>,
  link: {
    make: ({ flows }, { flowId, event, id, name }, madeIds) => noteBeta(flows.link(flowId, event, id ?? (madeIds.get(name) as string))),
    object: ({ event, name }) => `${event}: ${name}`,
    finding: ({ event, name, why }) => `${event} should call ${name}; ${why}`,
    isOfFlow: true,
  } satisfies ExternalAction<Link & { id?: string }>,
  // People can sign up from here on.
  "link application": {
    make: ({ flows }, { flowId, name }) => flows.addApplication(flowId, name),
    finding: ({ name, why }) => `The application ${name} is not linked: ${why}`,
    isOfFlow: true,
    isAfterReadBack: true,
  } satisfies ExternalAction<{ flowId: string; name: string }>,
  // Comes before `unlink`: a flow with an application always calls its gate.
  "unlink application": {
    make: ({ flows }, { flowId, name }) => flows.removeApplication(flowId, name),
    isOfFlow: true,
  } satisfies ExternalAction<{ flowId: string; name: string }>,
  unlink: {
    make: ({ flows }, { flowId, event }) => noteBeta(flows.unlink(flowId, event)),
    object: ({ event }) => event,
    isOfFlow: true,
  } satisfies ExternalAction<Link>,
  "unassign claims policy": {
    make: ({ claims }, { principalId, id }) => claims.unassign(principalId, id),
    object: ({ name, application }) => `${name} from ${application}`,
  } satisfies ExternalAction<{ name: string; application: string; principalId: string; id: string }>,
  "delete claims policy": {
    make: ({ claims }, { id }) => claims.remove(id),
  } satisfies ExternalAction<{ name: string; id: string }>,
  "stop listening": {
    make: ({ extensions }, { id }) => extensions.stopListening(id),
    object: ({ name, appIds }) => `${name} for ${appIds.join(", ") || "no application by name"}`,
  } satisfies ExternalAction<{ id: string; appIds: readonly string[]; name: string }>,
  "delete extension": {
    make: ({ extensions }, { id }) => extensions.remove(id),
  } satisfies ExternalAction<{ id: string; name: string }>,
  "stop collecting": {
    make: ({ flows }, { flowId, attributes }) => changeForm(flows.stopCollecting(flowId, attributes)),
    object: ({ attributes }) => attributes.join(", "),
    isOfFlow: true,
  } satisfies ExternalAction<{ flowId: string; attributes: readonly string[] }>,
  "delete application": {
    make: ({ registrations }, { id }) => registrations.remove(id),
  } satisfies ExternalAction<{ id: string; name: string }>,
};

export type ExternalChange = ChangeOf<typeof actions>;

export type PartOfPlan = Partial<Plan<ExternalChange>>;

const BY_BETA = "Graph 1.0 did not link the extension to the flow. The beta version did, by the call of Microsoft's samples.";

/** Returns a note if only Graph's beta version changed the flow. Throws CommandError with the remedy if neither version did. */
async function noteBeta(change: Promise<"v1.0" | "beta">): Promise<string | undefined> {
  try {
    return (await change) === "beta" ? BY_BETA : undefined;
  } catch (error) {
    if (!(error instanceof FlowNotChangedError)) throw error;
    if (error.code === CHANGED_MEANWHILE) {
      const words = "Something else changed the flow's calls at the same time, and that change stays: look at entra plan once it is done.";
      throw new CommandError(words, undefined, { cause: error });
    }
    const message = `Neither Graph 1.0 nor its beta version changes what the flow calls (${error.message}).`;
    const byHand = "Choose the extension, or none, in the user flow, under Custom authentication extensions; then run entra check.";
    throw new CommandError(`${message} ${byHand}`, undefined, { cause: error });
  }
}

async function changeForm(change: Promise<void>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof FormNotChangedError)) throw error;
    const words = "Graph accepted the change of the flow's fields, but does not show it.";
    const byHand = "Make it in the user flow, under User attributes and Page layouts; then run entra check.";
    throw new CommandError(`${words} ${byHand}`, undefined, { cause: error });
  }
}

const remedies: Readonly<Record<string, string>> = {
  IncorrectResourceIdFormat: "deploy again, so that the output ExtensionIdentifierUri is api://HOST/CLIENT-ID",
  DomainNameDoesNotMatch: "its address and the Application ID URI have to have one host: deploy again and repeat the command",
  ServicePrincipalNotFound: "the registration's service principal is missing or new: repeat the command in a minute",
};

export function errorWords(name: string, { code, message }: { readonly code: string; readonly message: string }): string {
  return `${name} would not work (${code}: ${message}): ${remedies[code] ?? "see the sign-in log's codes in docs/external-tenant.md"}.`;
}
